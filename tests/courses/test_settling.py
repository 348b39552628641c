"""Who has completed a course, when, and what follows: hours, certificate, the next course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.activities import actions as activities
from courses.activities.credit import count
from courses.activities.models import Attendance, Session
from courses.catalog.models import Course, Lesson, Section
from courses.completion import settling
from courses.completion.actions import enrol, open_lease, record
from courses.completion.book import Report
from courses.completion.models import Completion, Enrolment, Progress
from courses.completion.queries import standing
from courses.completion.rules import All, Attended, Finished, Watched, encode, still_missing
from courses.completion.settling import settle
from courses.credits.certificates.models import Certificate
from courses.credits.models import CreditEntry
from members.accounts.models import Member
from tests.factories import make_member

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE = 600
"""Ticks."""


@pytest.fixture
def author(db: None) -> Member:
    return make_member()


@pytest.fixture
def ann(db: None) -> Member:
    return make_member()


def make_course(author: Member, *kinds: str, code: str = "AQ-101", **facts: object) -> Course:
    course = Course.objects.create(
        code=code, title="安全生产法", author=author, credit_kind="safety", estimated_minutes=45,
        state="published", **facts,
    )  # fmt: skip
    section = Section.objects.create(course=course, order=1, title="1")
    for order, kind in enumerate(kinds):
        Lesson.objects.create(section=section, order=order, kind=kind, title=kind)
    return course


def lesson(course: Course, order: int = 0) -> Lesson:
    return Lesson.objects.get(section__course=course, order=order)


def has(member: Member, of: Lesson, permille: int, period: str = "") -> None:
    Progress.objects.update_or_create(
        member=member, lesson=of, period=period,
        defaults={"permille": permille, "changed_at": NOW},
    )  # fmt: skip


def test_all_required_lessons_complete_a_course_once(author: Member, ann: Member) -> None:
    course = make_course(author, "video", "article")
    enrol([ann.pk], course.pk, now=NOW)
    has(ann, lesson(course), 950)
    assert settle([ann.pk], course.pk, NOW) == 0
    assert Enrolment.objects.get().permille == 500
    has(ann, lesson(course, 1), 1000)
    assert settle([ann.pk], course.pk, NOW) == 1
    assert settle([ann.pk], course.pk, NOW + timedelta(days=1)) == 0
    completion = Completion.objects.get()
    assert (completion.member, completion.at) == (ann, NOW)
    entry = CreditEntry.objects.get()
    assert (entry.value, entry.mode, entry.kind) == (100, "self", "safety")
    assert entry.evidence["conditions"] == [
        {"rule": "watched", "lesson": lesson(course).pk, "has": 950, "needs": 950},
        {"rule": "read", "lesson": lesson(course, 1).pk, "has": 1000, "needs": 1000},
    ]
    assert Certificate.objects.get().value == 100


def test_elective_and_removed_lessons_are_not_asked_for(author: Member, ann: Member) -> None:
    course = make_course(author, "video", "video", "video")
    Lesson.objects.filter(order=1).update(required=False)
    Lesson.objects.filter(order=2).update(removed=True)
    enrol([ann.pk], course.pk)
    has(ann, lesson(course), 1000)
    assert settle([ann.pk], course.pk) == 1


def test_a_course_without_lessons_is_never_complete(author: Member, ann: Member) -> None:
    course = make_course(author)
    enrol([ann.pk], course.pk)
    assert not Completion.objects.exists()


def test_who_does_not_take_it_is_left_alone(author: Member, ann: Member) -> None:
    course = make_course(author, "video")
    has(ann, lesson(course), 1000)
    assert settle([ann.pk], course.pk) == 0
    assert enrol([ann.pk], course.pk) == 1  # what she had done before counts
    assert Completion.objects.count() == 1
    assert enrol([ann.pk], course.pk) == 0


def test_what_is_required_anew_begins_anew(author: Member, ann: Member) -> None:
    course = make_course(author, "video")
    enrol([ann.pk], course.pk, now=NOW)
    has(ann, lesson(course), 1000)
    assert settle([ann.pk], course.pk, NOW) == 1
    enrol([ann.pk], course.pk, "2027", NOW + timedelta(days=60))
    assert standing(ann.pk, course).has == 0
    has(ann, lesson(course), 1000, "2027")
    assert settle([ann.pk], course.pk) == 1
    assert sorted(Completion.objects.values_list("period", flat=True)) == ["", "2027"]
    assert CreditEntry.objects.count() == Certificate.objects.count() == 2


def test_the_last_watched_second_completes_at_once(author: Member, ann: Member) -> None:
    course = make_course(author, "video")
    enrol([ann.pk], course.pk, now=NOW)
    page = open_lease(ann.pk, lesson(course).pk, 1, NOW)
    assert page is not None
    after = NOW
    for number in range(1, 21):
        after += timedelta(seconds=15)
        played = ((number - 1) * 150, number * 150)
        record(
            Report(
                lease=page.pk, member=ann.pk, lesson=lesson(course).pk, version=1,
                duration=5 * MINUTE, number=number, played=(played,), position=played[1],
            ),
            after,
        )  # fmt: skip
        assert Completion.objects.exists() == (number >= 19)


def test_a_class_and_its_replay_complete_a_course_together(author: Member, ann: Member) -> None:
    course = make_course(author, "live")
    session = held(author)
    Lesson.objects.update(activity=session.activity)
    Course.objects.update(rule=encode(All((Attended(lesson=lesson(course).pk, permille=800),))))
    enrol([ann.pk], course.pk, now=NOW)
    present(session, ann, 0, 30)
    count(session)
    [missing] = still_missing(standing(ann.pk, course))
    assert (missing.has, missing.needs) == (500, 800)
    watch_replay(session, ann, (25, 50))
    assert standing(ann.pk, course).met
    assert Completion.objects.count() == 1
    # The class has its own hours; the course adds only what is not the class.
    modes = dict(CreditEntry.objects.filter(member=ann).values_list("source_kind", "mode"))
    assert modes == {"class": "live_replay", "course": "self"}
    [row] = Attendance.objects.filter(source="replay")
    assert (row.content_from, row.content_to) == (25 * 60, 50 * 60)


def test_watching_the_replay_in_double_speed_earns_three_quarters(
    author: Member, ann: Member
) -> None:
    make_course(author, "live")
    session = held(author)
    watch_replay(session, ann, (0, 60), speed=2.0)
    rows = Attendance.objects.filter(source="replay")
    seen = sum((row.content_to or 0) - (row.content_from or 0) for row in rows)
    assert 0.70 * 3600 < seen <= 0.76 * 3600


def test_who_finishes_the_first_course_may_have_finished_the_next(
    author: Member, ann: Member
) -> None:
    first = make_course(author, "video")
    second = make_course(author, "video", code="AQ-102")
    rule = All((Finished(course=first.pk), Watched(lesson=lesson(second).pk)))
    Course.objects.filter(pk=second.pk).update(rule=encode(rule))
    for course in (first, second):
        enrol([ann.pk], course.pk)
    has(ann, lesson(second), 1000)
    assert settle([ann.pk], second.pk) == 0
    has(ann, lesson(first), 1000)
    assert settle([ann.pk], first.pk) == 1
    assert Completion.objects.filter(course=second).count() == 1


def test_a_thousand_at_once_take_few_statements_and_are_told_together(
    author: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_course(author, "video")
    people = Member.objects.bulk_create(
        [
            Member(staff_no=f"9{n:04}", name=f"n{n}", department=author.department)
            for n in range(120)
        ]
    )
    enrol([one.pk for one in people], course.pk)
    Progress.objects.bulk_create(
        [
            Progress(member=one, lesson=lesson(course), permille=1000, changed_at=NOW)
            for one in people
        ]
    )
    told: list[Sequence[Completion]] = []
    monkeypatch.setattr(settling, "when_completed", [told.append])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert settle([one.pk for one in people], course.pk) == 120
    assert len(queries) < 40
    assert [len(one) for one in told] == [120]
    assert Certificate.objects.count() == CreditEntry.objects.count() == 120


def held(host: Member, minutes: int = 60) -> Session:
    session = activities.schedule_class(
        created_by=host, title="Winter heating", starts_at=NOW, minutes=minutes, lecturer=host,
        credit_kind="safety",
    )  # fmt: skip
    activities.close_session(session.pk, NOW, NOW + timedelta(minutes=minutes))
    session.refresh_from_db()
    return session


def present(session: Session, who: Member, start: int, end: int) -> None:
    first, last = NOW + timedelta(minutes=start), NOW + timedelta(minutes=end)
    Attendance.objects.create(
        session=session, member=who, source="live", started_at=first, seen_at=last, ended_at=last
    )


def watch_replay(
    session: Session, who: Member, minutes: tuple[int, int], speed: float = 1.0
) -> None:
    """Report every 15 seconds, as the page does."""
    at = NOW + timedelta(days=1)
    page = open_lease(who.pk, None, 0, at, session=session.pk)
    assert page is not None
    start, end = minutes[0] * MINUTE, minutes[1] * MINUTE
    number, step = 0, int(150 * speed)
    while start < end:
        number, at = number + 1, at + timedelta(seconds=15)
        played = (start, min(start + step, end))
        record(
            Report(
                lease=page.pk, member=who.pk, lesson=0, version=0, duration=60 * MINUTE,
                number=number, played=(played,), position=played[1],
            ),
            at,
        )  # fmt: skip
        start = played[1]


@pytest.mark.parametrize("people", [3, 3 * settling.FEW])
def test_few_or_many_different_shares_are_stored_alike(author: Member, people: int) -> None:
    course = make_course(author, "video", "article")
    members = [make_member() for _ in range(people)]
    enrol([one.pk for one in members], course.pk, now=NOW)
    for number, one in enumerate(members):
        has(one, lesson(course), 10 * number)
    has(members[0], lesson(course), 950)
    has(members[0], lesson(course, 1), 1000)
    assert settle([one.pk for one in members], course.pk, NOW) == 1
    stored = dict(Enrolment.objects.values_list("member", "permille"))
    assert len({stored[one.pk] for one in members[1:]}) == people - 1
    assert Enrolment.objects.get(completed_at=NOW).member == members[0]
