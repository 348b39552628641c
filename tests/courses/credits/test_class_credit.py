"""What people attended becomes entries: T6, T7 to T9 and T19 on real rows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from courses.activities import actions
from courses.activities.credit import count, recount
from courses.activities.models import Attendance, Segment, Session, Source
from courses.activities.queries import to_be_counted
from courses.credits import actions as ledger
from courses.credits.models import CreditEntry, Mode
from members.accounts.models import Member
from tests.liveclass.world import World, make_member

MINUTE = timedelta(minutes=1)
BEGAN = datetime.fromisoformat("2026-12-09T15:00+08:00")


@pytest.fixture
def host(world: World) -> Member:
    return world.people["host"]


@pytest.fixture
def ann(world: World) -> Member:
    return world.people["ann"]


def held(host: Member, minutes: int = 90, began: datetime = BEGAN, kind: str = "safety") -> Session:
    """A class that was held exactly as planned."""
    session = actions.schedule_class(
        created_by=host, title="Winter heating", starts_at=began, minutes=minutes, lecturer=host,
        credit_kind=kind,
    )  # fmt: skip
    actions.close_session(session.pk, began, began + minutes * MINUTE)
    session.refresh_from_db()
    return session


def present(session: Session, who: Member, start: float, end: float, source: str = "live") -> None:
    """Presence from minute ``start`` to ``end`` of the class."""
    assert session.held_from is not None
    first, last = session.held_from + start * MINUTE, session.held_from + end * MINUTE
    Attendance.objects.create(
        session=session, member=who, source=source, started_at=first, seen_at=last, ended_at=last
    )


def test_whoever_stays_gets_the_hours_and_the_lecturer_too(host: Member, ann: Member) -> None:
    session = held(host)
    present(session, ann, 2, 90)
    entries = {entry.member_id: entry for entry in count(session)}
    assert entries.keys() == {ann.pk, host.pk}
    mine = entries[ann.pk]
    assert (mine.value, mine.minutes, mine.kind, mine.mode) == (200, 90, "safety", "live")
    assert (mine.evidence["percent"], mine.evidence["live"]) == (97, [[120, 5400]])
    assert mine.unit == ann.department
    assert entries[host.pk].mode == Mode.TEACHING


def test_counting_again_changes_nothing(host: Member, ann: Member) -> None:
    session = held(host)
    present(session, ann, 0, 90)
    first = [entry.pk for entry in count(session)]
    assert [entry.pk for entry in count(session)] == first
    assert CreditEntry.objects.count() == 2
    assert to_be_counted() == []


def test_a_class_without_a_kind_earns_nothing(host: Member, ann: Member) -> None:
    session = held(host, kind="")
    present(session, ann, 0, 90)
    assert count(session) == []
    assert to_be_counted() == []


def test_t6_two_classes_at_once(world: World, host: Member, ann: Member) -> None:
    first = held(host)  # 15:00 to 16:30
    second = held(make_member("other"), 60, BEGAN + 60 * MINUTE)  # 16:00 to 17:00
    present(first, ann, 0, 90)
    present(second, ann, 0, 60)
    assert ann.pk in {entry.member_id for entry in count(first)}
    assert ann.pk not in {entry.member_id for entry in count(second)}, "30 of 60 minutes"


def test_two_devices_are_united(host: Member, ann: Member) -> None:
    session = held(host, 60)
    for start, end in ((0, 20), (0, 20), (10, 30)):
        present(session, ann, start, end, "hall")
    assert ann.pk not in {entry.member_id for entry in count(session)}
    present(session, ann, 30, 48)
    [entry] = count(session, [ann.pk])
    assert entry.evidence["percent"] == 80, "T9: 48 of 60 minutes are enough"


def test_t7_live_and_replay_are_one_entry(host: Member, ann: Member) -> None:
    session = held(host)
    present(session, ann, 0, 40)
    assert ann.pk not in {entry.member_id for entry in count(session)}
    night = datetime.fromisoformat("2026-12-10T23:30+08:00")
    content = (38 * 60, 90 * 60)
    actions.record_replay(session.pk, ann.pk, content, night, night + 52 * MINUTE)
    [entry] = count(session, [ann.pk])
    assert (entry.value, entry.mode, str(entry.earned_on)) == (200, "live_replay", "2026-12-11")


def test_t8_a_replay_after_a_complete_class_is_no_new_entry(host: Member, ann: Member) -> None:
    session = held(host)
    present(session, ann, 0, 90)
    before = count(session, [ann.pk])
    later = BEGAN + timedelta(days=1)
    actions.record_replay(session.pk, ann.pk, (0, 5400), later, later + 90 * MINUTE)
    assert count(session, [ann.pk]) == before
    assert before[0].mode == Mode.LIVE


def test_only_a_replay(host: Member, ann: Member) -> None:
    session = held(host, 60)
    later = BEGAN + timedelta(days=1)
    actions.record_replay(session.pk, ann.pk, (0, 3600), later, later + 20 * MINUTE)
    assert count(session, [ann.pk]) == [], "three times as fast does not count"
    actions.record_replay(session.pk, ann.pk, (0, 3600), later, later + 40 * MINUTE)
    [entry] = count(session, [ann.pk])
    assert entry.mode == Mode.REPLAY


def test_t19_who_leaves_after_the_second_part_gets_two(host: Member, ann: Member) -> None:
    session = held(host, 255)
    session.activity.segments.update(minutes=120)
    for order, minutes in ((2, 45), (3, 90)):
        Segment.objects.create(
            activity=session.activity, order=order, title=f"part {order}", minutes=minutes,
            credit_kind="practice",
        )  # fmt: skip
    present(session, ann, 0, 165, "hall")
    entries = count(session, [ann.pk])
    assert [entry.value for entry in entries] == [260, 100]
    assert {entry.mode for entry in entries} == {"hall"}


def test_a_class_broken_off_early_is_worth_what_was_held(host: Member, ann: Member) -> None:
    session = held(host, 90)
    actions.close_session(session.pk, BEGAN, BEGAN + 60 * MINUTE)
    session.refresh_from_db()
    present(session, ann, 0, 60)
    [entry] = count(session, [ann.pk])
    assert (entry.minutes, entry.value) == (60, 130)


def test_a_corrected_presence_is_counted_anew(host: Member, ann: Member, world: World) -> None:
    session = held(host)
    present(session, ann, 0, 90)
    count(session)
    Attendance.objects.filter(member=ann).delete()
    bob = world.people["bob"]
    present(session, bob, 0, 90)
    assert recount(session, world.admin, "wrong list") == 2
    standing = CreditEntry.objects.filter(reverses__isnull=True, reversal__isnull=True)
    assert set(standing.values_list("member", flat=True)) == {host.pk, bob.pk}
    total = CreditEntry.objects.filter(member=ann).aggregate(total=Sum("value"))
    assert total["total"] == 0
    assert recount(session, world.admin, "again") == 0


def test_another_kind_reverses_and_writes_anew(host: Member, ann: Member, world: World) -> None:
    session = held(host)
    present(session, ann, 0, 90)
    count(session)
    actions.change_class(session, credit_kind="practice")
    assert recount(session, world.admin, "wrong kind") == 2
    mine = CreditEntry.objects.filter(member=ann).order_by("pk")
    assert [(one.kind, one.value) for one in mine] == [
        ("safety", 200), ("safety", -200), ("practice", 200),
    ]  # fmt: skip
    assert [entry.pk for entry in count(session, [ann.pk])] == [mine[0].pk]


def test_what_a_person_took_back_stays_taken_back(host: Member, ann: Member, world: World) -> None:
    session = held(host)
    present(session, ann, 0, 90)
    [entry] = count(session, [ann.pk])
    ledger.reverse(entry, "somebody else sat there", world.admin)
    count(session)
    recount(session, world.admin, "again")
    total = CreditEntry.objects.filter(member=ann).aggregate(total=Sum("value"))
    assert total["total"] == 0


def test_the_end_of_a_class_is_the_beginning_of_its_counting(world: World) -> None:
    actions.change_class(world.session, credit_kind="safety")
    world.enter(world.ann)
    world.start()
    world.end()
    world.session.refresh_from_db()
    assert world.session.held_from is not None
    assert world.session.held_to is not None
    assert world.session.held_to <= timezone.now()
    assert to_be_counted() == [world.session]


def test_a_session_that_was_not_held_counts_nothing(world: World) -> None:
    assert count(world.session) == []
    assert Source.REPLAY in Source.values
