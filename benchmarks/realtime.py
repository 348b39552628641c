"""What a chat line costs: CPU per delivered event and memory per member, on the real web process.

    python -m benchmarks.realtime [members ...]      default: 100 500

One room, one page per member, ten of whom talk. Everything is real: tickets, SQLite commits before
each answer, the hub, daphne on 127.0.0.1. The pages are a bare WebSocket client in this process, so
the figures of the server are its own: (utime + stime) of the web process, read from /proc.
Compare ratios of one run; absolute figures of shared machines differ by ±40 %.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from realtime.protocol.version import PROTOCOL_VERSION
from tests.realtime.classroom import Classroom

TALKERS = 10
LINES_A_SECOND = 10.0
SECONDS = 8.0
TEXT = "一二三四五六七八九十" * 2
POSTED = b'"type":"chat.posted"'
MAX_MEMBERS = 2000
CONNECTING = 50


class Member(asyncio.Protocol):
    """A page: greets, counts what arrives, says a line when told."""

    def __init__(self, room: Classroom, name: str) -> None:
        self.room, self.name = room, name
        self.buffer = bytearray()
        self.upgraded = False
        self.ready = asyncio.get_running_loop().create_future()
        self.events = 0
        self.frames = 0
        self.bytes = 0
        self.delays: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        host = f"127.0.0.1:{self.room.port}"
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws/room/{self.room.told['code']}/ HTTP/1.1\r\nHost: {host}\r\n"
            f"Origin: http://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.upgraded:
            head, found, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head.split(b"\r\n")[0], head
            self.upgraded, self.buffer = True, bytearray(rest)
            ticket = self.room.ticket(self.name)
            self.say({"type": "hello", "ticket": ticket, "version": PROTOCOL_VERSION})
        while self._frame():
            pass

    def _frame(self) -> bool:
        """Take one frame (RFC 6455 5.2) from the buffer; whether there was one."""
        buffer = self.buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1] & 127, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(buffer) < start:
                return False
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + size:
            return False
        self._take(buffer[0] & 15, bytes(buffer[start : start + size]))
        del buffer[: start + size]
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:  # ping
            self._send(10, payload)
            return
        self.frames += 1
        self.bytes += len(payload)
        posted = payload.count(POSTED)
        self.events += posted
        if posted and (mark := payload.rfind(b"@@")) >= 0:
            self.delays.append(time.time() - float(payload[mark + 2 : mark + 18]))
        if not self.ready.done() and b'"snapshot"' in payload:
            self.ready.set_result(None)

    def say(self, message: dict[str, object]) -> None:
        self._send(1, json.dumps(message).encode())

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        head = struct.pack("!BB", 128 | opcode, 128 | size) if size < 126 else (
            struct.pack("!BBH", 128 | opcode, 128 | 126, size)
        )  # fmt: skip
        self.transport.write(head + b"\0\0\0\0" + payload)  # masked with zeros


@dataclass
class Result:
    members: int
    handshake_ms: float = 0.0
    kib: float = 0.0
    micro: float = 0.0
    delivered: int = 0
    share: float = 0.0
    delays: list[float] = field(default_factory=list)

    def line(self) -> str:
        ordered = sorted(self.delays) or [0.0]
        p50, p99 = (ordered[int(len(ordered) * q)] * 1000 for q in (0.5, 0.99))
        return (
            f"| {self.members} | {self.handshake_ms:.2f} | {self.kib:.1f} | {self.micro:.1f} | "
            f"{self.delivered} | {self.share:.0f} % | {p50:.0f} / {p99:.0f} |"
        )


def cpu(pid: int) -> float:
    """Seconds of processor time used so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def enter(room: Classroom, count: int) -> list[Member]:
    """``count`` pages, a few at a time."""
    gate = asyncio.Semaphore(CONNECTING)
    loop = asyncio.get_running_loop()

    async def one(number: int) -> Member:
        async with gate:
            _, member = await loop.create_connection(
                lambda: Member(room, f"m{number}"), "127.0.0.1", room.port
            )
            await asyncio.wait_for(member.ready, 30)
            return member

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def talk(members: list[Member]) -> None:
    """Ten of them say a line a second, each with the time in it."""
    until = time.monotonic() + SECONDS
    number = 0
    while time.monotonic() < until:
        text = f"{TEXT}@@{time.time():016.5f}"
        talker = members[number % TALKERS]
        talker.say({"type": "chat.post", "id": str(uuid.uuid4()), "text": text})
        number += 1
        await asyncio.sleep(1 / LINES_A_SECOND)
    await asyncio.sleep(1.0)


async def measure(room: Classroom, count: int) -> Result:
    """One room of ``count`` members."""
    assert room.process is not None
    pid, result = room.process.pid, Result(count)
    warm = await enter(room, 5)
    memory, used = resident(pid), cpu(pid)
    members = await enter(room, count)
    result.handshake_ms = (cpu(pid) - used) / count * 1000
    result.kib = (resident(pid) - memory) / count / 1024
    await asyncio.sleep(2.0)
    used, began = cpu(pid), time.monotonic()
    for member in members:
        member.events, member.delays = 0, []
    await talk(members)
    used = cpu(pid) - used
    result.share = used / (time.monotonic() - began) * 100
    result.delivered = sum(member.events for member in members)
    result.micro = used / max(result.delivered, 1) * 1e6
    result.delays = [delay for member in members for delay in member.delays]
    for member in warm + members:
        member.transport.abort()
    return result


def main(counts: list[int]) -> None:
    """One fresh web process per size."""
    heads = ("members", "ms CPU to enter", "KiB/member", "µs CPU/delivery", "delivered", "core")
    print(f"| {' | '.join(heads)} | p50 / p99 ms |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="liveclass-bench-") as folder:
        seeded = Classroom(Path(folder) / "seeded")
        seeded.seed(max(counts))
        for count in counts:
            room = Classroom(Path(folder) / str(count))
            room.copy_of(seeded)
            room.start()
            try:
                print(asyncio.run(measure(room, count)).line(), flush=True)
            finally:
                room.stop()


if __name__ == "__main__":
    wanted = [int(word) for word in sys.argv[1:]] or [100, 500]
    if not all(TALKERS <= count <= MAX_MEMBERS for count in wanted):
        raise SystemExit(f"between {TALKERS} and {MAX_MEMBERS} members")
    main(wanted)
