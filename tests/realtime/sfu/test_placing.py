"""Who goes to which worker, and what a line does when nobody reads it."""

from __future__ import annotations

import socket

import pytest

from realtime.sfu.line import MEDIA, Line, packed, unpacked
from realtime.sfu.placing import MOST_HOMES, Placing


def placing(*viewers: int | None) -> Placing:
    """Workers with so many viewers each; None for one that is down."""
    made = Placing(len(viewers))
    for worker, count in zip(made.workers, viewers, strict=True):
        if count is not None:
            worker.looked_at({"viewers": count})
    return made


def test_viewers_go_where_the_fewest_are_and_count_at_once() -> None:
    rule = placing(5, 3, None)
    chosen = []
    for _ in range(4):
        worker = rule.seat("r1")
        assert worker is not None
        worker.placed += 1
        chosen.append(worker.number)
    assert chosen == [1, 1, 0, 1]


def test_at_equal_numbers_a_viewer_stays_with_the_publisher() -> None:
    rule = placing(2, 2)
    rule.origins["r1", "camera"] = 1
    home, seat = rule.home("r1"), rule.seat("r1")
    assert home is not None
    assert seat is not None
    assert (home.number, seat.number) == (1, 1)


def test_all_publishers_of_a_room_go_to_one_worker_and_rooms_are_spread() -> None:
    rule = placing(0, 0)
    first = rule.home("r1")
    assert first is not None
    rule.origins["r1", "camera"] = first.number
    second = rule.home("r2")
    assert second is not None
    assert second.number != first.number
    assert rule.home("r1") is first


def test_the_streams_of_a_dead_worker_find_another() -> None:
    rule = placing(0, 9)
    rule.origins["r1", "camera"] = 0
    assert rule.lost(0) == [("r1", "camera")]
    home = rule.home("r1")
    assert home is not None
    assert home.number == 1
    assert rule.lost(1) == []
    assert rule.home("r1") is None
    assert rule.seat("r1") is None


def test_rooms_that_nobody_publishes_in_are_forgotten() -> None:
    rule = placing(0)
    for number in range(MOST_HOMES + 5):
        rule.home(f"r{number}")
    assert len(rule._homes) == MOST_HOMES


@pytest.mark.asyncio
async def test_a_line_drops_what_does_not_fit_and_never_waits() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line = Line(ours, lambda *_: None, lambda _: None)
    body = packed([b"x" * 1200] * 40)
    taken = 0
    while line.say(MEDIA, body):
        taken += 1
        assert taken < 1000
    assert taken > 3
    message = theirs.recv(1 << 17)
    assert [len(one) for one in unpacked(memoryview(message)[1:])] == [1200] * 40
    theirs.close()
    line.close()
