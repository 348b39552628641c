"""The bounded queue of one connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime.outbox import HIGH_WATER, MAX_QUEUED_BYTES, Frame, Need, Outbox, TooSlow, joined
from tests.realtime.pages import settle

pytestmark = pytest.mark.asyncio

KIB = b'"' + b"x" * 1022 + b'"'


class Stall:
    """A line that can be blocked, and what came through."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.blocked = 0
        self.resyncs = 0
        self.now = 0.0
        self.box = Outbox(self.send, lambda: self.blocked, lambda: self.now)
        self.box.resync = self.resync
        self.task = asyncio.create_task(self.box.run())

    async def send(self, message: dict[str, str]) -> None:
        self.sent.append(message["text"])

    async def resync(self) -> None:
        self.resyncs += 1


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Stall]:
    made = Stall()
    await settle()
    yield made
    made.box.close()
    made.task.cancel()
    await asyncio.gather(made.task, return_exceptions=True)


async def test_what_is_put_in_comes_out_in_order(line: Stall) -> None:
    for number in range(5):
        line.box.put(Frame(str(number).encode(), last=number))
    await settle()
    assert line.sent == ["0", "1", "2", "3", "4"]
    assert line.box.sent_seq == 4
    assert line.box.queued_bytes == 0


async def test_several_messages_share_a_frame() -> None:
    assert joined([b"1"]) == b"1"
    assert joined([b"1", b"2"]) == b"[1,2]"


async def test_a_blocked_line_is_not_written_to(line: Stall) -> None:
    line.blocked = HIGH_WATER + 1
    line.box.put(Frame(b"1"))
    await settle(0.12)
    assert line.sent == []
    line.blocked = 0
    await settle(0.1)
    assert line.sent == ["1"]


async def test_lossy_frames_go_first_when_the_box_is_full(line: Stall) -> None:
    line.blocked = HIGH_WATER + 1
    line.box.put(Frame(b"0"))
    await settle()
    for _ in range(100):
        line.box.put(Frame(KIB, Need.LOSSY))
    for _ in range(200):
        line.box.put(Frame(KIB))
    assert not line.box.lagging
    assert line.box.queued_bytes <= MAX_QUEUED_BYTES


async def test_a_lagging_page_keeps_its_answers_and_is_brought_up_to_date_once(line: Stall) -> None:
    line.blocked = HIGH_WATER + 1
    line.box.put(Frame(b"0"))
    await settle()
    line.box.put_message(b'"answer"')
    for _ in range(400):
        line.box.put(Frame(KIB))
    assert line.box.lagging
    assert line.box.queued_bytes < 2 * len(KIB)
    line.blocked = 0
    await settle(0.15)
    assert '"answer"' in line.sent
    assert line.resyncs == 1
    assert not line.box.lagging
    line.box.put(Frame(b"after"))
    await settle()
    assert line.sent[-1] == "after"


async def test_a_page_that_lags_again_at_once_is_given_up(line: Stall) -> None:
    for _ in range(2):
        line.blocked = HIGH_WATER + 1
        line.box.put(Frame(b"0"))
        await settle()
        for _ in range(400):
            line.box.put(Frame(KIB))
        line.blocked = 0
        await settle(0.15)
    with pytest.raises(TooSlow):
        await line.task


async def test_a_line_that_stays_blocked_is_given_up(line: Stall) -> None:
    line.blocked = HIGH_WATER + 1
    line.box.put(Frame(b"0"))
    await settle()
    line.now = 5.1
    with pytest.raises(TooSlow):
        await asyncio.wait_for(line.task, 1)


async def test_a_closed_box_takes_nothing(line: Stall) -> None:
    line.box.close()
    line.box.put(Frame(b"1"))
    await asyncio.wait_for(line.task, 1)
    assert line.sent == []
