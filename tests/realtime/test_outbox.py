"""The bounded queue of one connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime import outbox
from realtime.frames import Frame, Need, framed, joined
from realtime.outbox import MAX_QUEUED_BYTES, Jam, Outbox
from tests.realtime.pages import Wire, settle

pytestmark = pytest.mark.asyncio

KIB = b'"' + b"x" * 1022 + b'"'


class Stall:
    """A box over a line that can be blocked, and a clock that can be set."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.resyncs = 0
        self.given_up = 0
        self.now = 100.0
        self.box = Outbox(self.wire, self._resync, self._give_up)

    def _resync(self) -> None:
        self.resyncs += 1

    def _give_up(self) -> None:
        self.given_up += 1

    def fill(self, frames: int, need: Need = Need.EVENT) -> None:
        for _ in range(frames):
            self.box.put(Frame(KIB, need))


@pytest_asyncio.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stall]:
    made = Stall()
    monkeypatch.setattr(outbox, "jam", Jam(lambda: made.now))
    yield made
    made.box.close()
    await settle()


async def test_what_is_put_in_comes_out_at_once_and_in_order(line: Stall) -> None:
    for number in range(1, 6):
        line.box.put(Frame(str(number).encode(), last=number))
    assert line.wire.texts == ["1", "2", "3", "4", "5"]
    assert line.box.sent_seq == 5
    assert line.box.queued_bytes == 0


async def test_several_messages_share_a_frame() -> None:
    assert joined([b"1"]) == b"1"
    assert joined([b"1", b"2"]) == b"[1,2]"


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
async def test_a_frame_is_one_unmasked_text_frame(size: int, head: bytes) -> None:
    assert framed(b"x" * size) == head + b"x" * size


async def test_a_blocked_line_is_waited_for(line: Stall) -> None:
    line.wire.blocked = True
    line.box.put(Frame(b"1"))
    line.box.put(Frame(b"2"))
    await settle(0.12)
    assert line.wire.texts == []
    line.wire.blocked = False
    await settle(0.1)
    assert line.wire.texts == ["1", "2"]
    assert len(outbox.jam) == 0


async def test_nothing_overtakes_what_waits(line: Stall) -> None:
    line.wire.blocked = True
    line.box.put(Frame(b"1"))
    line.wire.blocked = False
    line.box.put_message(b"2")
    await settle(0.1)
    assert line.wire.texts == ["1", "2"]


async def test_lossy_frames_go_first_when_the_box_is_full(line: Stall) -> None:
    line.wire.blocked = True
    before = outbox.losses.lossy
    line.fill(100, Need.LOSSY)
    line.fill(200)
    assert not line.box.lagging
    assert line.box.queued_bytes <= MAX_QUEUED_BYTES
    assert outbox.losses.lossy == before + 100


async def test_a_lagging_page_keeps_its_answers_and_is_brought_up_to_date_once(line: Stall) -> None:
    line.wire.blocked = True
    line.box.put_message(b'"answer"')
    line.fill(400)
    assert line.box.lagging
    assert line.box.queued_bytes < 2 * len(KIB)
    line.wire.blocked = False
    await settle(0.15)
    assert line.wire.texts == ['"answer"']
    assert line.resyncs == 1
    assert not line.box.lagging
    line.box.put(Frame(b"after"))
    assert line.wire.texts[-1] == "after"


async def test_a_page_that_lags_again_at_once_is_given_up(line: Stall) -> None:
    for _ in range(2):
        line.wire.blocked = True
        line.fill(400)
        line.wire.blocked = False
        await settle(0.15)
    assert (line.resyncs, line.given_up) == (1, 1)
    assert line.box.closed


async def test_a_page_that_lags_again_much_later_is_not(line: Stall) -> None:
    for _ in range(2):
        line.wire.blocked = True
        line.fill(400)
        line.wire.blocked = False
        await settle(0.15)
        line.now += 31
    assert (line.resyncs, line.given_up) == (2, 0)


async def test_a_line_that_stays_blocked_is_given_up(line: Stall) -> None:
    line.wire.blocked = True
    line.box.put(Frame(b"0"))
    await settle(0.06)
    assert line.given_up == 0
    line.now += 5.1
    await settle(0.06)
    assert line.given_up == 1
    assert len(outbox.jam) == 0


async def test_answers_alone_cannot_fill_a_box_without_end(line: Stall) -> None:
    line.wire.blocked = True
    line.fill(600, Need.ANSWER)
    assert line.given_up == 1
    assert line.box.queued_bytes == 0


async def test_a_closed_box_takes_nothing(line: Stall) -> None:
    line.box.close()
    line.box.put(Frame(b"1"))
    await asyncio.sleep(0)
    assert line.wire.texts == []
