"""A long answer at the pace of its reader: real daphne, real sockets, more than it may keep."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from realtime import pace
from realtime.pace import Pace

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024
CHUNKS = 240
"""60 MB."""
SERVER = f"""
from realtime.server import Server, tcp_endpoint

made = 0

async def application(scope, receive, send):
    global made
    chunks = {CHUNKS} if scope["path"] == "/file" else 1
    size = {CHUNK} * chunks if chunks > 1 else len(str(made))
    await send({{"type": "http.response.start", "status": 200,
                "headers": [(b"content-length", b"%d" % size)]}})
    if chunks == 1:
        await send({{"type": "http.response.body", "body": str(made).encode()}})
        return
    for number in range(chunks):
        made += 1
        body = bytes([number % 251]) * {CHUNK}
        await send({{"type": "http.response.body", "body": body, "more_body": True}})
    await send({{"type": "http.response.body", "body": b"", "more_body": False}})

async def tell():
    print(server.listening_addresses[0][1], flush=True)

server = Server(application, tcp_endpoint("127.0.0.1", 0), on_start=tell)
server.run()
"""


@pytest.fixture
def server() -> Iterator[tuple[Popen[str], int]]:
    with Popen([sys.executable, "-c", SERVER], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
        process.terminate()
        process.wait(10)


def ask(port: int, path: str) -> socket.socket:
    """A request, nothing read of its answer yet."""
    line = socket.create_connection(("127.0.0.1", port), 10)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return line


def read_to_end(line: socket.socket) -> bytes:
    found = bytearray()
    with line:
        while data := line.recv(MEGABYTE):
            found += data
    return bytes(found).partition(b"\r\n\r\n")[2]


def made(port: int) -> int:
    """Megabytes that the application has produced."""
    return int(read_to_end(ask(port, "/made"))) * CHUNK // MEGABYTE


def rested(port: int) -> int:
    """The same, as soon as nothing more is produced; others are answered meanwhile."""
    before, deadline = -1, time.monotonic() + 20
    while (now := made(port)) != before:
        assert time.monotonic() < deadline, "nobody reads, and still it is produced"
        before = now
        time.sleep(0.4)
    return now


def memory(pid: int) -> int:
    """Resident megabytes."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


def test_a_slow_reader_costs_little_memory_and_gets_everything(
    server: tuple[Popen[str], int],
) -> None:
    process, port = server
    before = memory(process.pid)
    slow = [ask(port, "/file") for _ in range(4)]
    for line in slow:
        assert len(line.recv(1000)) > 0
    stalled = rested(port)
    assert stalled <= 4 * 8, "what the kernel holds for both ends, and one chunk"
    assert memory(process.pid) - before < 24
    for line in slow[1:]:
        line.close()
    taken = read_to_end(ask(port, "/file"))
    assert len(taken) == CHUNKS * CHUNK
    assert taken[:: 10 * CHUNK] == bytes(number % 251 for number in range(0, CHUNKS, 10))
    assert memory(process.pid) - before < 24
    slow[0].close()


@pytest.mark.asyncio
async def test_who_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Pace()
    await answer.wait()
    monkeypatch.setattr(pace, "PATIENCE_S", 0.0)
    assert not answer.is_over
    answer.pauseProducing()
    await asyncio.sleep(0.001)
    assert answer.is_over
    answer.resumeProducing()
    assert not answer.is_over
    answer.pauseProducing()
    answer.stopProducing()
    await answer.wait()
