"""A break counts for nobody and is asked of nobody; of two classes at once one is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from courses.activities import actions as activities
from courses.activities.credit import count
from courses.activities.models import Attendance
from courses.activities.presence.models import Break
from courses.activities.shares import covered, shares
from courses.credits.models import CreditEntry
from liveclass.attendance import actions as attendance
from liveclass.attendance import breaks
from liveclass.rooms import actions as rooms
from liveclass.rooms import queries
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from realtime.protocol.events import BreakChanged, MyAttendance
from tests.liveclass.world import World, new_id, refused

NOON = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live(clock: time_machine.Traveller, world: World) -> World:
    activities.change_class(world.session, credit_kind="safety")
    world.start()
    world.enter(world.ann)
    world.heard.clear()
    return world


def wait(clock: time_machine.Traveller, world: World, minutes: int) -> None:
    """Time passes; the heartbeat certifies who is here."""
    clock.shift(timedelta(minutes=minutes))
    rows = {world.code: [world.ann.member, world.host.member]}
    # the heart beats every 15 s: it is as if it had beaten until now
    Attended.seen(rows[world.code])
    world.run(attendance.touch, rows)


class Attended:
    """Presence certified up to this moment, as heartbeats in between would have done."""

    @staticmethod
    def seen(members: list[int]) -> None:
        rows = Attendance.objects.filter(member__in=members, ended_at__isnull=True)
        rows.update(seen_at=timezone.now())


def minutes_of(world: World, name: str) -> int:
    return next(one.minutes for one in queries.summary(world.session) if one.member.name == name)


def test_a_break_is_told_and_left_out(clock: time_machine.Traveller, live: World) -> None:
    wait(clock, live, 20)
    live.do(breaks.begin, live.host, 10)
    [told] = live.events(BreakChanged)
    assert told.span.until - told.span.start == 600
    wait(clock, live, 30)  # the break was over by itself after ten minutes
    assert minutes_of(live, "ann") == 40
    live.do(rooms.end_class, live.host)
    live.session.refresh_from_db()
    assert shares(live.session, [live.ann.member])[live.ann.member].together == 1000
    [(start, end)] = covered(live.session, live.ann.member)
    assert (round(start), round(end)) == (0, 3000), "nobody makes up a break"


def test_an_hour_with_a_break_counts_without_it(clock: time_machine.Traveller, live: World) -> None:
    """90 minutes with 20 of break: 56 of 70 are enough, and 55 are not."""
    live.enter(live.bob)
    wait(clock, live, 20)
    live.do(breaks.begin, live.host, 20)
    wait(clock, live, 20)
    Attended.seen([live.bob.member])
    wait(clock, live, 35)
    Attended.seen([live.bob.member])
    live.leave(live.bob)
    wait(clock, live, 1)
    live.leave(live.ann)
    wait_host = {live.code: [live.host.member]}
    clock.shift(timedelta(minutes=14))
    Attended.seen([live.host.member])
    live.run(attendance.touch, wait_host)
    live.do(rooms.end_class, live.host)
    live.session.refresh_from_db()
    count(live.session)
    earned = set(CreditEntry.objects.values_list("member__name", flat=True))
    assert earned == {"host", "ann"}
    [entry] = CreditEntry.objects.filter(member=live.ann.member)
    assert entry.evidence["percent"] == 80
    assert entry.evidence["breaks"] == [[1200, 2400]]


def test_a_break_is_ended_sooner_or_lengthened(clock: time_machine.Traveller, live: World) -> None:
    live.do(breaks.begin, live.host, 10)
    clock.shift(60)
    live.do(breaks.begin, live.assistant, 20)
    clock.shift(60)
    command = new_id()
    live.run(breaks.end, live.host, command)
    live.run(breaks.end, live.host, command)
    [taken] = Break.objects.all()
    assert (taken.until - taken.started_at).total_seconds() == 120
    assert len(live.events(BreakChanged)) == 3, "the repeated command did nothing"
    assert refused(live, breaks.end, live.host) == "break_none"


def test_who_may_take_a_break(world: World) -> None:
    assert refused(world, breaks.begin, world.host, 10) == "class_not_live"
    world.start()
    assert refused(world, breaks.begin, world.ann, 10) == "staff_only"
    assert refused(world, breaks.end, world.ann) == "staff_only"
    world.end()
    assert refused(world, breaks.begin, world.host, 10) == "class_ended"


@pytest.fixture
def other(live: World) -> Actor:
    """Ann in a second class that runs at the same time."""
    session = rooms.schedule_class(
        created_by=live.people["host"], title="Second", starts_at=NOON, minutes=60,
        lecturer=live.people["assistant"], audience_everyone=True,
    )  # fmt: skip
    room = Room.objects.get(session=session)
    host = Actor(room.pk, session.code, live.people["assistant"].pk, "host")
    live.do(rooms.start_class, host)
    live.heard.clear()
    return Actor(room.pk, session.code, live.ann.member, "member")


def mine(world: World, code: str) -> list[str]:
    """Why Ann's running time in a room does not count, as she was told last."""
    told = [
        one.event
        for one in world.heard
        if one.room == code and one.member == world.ann.member
        and isinstance(one.event, MyAttendance)
    ]  # fmt: skip
    return [lost.why for lost in told[-1].lost if lost.end is None]


def test_of_two_rooms_one_counts_and_she_is_told(
    clock: time_machine.Traveller, live: World, other: Actor
) -> None:
    clock.shift(5)
    live.enter(other)
    assert mine(live, other.room) == ["elsewhere"]
    assert mine(live, live.code) == []
    clock.shift(5)
    live.do(breaks.count_here, other)
    assert mine(live, other.room) == []
    clock.shift(5)
    here = [live.ann.member]
    live.run(attendance.touch, {live.code: here, other.room: here})
    assert mine(live, live.code) == ["elsewhere"]
    clock.shift(5)
    live.heard.clear()
    live.leave(other)
    assert mine(live, live.code) == [], "alone again, this class counts"
