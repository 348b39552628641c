"""A check is announced, answered once, and missing it only means that a stretch is made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.activities.actions import record_replay
from courses.activities.models import Attendance
from courses.activities.presence.models import Check, CheckAnswer, Gap
from courses.activities.presence.queries import overdue
from courses.activities.shares import covered, shares
from liveclass.attendance import breaks
from liveclass.chat import actions as chat
from liveclass.checks import actions as checks
from liveclass.polls import actions as polls
from liveclass.polls.models import Option, Poll
from liveclass.rooms import actions as rooms
from liveclass.rooms import queries
from liveclass.rooms.actor import Actor
from liveclass.snapshot import room_state
from realtime.protocol.events import CheckClosed, CheckOpened, CheckTally, MyAttendance, MyCheck
from tests.liveclass.viewer import Viewer
from tests.liveclass.world import World, new_id, refused

NOON = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def live(clock: time_machine.Traveller, world: World) -> World:
    """A class with Ann and Bob in it, in which up to two checks are announced."""
    world.start()
    for actor in (world.ann, world.bob, world.assistant):
        world.enter(actor)
    world.do(checks.announce, world.host, 2)
    world.heard.clear()
    return world


def wait(clock: time_machine.Traveller, seconds: float) -> None:
    """Time passes in which all hearts beat."""
    clock.shift(timedelta(seconds=seconds))
    Attendance.objects.filter(ended_at__isnull=True).update(seen_at=timezone.now())


def newest() -> Check:
    return Check.objects.latest("pk")


def settle(clock: time_machine.Traveller, world: World) -> None:
    """The time of the newest check passes."""
    left = newest().deadline + checks.GRACE - timezone.now()
    wait(clock, left.total_seconds() + 1)
    [(code, check)] = overdue(timezone.now() - checks.GRACE, [world.code])
    world.run(checks.settle_late, code, check)
    world.run(checks.settle_late, code, check)


def gap(actor: Actor) -> list[tuple[int, int]]:
    """What somebody has to make up, in seconds after noon."""
    return [
        (int((one.started_at - NOON).total_seconds()), int((one.ended_at - NOON).total_seconds()))
        for one in Gap.objects.filter(member=actor.member).order_by("pk")
    ]


def test_who_does_not_answer_makes_up_the_stretch(
    clock: time_machine.Traveller, live: World
) -> None:
    wait(clock, 600)
    live.do(checks.ask, live.host, 120)
    wait(clock, 30)
    live.do(checks.answer, live.ann, newest().pk)
    settle(clock, live)
    assert (gap(live.ann), gap(live.bob)) == ([], [(0, 720)])
    assert not Gap.objects.exclude(member=live.bob.member).exists(), "nobody asks the staff"
    [told] = [one for one in live.heard if isinstance(one.event, MyAttendance)]
    assert told.member == live.bob.member
    assert [(lost.end, lost.why) for lost in told.event.lost] == [(NOON.timestamp() + 720, "check")]
    assert len(live.events(CheckClosed)) == 1


def test_a_sign_of_life_shortens_it(clock: time_machine.Traveller, live: World) -> None:
    wait(clock, 300)
    live.do(chat.post, live.bob, "I see")
    live.do(polls.create, live.host, "Clear?", ["Yes", "No"])
    wait(clock, 60)
    live.do(polls.cast_vote, live.ann, Poll.objects.get().pk, [Option.objects.first().pk])
    wait(clock, 240)
    live.do(checks.ask, live.host, 60)
    settle(clock, live)
    assert (gap(live.ann), gap(live.bob)) == ([(360, 660)], [(300, 660)])


def test_an_answer_to_the_check_before_is_one(clock: time_machine.Traveller, live: World) -> None:
    wait(clock, 100)
    live.do(checks.ask, live.host, 60)
    live.do(checks.answer, live.ann, newest().pk)
    settle(clock, live)
    wait(clock, 100)
    live.do(checks.ask, live.host, 60)
    settle(clock, live)
    asked = int((newest().deadline - NOON).total_seconds())
    assert gap(live.ann) == [(100, asked)]


def test_a_wrong_answer_leaves_what_was_taught(clock: time_machine.Traveller, live: World) -> None:
    wait(clock, 600)
    live.do(checks.ask, live.host, 90, " Which valve first? ", ["In", "Out"], 1)
    [opened] = live.events(CheckOpened)
    assert opened.check.options == ["In", "Out"]
    assert "correct" not in opened.check.__struct_fields__, "the key stays on the server"
    live.do(checks.answer, live.ann, newest().pk, 1)
    live.do(checks.answer, live.bob, newest().pk, 0)
    live.do(checks.answer, live.bob, newest().pk, 1)
    assert CheckAnswer.objects.filter(member=live.bob.member).count() == 1
    settle(clock, live)
    assert (gap(live.ann), gap(live.bob)) == ([], [(0, 600)])
    assert Gap.objects.get().wrong


def test_who_was_not_there_all_the_while_missed_nothing(
    clock: time_machine.Traveller, live: World
) -> None:
    wait(clock, 60)
    live.do(checks.ask, live.host, 60)
    live.leave(live.ann)
    wait(clock, 10)
    live.enter(live.ann)
    settle(clock, live)
    assert gap(live.ann) == []


def test_the_end_of_the_class_is_nobody_s_miss(clock: time_machine.Traveller, live: World) -> None:
    wait(clock, 60)
    live.do(checks.ask, live.host, 60)
    live.do(rooms.end_class, live.host)
    assert newest().settled_at is not None
    assert not Gap.objects.exists()
    assert overdue(timezone.now() + timedelta(hours=1), [live.code]) == []


def test_the_replay_makes_it_up(clock: time_machine.Traveller, live: World) -> None:
    wait(clock, 600)
    live.do(checks.ask, live.host, 60)
    live.do(checks.answer, live.ann, newest().pk)
    settle(clock, live)
    wait(clock, 536)  # twenty minutes in all
    live.do(rooms.end_class, live.host)
    live.session.refresh_from_db()
    who = [live.ann.member, live.bob.member]
    found = shares(live.session, who)
    assert (found[who[0]].together, found[who[1]].together) == (1000, 450)
    [(start, end)] = covered(live.session, who[1])
    assert (round(start), round(end)) == (660, 1200)
    began = timezone.now()
    record_replay(live.session.pk, who[1], (0, 660), began, began + timedelta(minutes=11))
    assert shares(live.session, who)[who[1]].together == 1000
    lines = {one.member.pk: one.minutes for one in queries.summary(live.session)}
    assert (lines[who[0]], lines[who[1]]) == (20, 9)


def test_the_answer_is_kept_once(clock: time_machine.Traveller, live: World) -> None:
    live.do(checks.ask, live.host, 60)
    command = new_id()
    for _ in range(2):
        live.run(checks.answer, live.ann, command, newest().pk)
    assert CheckAnswer.objects.count() == 1
    assert {one.check for one in live.events(MyCheck)} == {newest().pk}
    tallies = [one for one in live.heard if isinstance(one.event, CheckTally)]
    assert {one.to for one in tallies} == {"staff"}
    assert (tallies[-1].event.answered, tallies[-1].event.asked) == (1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckAnswer.objects.create(
            check_asked=newest(), member_id=live.ann.member, right=True, at=timezone.now()
        )


def test_members_are_told_no_numbers(live: World) -> None:
    live.do(checks.ask, live.host, 60)
    live.do(checks.answer, live.ann, newest().pk)
    told = {who: room_state(getattr(live, who)).check for who in ("host", "ann", "bob")}
    seen = {who: (one.mine, one.answered, one.asked) for who, one in told.items() if one}
    assert seen == {"host": (False, 1, 2), "ann": (True, 0, 0), "bob": (False, 0, 0)}


def test_what_is_refused(clock: time_machine.Traveller, world: World) -> None:
    assert refused(world, checks.ask, world.host, 60) == "class_not_live"
    assert refused(world, checks.announce, world.ann, 2) == "staff_only"
    world.start()
    world.enter(world.ann)
    assert refused(world, checks.ask, world.ann, 60) == "staff_only"
    assert refused(world, checks.ask, world.host, 60) == "check_unannounced"
    world.do(checks.announce, world.assistant, 1)
    for question, options, correct in (
        ("q", ["a"], 0), ("q", ["a", "a"], 0), ("q", ["a", "b"], 2), ("", ["a", "b"], 0),
    ):  # fmt: skip
        code = refused(world, checks.ask, world.host, 60, question, options, correct)
        assert code == "check_plan"
    world.do(breaks.begin, world.host, 5)
    assert refused(world, checks.ask, world.host, 60) == "break_running"
    world.do(breaks.end, world.host)
    world.do(checks.ask, world.host, 60)
    assert refused(world, checks.ask, world.host, 60) == "check_open"
    assert refused(world, checks.answer, world.host, newest().pk) == "members_only"
    assert refused(world, checks.answer, world.ann, newest().pk, 0) == "check_plan"
    assert refused(world, checks.answer, world.ann, 0) == "check_unknown"
    wait(clock, 64)
    assert refused(world, checks.answer, world.ann, newest().pk) == "check_late"
    settle_now = overdue(timezone.now() - checks.GRACE, [world.code])
    world.run(checks.settle_late, *settle_now[0])
    assert refused(world, checks.ask, world.host, 60) == "check_limit"
    world.end()
    assert refused(world, checks.announce, world.host, 2) == "class_ended"


def test_staff_know_at_once_how_many_are_asked(live: World) -> None:
    """The number comes after the check it belongs to: whoever only listens knows it too."""
    host = Viewer(live.host)
    live.do(checks.ask, live.assistant, 60)
    host.hear(live.heard)
    assert host.state.check is not None
    assert (host.state.check.answered, host.state.check.asked) == (0, 2)
    host.check()
    live.heard.clear()
    live.do(checks.answer, live.ann, newest().pk)
    host.hear(live.heard)
    host.check()
    assert host.state.check is not None
    assert host.state.check.answered == 1
