"""Phones that stop reading, against a real daphne: bounded, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from realtime.protocol.version import PROTOCOL_VERSION
from tests.realtime.classroom import Classroom, Page

pytestmark = [pytest.mark.asyncio, pytest.mark.slow]

STALLED = 15
LINE = "字" * 1900
SECONDS = 12.0


@pytest_asyncio.fixture(autouse=True)
async def pages_are_closed(own_classroom: Classroom) -> AsyncIterator[None]:
    yield
    await own_classroom.close_pages()


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


async def stalled_page(classroom: Classroom, person: str) -> Page:
    """A page that greets and then reads nothing, with the smallest receive buffer there is."""
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", classroom.port))
    small.setblocking(False)
    page = Page(await classroom.connect("?lang=en", sock=small))
    classroom.pages.append(page)
    hello = {"ticket": classroom.ticket(person), "version": PROTOCOL_VERSION}
    await page.send({"type": "hello", **hello})
    await page.wait_for("snapshot")
    page.socket.transport.pause_reading()
    return page


async def test_stalled_readers_cost_neither_memory_nor_time(own_classroom: Classroom) -> None:
    room = own_classroom
    assert room.process is not None
    talkers = [await room.page(f"m{n}") for n in range(16)]
    reader = await room.page("bob")
    stalled = [await stalled_page(room, f"m{n + 20}") for n in range(STALLED)]
    before = memory(room.process.pid)
    delays: list[float] = []
    until = time.monotonic() + SECONDS
    sent = 0
    while time.monotonic() < until:
        talker = talkers[sent % len(talkers)]
        began = time.monotonic()
        answer = await talker.do("chat.post", text=LINE)
        sent += answer["type"] == "accepted"
        while not reader.seqs or reader.seqs[-1] < answer["seq"]:
            await asyncio.wait_for(reader.next(), 5)
        delays.append(time.monotonic() - began)
        for page in talkers:
            page.heard.clear()
        await asyncio.sleep(0.08)
    due = sent * len(json.dumps(LINE, ensure_ascii=False).encode())
    grown = memory(room.process.pid) - before
    assert sorted(delays)[int(len(delays) * 0.9)] < 0.5
    assert due > 300_000
    assert grown < STALLED * 512 * 1024 + 24 * 2**20
    stalled[0].socket.transport.resume_reading()
    assert await stalled[0].closed() in {4408, 1006}
