"""Who is heard when many speak: the arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu.floor import HOLD_S, Floor

LOUD, MEDIUM, SILENT = 20, 50, 127


class Room:
    """Six speakers who send a packet each 20 ms."""

    def __init__(self, seats: int = 3, people: int = 6) -> None:
        self.floor = Floor(seats)
        self.levels = dict.fromkeys(range(1, people + 1), SILENT)
        self.now = 0.0
        self.changes = 0
        self.pictures = 0

    def passes(self, seconds: float) -> None:
        """Let so much time pass."""
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            before, shown = list(self.floor.seats), self.floor.shown
            for who, level in self.levels.items():
                self.floor.heard(who, level, self.now)
            self.changes += before != self.floor.seats
            self.pictures += shown != self.floor.shown


def test_as_long_as_there_are_seats_everybody_has_one_from_the_first_packet():
    floor = Floor(3)
    assert [floor.heard(who, SILENT, 0.0) for who in (7, 8, 9)] == [0, 1, 2]
    assert floor.heard(10, LOUD, 0.0) is None


def test_who_begins_to_speak_is_heard_within_a_moment_although_silent_people_sit():
    room = Room()
    room.passes(2)
    room.levels[6] = LOUD
    room.passes(0.1)
    assert 6 in room.floor.seats
    room.passes(1.5)
    assert room.floor.shown == 6


def test_equally_loud_people_do_not_push_each_other_out():
    room = Room()
    room.levels = dict.fromkeys(room.levels, MEDIUM)
    room.passes(1)
    before = room.changes
    room.passes(20)
    assert room.changes == before


@given(st.lists(st.sampled_from([LOUD, MEDIUM, SILENT]), min_size=6, max_size=6))
def test_after_a_while_the_loud_sit_and_the_picture_is_of_one_of_them(levels: list[int]):
    room = Room()
    room.passes(1)
    room.levels = dict(enumerate(levels, 1))
    room.passes(8)
    loud = {who for who, level in room.levels.items() if level == LOUD}
    seated = {who for who in room.floor.seats if who is not None}
    assert len(seated) == 3
    assert len(seated & loud) == min(3, len(loud))
    assert room.floor.shown in seated
    if loud:
        assert room.floor.shown in loud


def test_pauses_between_words_cost_nobody_her_seat_or_her_picture():
    room = Room()
    room.levels[1] = LOUD
    room.passes(3)
    for _ in range(10):
        room.levels[1], room.levels[5] = SILENT, 90
        room.passes(0.3)
        room.levels[1] = LOUD
        room.passes(0.5)
    assert room.floor.shown == 1
    assert 1 in room.floor.seats


def test_a_quarrel_changes_the_picture_at_most_once_a_second():
    room = Room()
    room.passes(2)
    before, began = room.pictures, room.now
    for turn in range(40):
        room.levels[1], room.levels[2] = (LOUD, SILENT) if turn % 2 else (SILENT, LOUD)
        room.passes(0.2)
    assert room.pictures - before <= (room.now - began) / HOLD_S + 1


def test_who_leaves_frees_the_seat_and_the_picture():
    room = Room()
    room.levels[1] = LOUD
    room.passes(2)
    assert room.floor.shown == 1
    room.levels.pop(1)
    room.floor.leave(1)
    assert room.floor.shown is None
    room.passes(0.1)
    assert None not in room.floor.seats
    assert 1 not in room.floor.seats
    assert room.floor.shown is not None
    room.floor.leave(77)


def test_who_does_not_say_how_loud_she_is_counts_as_a_quiet_voice():
    floor = Floor(1)
    for step in range(100):
        floor.heard(1, SILENT, step * 0.02)
        floor.heard(2, None, step * 0.02)
    assert floor.seats == [2]


def test_who_is_pinned_is_shown_whoever_speaks_and_then_whoever_speaks_again():
    room = Room()
    room.levels[6] = LOUD
    room.passes(2)
    room.floor.pin(2)
    assert room.floor.shown == 2
    room.passes(5)
    assert room.floor.shown == 2
    assert 6 in room.floor.seats, "she is heard all the same"
    room.floor.leave(2)
    assert room.floor.shown == 2, "she may come back with a new session"
    room.floor.pin(None)
    room.passes(2)
    assert room.floor.shown == 6
