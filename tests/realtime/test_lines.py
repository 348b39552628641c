"""One behaviour of all lines: raw socket, transport (Unix socket and TLS), plain ASGI, uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed

from tests.services import free_port

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
KINDS = {
    "raw": "RawLine",
    "transport": "TransportLine",
    "tls": "TransportLine",
    "asgi": "AsgiLine",
    "uvicorn": "AsgiLine",
}
OWN = {"raw", "transport", "tls"}
"""Lines that see the buffers below them. Through plain ASGI a server may hide them: the kernel
under uvicorn takes about 3 MB, and daphne's own ``send`` takes everything."""
READY_SECONDS = 20.0


@dataclass
class Served:
    """A running line server."""

    kind: str
    address: str

    def socket(self, *, small: bool = False) -> socket.socket:
        """A connected socket; ``small``: with as little receive buffer as there is."""
        family = socket.AF_UNIX if self.kind == "transport" else socket.AF_INET
        made = socket.socket(family)
        if small:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        where: Any = self.address if self.kind == "transport" else ("127.0.0.1", int(self.address))
        try:
            made.connect(where)
        except OSError:
            made.close()
            raise
        made.setblocking(False)
        return made

    async def page(self, *, small: bool = False) -> ClientConnection:
        """A page that is connected."""
        options: dict[str, Any] = {"sock": self.socket(small=small), "compression": None}
        options |= {"max_size": None, "max_queue": 4 if small else None, "ping_interval": None}
        if self.kind == "transport":
            return await unix_connect(uri="ws://localhost/", **options)
        if self.kind == "tls":
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            options |= {"ssl": trusting}
        scheme = "wss" if self.kind == "tls" else "ws"
        return await connect(f"{scheme}://127.0.0.1/", proxy=None, **options)


@pytest.fixture(scope="module", params=list(KINDS))
def served(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Served]:
    kind = request.param
    folder = tmp_path_factory.mktemp(kind)
    address = str(folder / "s") if kind == "transport" else str(free_port())
    command = [sys.executable, "-m", "tests.realtime.line_server", kind, address]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    made = Served(kind, address)
    deadline = time.monotonic() + READY_SECONDS
    try:
        while True:
            with contextlib.suppress(OSError):
                made.socket().close()
                break
            assert time.monotonic() < deadline, (folder / "log").read_text()[-2000:]
            assert process.poll() is None, (folder / "log").read_text()[-2000:]
            time.sleep(0.05)
        yield made
        log_text = (folder / "log").read_text()
        assert "Traceback" not in log_text, log_text[-3000:]
    finally:
        process.kill()
        process.wait(5)


@pytest_asyncio.fixture
async def page(served: Served) -> AsyncIterator[ClientConnection]:
    made = await served.page()
    yield made
    await made.close()


async def tell(page: ClientConnection, **command: Any) -> None:
    await page.send(json.dumps(command))


async def tell_if_open(page: ClientConnection, **command: Any) -> None:
    with contextlib.suppress(ConnectionClosed):
        await tell(page, **command)


async def hear(page: ClientConnection, seconds: float = 10.0) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        found: dict[str, Any] = json.loads(await page.recv())
        return found


async def test_the_server_offers_its_best_line(served: Served, page: ClientConnection) -> None:
    await tell(page, do="line")
    assert await hear(page) == {"line": KINDS[served.kind]}


@pytest.mark.parametrize("size", [0, 120, 126, 3000, 65_530, 70_000, 200_000])
async def test_frames_of_every_length_arrive_whole(page: ClientConnection, size: int) -> None:
    await tell(page, do="answers", first=1, count=1, size=size)
    heard = await hear(page)
    assert heard == {"n": 1, "pad": "字" * (size // 3)}


async def test_a_burst_arrives_in_order(page: ClientConnection) -> None:
    await tell(page, do="burst", first=1, count=600, size=300)
    assert [(await hear(page))["n"] for _ in range(600)] == list(range(1, 601))


async def test_what_the_kernel_takes_in_parts_arrives_in_order(served: Served) -> None:
    """Frames larger than the buffers, to a reader that pauses: no byte lost or mixed."""
    slow = await served.page(small=True)
    try:
        for round in range(5):
            for first in range(1, 11):
                await tell(slow, do="answers", first=first, count=1, size=30_000)
                await slow.ping()
            assert [(await hear(slow))["n"] for _ in range(10)] == list(range(1, 11)), round
    finally:
        await slow.close()


async def test_pings_are_answered_between_frames(page: ClientConnection) -> None:
    await tell(page, do="burst", first=1, count=50, size=2000)
    async with asyncio.timeout(5):
        waiter = await page.ping()
        numbers = [(await hear(page))["n"] for _ in range(50)]
        await waiter
    assert numbers == list(range(1, 51))


@pytest.mark.parametrize("code", [1000, 1012, 4403, 4408])
async def test_the_closing_frame_comes_behind_everything(served: Served, code: int) -> None:
    page = await served.page()
    await tell(page, do="answers", first=1, count=15, size=3000)
    await tell(page, do="close", code=code)
    numbers = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            numbers.append((await hear(page))["n"])
    assert numbers == list(range(1, 16))
    assert page.close_code == code


async def numbers_until(page: ClientConnection, end: str | int) -> list[int]:
    """Numbers of the frames up to the one with the key, or the number, ``end``; or to the close."""
    numbers: list[int] = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            heard = await hear(page)
            if "resync" in heard:
                if end == "resync":
                    break
                continue
            numbers.append(heard["n"])
            if heard["n"] == end:
                break
    return numbers


async def test_a_page_that_lags_goes_on_without_a_frame_mixed_or_doubled(served: Served) -> None:
    """More than our buffers hold while it does not read: events are dropped, none is half sent, and
    after the resynchronisation everything new arrives."""
    slow = await served.page(small=True)
    try:
        slow.transport.pause_reading()
        # At once: in between, the kernel under some servers would take what ours would not.
        await tell(slow, do="burst", first=1, count=1000, size=3000)
        await asyncio.sleep(1.0)
        slow.transport.resume_reading()
        numbers = await numbers_until(slow, "resync")
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) < 1000
        await tell(slow, do="burst", first=2000, count=3, size=10)
        assert [(await hear(slow))["n"] for _ in range(3)] == [2000, 2001, 2002]
    finally:
        slow.transport.abort()


async def test_a_page_that_never_reads_is_given_up(served: Served) -> None:
    stuck = await served.page(small=True)
    stuck.transport.pause_reading()
    with contextlib.suppress(ConnectionClosed):
        for first in range(1, 1401, 100):
            await tell(stuck, do="burst", first=first, count=100, size=3000)
            await asyncio.sleep(0.5)
    await tell_if_open(stuck, do="answers", first=5000, count=1, size=10)
    stuck.transport.resume_reading()
    numbers = await numbers_until(stuck, 5000)
    assert numbers == sorted(set(numbers))
    if served.kind in OWN:
        assert stuck.close_code in {4408, 1006}
    stuck.transport.abort()


async def test_a_page_that_vanishes_hurts_nobody(served: Served, page: ClientConnection) -> None:
    for _ in range(5):
        gone = await served.page()
        await tell(gone, do="burst", first=1, count=500, size=3000)
        gone.transport.abort()
    await tell(page, do="answers", first=7, count=1, size=10)
    assert (await hear(page))["n"] == 7
