"""Presence: timed by the server, only while the class is live, honest after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.activities.models import Attendance, Source
from liveclass.attendance import actions as attendance
from liveclass.rooms import actions, queries
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Participation
from realtime.protocol.events import MyAttendance
from tests.liveclass.world import World

NOON = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live(clock: time_machine.Traveller, world: World) -> World:
    """A class that has just begun, with only its host in it."""
    world.start()
    return world


def minutes(world: World) -> dict[str, int]:
    """Whole minutes of everybody who came."""
    lines = queries.summary(world.session)
    return {line.member.name: line.minutes for line in lines if line.present}


def rows(actor: Actor) -> list[tuple[int, int | None]]:
    """Stretches of one person, in seconds after noon."""
    return [
        (_after(row.started_at), None if row.ended_at is None else _after(row.ended_at))
        for row in Attendance.objects.filter(member=actor.member).order_by("pk")
    ]


def _after(when: datetime) -> int:
    return int((when - NOON).total_seconds())


def test_it_begins_with_the_class_for_everybody_present(
    clock: time_machine.Traveller, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.enter(world.ann)
    assert not Attendance.objects.exists(), "waiting before the start does not count"
    monkeypatch.setattr(actions, "present_members", lambda code: [world.ann.member])
    clock.shift(60)
    world.do(actions.start_class, world.host)
    assert rows(world.ann) == rows(world.host) == [(60, None)]
    told = {one.member for one in world.heard if isinstance(one.event, MyAttendance)}
    assert told == {world.ann.member, world.host.member}


def test_coming_and_going(live: World, clock: time_machine.Traveller) -> None:
    clock.shift(120)
    live.enter(live.ann)
    live.enter(live.ann)
    clock.shift(30)
    live.leave(live.ann)
    live.leave(live.ann)
    clock.shift(600)
    live.enter(live.ann)
    assert rows(live.ann) == [(120, 150), (750, None)]
    assert Participation.objects.get(member=live.ann.member).last_seen == timezone.now()


def test_the_end_adds_nothing_to_what_was_certain(
    live: World, clock: time_machine.Traveller
) -> None:
    live.enter(live.ann)
    clock.shift(20)
    live.run(attendance.touch, {live.code: [live.ann.member, live.host.member]})
    clock.shift(3000)
    live.run(attendance.touch, {live.code: [live.host.member]})
    assert minutes(live) == {"host": 0, "ann": 0}
    clock.shift(10)
    live.do(actions.end_class, live.host)
    assert rows(live.ann) == [(0, 20)]
    assert rows(live.host) == [(0, 20), (3020, 3030)]


def test_a_running_stretch_reaches_no_further_than_is_certain(
    live: World, clock: time_machine.Traveller
) -> None:
    clock.shift(40)
    live.run(attendance.touch, {live.code: [live.host.member]})
    clock.shift(40)
    assert minutes(live) == {"host": 1}
    clock.shift(3600)
    assert minutes(live) == {"host": 0}


def test_it_ends_with_the_class(live: World, clock: time_machine.Traveller) -> None:
    live.enter(live.ann)
    for _ in range(90):
        clock.shift(40)
        live.run(attendance.touch, {live.code: [live.ann.member, live.host.member]})
    live.heard.clear()
    live.do(actions.end_class, live.host)
    assert rows(live.ann) == [(0, 3600)]
    told = {one.member: one.event for one in live.heard if isinstance(one.event, MyAttendance)}
    assert told[live.ann.member].intervals[0].end == timezone.now().timestamp()
    clock.shift(60)
    live.enter(live.bob)
    live.leave(live.ann)
    assert rows(live.bob) == []
    assert minutes(live) == {"host": 60, "ann": 60}


def test_a_heartbeat_certifies_presence(live: World, clock: time_machine.Traveller) -> None:
    live.enter(live.ann)
    clock.shift(15)
    live.run(attendance.touch, {live.code: [live.ann.member, live.host.member]})
    seen = Attendance.objects.filter(member=live.ann.member).values_list("seen_at", flat=True)
    assert list(seen) == [timezone.now()]


def test_a_heartbeat_for_a_room_that_is_not_live_writes_nothing(world: World) -> None:
    world.run(attendance.touch, {world.code: [world.ann.member], "nosuchrm": [1]})
    assert not Attendance.objects.exists()


def test_after_a_crash_only_what_was_certain_counts(
    live: World, clock: time_machine.Traveller
) -> None:
    live.enter(live.ann)
    clock.shift(30)
    live.run(attendance.touch, {live.code: [live.ann.member]})
    clock.shift(300)
    assert live.run(attendance.close_stale) == 2, "the host's, never certified, and Ann's"
    assert rows(live.ann) == [(0, 30)]
    assert rows(live.host) == [(0, 0)]
    assert live.run(attendance.close_stale, timedelta(seconds=1)) == 0


@pytest.mark.parametrize("comes_back", ["enter", "touch"])
def test_a_server_that_was_away_invents_no_presence(
    live: World, clock: time_machine.Traveller, comes_back: str
) -> None:
    live.enter(live.ann)
    clock.shift(300)
    if comes_back == "enter":
        live.enter(live.ann)
    else:
        live.run(attendance.touch, {live.code: [live.ann.member]})
    assert rows(live.ann) == [(0, 0), (300, None)]


def test_the_summary_unites_sources_and_clips_live_ones(
    live: World, clock: time_machine.Traveller
) -> None:
    for _ in range(15):
        live.run(attendance.touch, {live.code: [live.ann.member]})
        clock.shift(40)
    live.do(actions.end_class, live.host)
    before = NOON - timedelta(minutes=5)
    Attendance.objects.create(
        session=live.session, member_id=live.ann.member, source=Source.HALL,
        started_at=before, seen_at=NOON, ended_at=NOON + timedelta(minutes=3),
    )  # fmt: skip
    lines = {line.member.name: line for line in queries.summary(live.session)}
    assert lines["ann"].minutes == 10
    assert (lines["ann"].expected, lines["ann"].present) == (True, True)
    assert (lines["bob"].expected, lines["bob"].present) == (True, False)
    assert (lines["host"].role, lines["host"].expected) == ("host", False)
    assert "assistant" not in lines, "neither expected nor there"
    assert "stranger" not in lines


def test_the_summary_of_a_class_that_never_began(world: World) -> None:
    assert [line.present for line in queries.summary(world.session)] == [False, False, False]


def test_the_database_itself_refuses_what_must_not_be(live: World) -> None:
    live.enter(live.ann)
    now = timezone.now()
    mine = Attendance.objects.filter(member=live.ann.member)
    for forbidden in (
        lambda: mine.update(ended_at=now - timedelta(seconds=1)),
        lambda: mine.update(seen_at=now - timedelta(seconds=1)),
        lambda: mine.update(source="dream"),
        lambda: Attendance.objects.create(
            session=live.session, member_id=live.ann.member, started_at=now, seen_at=now
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()


def test_leaving_after_the_clock_was_set_back(live: World, clock: time_machine.Traveller) -> None:
    live.enter(live.ann)
    clock.shift(-60)
    live.leave(live.ann)
    assert rows(live.ann) == [(0, 0)]
