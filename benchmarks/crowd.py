"""A whole crowd, really run: hundreds of viewers of camera, screen and sound; a storm at the door.

Every viewer has real ICE and DTLS; what arrives is counted by a C thread, which also knows when
each packet was sent, so that the added delay is that of every packet at every viewer. *Dropped* is
what the server's socket had no room for, *missing* what did not arrive for whatever reason. CPU of
server and of load generator are of one core.

    python -m benchmarks.crowd --viewers 300 --screen
    python -m benchmarks.crowd --viewers 500 --workers 2
    python -m benchmarks.crowd --viewers 20 --storm 200
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
from aiortc import RTCPeerConnection, RTCSessionDescription

from benchmarks import machine, media
from benchmarks.counting import Counter, only_address
from benchmarks.sink import Clock, Sink
from benchmarks.table import Table
from tests.platform_process import children_of

SOUND, CAMERA, SCREEN = range(3)
GROUP = 8
"""Viewers that connect at once."""
MARK_BYTES = 1310
"""Payload of the packets by which sequence numbers are recognized; no other is as long."""
STORM_S = 5.0


@dataclass(slots=True)
class Source:
    """One SSRC of the lecturer."""

    stream: int
    send: Callable[[bytes], Awaitable[None]]
    head: bytes = b""
    """Header of its last packet."""


class Lecturer:
    """Publishes camera and, if wanted, screen, and notes when each packet is sent."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sources: dict[int, Source] = {}
        self._peers: list[RTCPeerConnection] = []

    async def publish(self, http: httpx.AsyncClient, stream: str) -> None:
        """Go live with one stream."""
        peer = await media.lecturer_peer(silent=stream == "screen")
        answer = await media.post(http, "whip", peer.localDescription.sdp, 1, "publish", stream)
        picture = SCREEN if stream == "screen" else CAMERA
        transport: Any = peer.getSenders()[0].transport
        for sender in peer.getSenders():
            at = picture if sender.kind == "video" else SOUND
            self._sources[sender._ssrc] = Source(at, transport._send_rtp)
        self._listen(transport)
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        self._peers.append(peer)

    def _listen(self, transport: Any) -> None:
        send, clock = transport._send_rtp, self._clock

        async def noted(data: bytes) -> None:
            source = self._sources.get(int.from_bytes(data[8:12], "big"))
            if source is not None and not 192 <= data[1] <= 223:
                number = int.from_bytes(data[2:4], "big")
                source.head = data[:12]
                if not clock.marks[source.stream] or clock.marked[source.stream] != number:
                    clock.sends(source.stream, number)
            await send(data)

        transport._send_rtp = noted

    async def mark(self) -> None:
        """Send one packet of each stream that the sink recognizes, in the next one's place."""
        for source in self._sources.values():
            number = int.from_bytes(source.head[2:4], "big") + 1 & 0xFFFF
            kind, stamp = source.head[1] | 0x80, source.head[4:8]
            head = bytes((0x80, kind)) + number.to_bytes(2, "big") + stamp + source.head[8:12]
            payload = bytes(MARK_BYTES + 2 * source.stream)
            self._clock.mark(source.stream, number, len(head) + len(payload))
            self._clock.sends(source.stream, number)
            await source.send(head + payload)

    async def close(self) -> None:
        """Leave."""
        for peer in self._peers:
            await peer.close()


class Hall:
    """The server and its crowd."""

    def __init__(self, pid: int, http: httpx.AsyncClient) -> None:
        self.pid = pid
        self.http = http
        self._members = itertools.count(2)

    async def viewer(self, stream: str, member: int) -> media.Viewer:
        """One connected viewer of one stream."""
        made = media.Viewer()
        await made.connect(self.http, member, stream)
        return made

    async def fill(self, count: int, streams: list[str]) -> list[Counter]:
        """So many members with a session for each stream."""
        wanted = [(stream, next(self._members)) for _ in range(count) for stream in streams]
        found: list[Counter] = []
        while wanted:
            some, wanted = wanted[:GROUP], wanted[GROUP:]
            found += await asyncio.gather(*(self.viewer(*one) for one in some))
        return found

    async def told(self) -> dict[str, Any]:
        """The server's own counters."""
        found: dict[str, Any] = (await self.http.get("/media/healthz")).json()
        return found

    async def all_up(self) -> None:
        """Until every worker answers."""
        for _ in range(200):
            if (await self.told())["ok"]:
                return
            await asyncio.sleep(0.1)
        raise SystemExit("not every worker came up")

    def cpu(self) -> list[float]:
        """Seconds used so far: by the server's processes, by us."""
        pids = [self.pid, *children_of(self.pid)]
        return [*(media.cpu_seconds(pid) for pid in pids), media.cpu_seconds(os.getpid())]


async def steady(hall: Hall, sink: Sink, clock: Clock, seconds: float) -> None:
    """Let it run, and print what arrived."""
    sink.clear()
    told, cpu, began = await hall.told(), hall.cpu(), asyncio.get_running_loop().time()
    sent, got = list(clock.counts), sink.packets
    await asyncio.sleep(seconds)
    passed = asyncio.get_running_loop().time() - began
    after, used = await hall.told(), [b - a for a, b in zip(cpu, hall.cpu(), strict=True)]
    each = sink.packets - got
    published = sum(clock.counts) - sum(sent)
    out = after["packets_out"] - told["packets_out"]
    table = Table(
        f"{after['viewers']} sessions on {after.get('workers', 1)} worker(s), {passed:.0f} s",
        "published/s", "forwarded/s", "dropped", "relay dropped", "missing %", "p50 ms", "p99 ms",
        "p99.9 ms", "server %", "us/packet", "load %",
    )  # fmt: skip
    table.row(
        published / passed,
        out / passed,
        after["packets_dropped"] - told["packets_dropped"],
        after["relay_packets_dropped"] - told["relay_packets_dropped"],
        max(0.0, 1 - each / out) * 100,
        *(sink.delay(share) for share in (0.5, 0.99, 0.999)),
        " + ".join(f"{one / passed * 100:.0f}" for one in used[:-1]),
        sum(used[:-1]) / max(out, 1) * 1e6,
        used[-1] / passed * 100,
    )


async def storm(hall: Hall, sink: Sink, count: int) -> None:
    """``count`` come within five seconds; their waits, and what those inside felt."""
    sink.clear()
    loop, cpu = asyncio.get_running_loop(), hall.cpu()
    before, began = await hall.told(), loop.time()

    async def come(number: int) -> Counter:
        await asyncio.sleep(number * STORM_S / count)
        return await hall.viewer("camera", 10_000 + number)

    found = await asyncio.gather(*(come(n) for n in range(count)), return_exceptions=True)
    passed = loop.time() - began
    while any(isinstance(one, Counter) and not one.picture_ms for one in found):
        await asyncio.sleep(0.05)
        if loop.time() - began > STORM_S * 4:
            break
    inside = [one for one in found if isinstance(one, Counter)]
    waits = sorted(one.picture_ms for one in inside)
    used = [b - a for a, b in zip(cpu, hall.cpu(), strict=True)]
    after = await hall.told()
    table = Table(
        f"{count} come within {STORM_S:.0f} s", "in", "failed", "p50 ms", "p95 ms", "slowest ms",
        "keyframes asked", "inside p99 ms", "inside longest ms", "server %", "load %",
    )  # fmt: skip
    table.row(
        len(inside), len(found) - len(inside), statistics.median(waits),
        waits[int(len(waits) * 0.95)], waits[-1],
        after["keyframes_asked"] - before["keyframes_asked"], sink.delay(0.99), sink.delay(1.0),
        " + ".join(f"{one / passed * 100:.0f}" for one in used[:-1]), used[-1] / passed * 100,
    )  # fmt: skip


async def run(given: argparse.Namespace) -> None:
    """Fill, then measure."""
    clock = Clock(3)
    sink = Sink(clock)
    limits = {"MEDIA_MAX_VIEWERS": "5000", "MEDIA_WORKERS": str(given.workers)}
    child, url = media.media_process(**limits)
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
            await media.ready(http)
            hall, lecturer = Hall(child.pid, http), Lecturer(clock)
            await hall.all_up()
            if given.first:
                machine.go_first(child.pid, *children_of(child.pid), os.getpid())
            streams = ["camera", "screen"] if given.screen else ["camera"]
            for stream in streams:
                await lecturer.publish(http, stream)
            await asyncio.sleep(2)
            sink.take(await hall.fill(given.viewers, streams))
            await asyncio.sleep(1)
            for _ in range(3):
                await lecturer.mark()
                await asyncio.sleep(0.5)
            await asyncio.sleep(2)
            await steady(hall, sink, clock, given.seconds)
            if given.storm:
                await storm(hall, sink, given.storm)
            sink.close()
            await lecturer.close()
    finally:
        child.terminate()
        child.wait(10)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--screen", action="store_true", help="a session more for the screen")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument(
        "--first", action="store_true", help="on a busy machine: run before everything else (root)"
    )
    parser.add_argument("--storm", type=int, default=0, help="how many come within five seconds")
    given = parser.parse_args()
    machine.require_descriptors(given.viewers * 2 + given.storm)
    only_address("127.0.0.1")
    asyncio.run(run(given))


if __name__ == "__main__":
    main()
