"""Playing that is reported: taken once, believed within the clock, never taken away."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from courses.catalog.models import Course, Lesson, Section
from courses.completion.actions import open_lease, record, record_all
from courses.completion.book import Report, Taken
from courses.completion.models import Lease, Progress
from courses.completion.policy import policy
from courses.completion.ranges import TICKS_PER_SECOND, Range, cover, length, unpack
from realtime.protocol.refusals import Refusal
from tests.factories import make_member

pytestmark = pytest.mark.django_db
HOUR = 3600 * TICKS_PER_SECOND
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Page:
    """A page of a member that has a lesson open."""

    def __init__(self, member: int, lesson: int, at: datetime, version: int = 1) -> None:
        lease = open_lease(member, lesson, version, at)
        assert lease is not None
        self.lease = lease
        self.number = 0

    def report(self, *played: Range) -> Report:
        self.number += 1
        return Report(
            lease=self.lease.pk,
            member=self.lease.member_id,
            lesson=self.lease.lesson_id,
            version=self.lease.version,
            duration=HOUR,
            number=self.number,
            played=played,
            position=played[-1][1] if played else 0,
        )

    def play(self, at: datetime, *played: Range) -> Taken:
        return record(self.report(*played), at)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def lesson(db: None) -> int:
    course = Course.objects.create(code="AQ-101", title="安全生产法", author=make_member())
    section = Section.objects.create(course=course, order=1, title="1")
    made = Lesson.objects.create(section=section, order=1, kind="video", title="权利和义务")
    return made.pk


@pytest.fixture
def member(db: None) -> int:
    return make_member().pk


def test_what_was_played_is_there_and_where_to_go_on(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    page.play(after(15), (0, 150))
    told = page.play(after(30), (150, 300))
    assert told == Taken(2, 150, ((0, 300),), 8, True)
    row = Progress.objects.get()
    assert unpack(bytes(row.cover)) == ((0, 300),)
    assert (row.covered, row.position, row.length, row.permille) == (300, 300, HOUR, 8)


def test_a_report_that_comes_twice_counts_once(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    report = page.report((0, 150))
    first = record(report, after(15))
    account = Lease.objects.get().ticks
    again = record(report, after(15))
    assert again == replace(first, kept=0)
    assert Lease.objects.get().ticks == account
    [one, other] = record_all([second := page.report((150, 300)), second], after(30))
    assert isinstance(one, Taken)
    assert isinstance(other, Taken)
    assert (one.kept, other.kept) == (150, 0)


def test_the_last_word_of_a_page_may_overtake_the_one_before(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    before, last = page.report((0, 150)), page.report((150, 200))
    record(last, after(20))
    assert record(before, after(21)).watched == ((0, 200),)


def test_forged_whole_hours_are_worth_their_beginning(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    for turn in range(20):
        page.play(after(5 * turn), (0, HOUR))
    assert Progress.objects.get().covered <= 130 * TICKS_PER_SECOND


def test_opening_the_lesson_again_and_again_gives_nothing(member: int, lesson: int) -> None:
    at = 0
    for turn in range(100):
        page = Page(member, lesson, after(turn))
        told = page.play(after(turn), (at, at + HOUR))
        at = told.watched[-1][1] if told.watched else 0
    most = 100 * policy().rate + policy().burst
    assert Progress.objects.get().covered <= most * TICKS_PER_SECOND


def test_two_pages_never_add_up(member: int, lesson: int) -> None:
    other_lesson = Lesson.objects.create(
        section=Section.objects.get(), order=2, kind="video", title="2"
    )
    one = Page(member, lesson, START)
    two = Page(member, other_lesson.pk, after(0))
    total = 0
    for turn in range(1, 41):
        for page in (one, two):
            total += page.play(after(15 * turn), ((turn - 1) * 300, turn * 300)).kept
    assert total <= (600 * policy().rate + policy().burst) * TICKS_PER_SECOND


def test_a_second_device_asks_before_it_takes_over(member: int, lesson: int) -> None:
    one = Page(member, lesson, START)
    one.play(after(15), (0, 150))
    assert open_lease(member, lesson, 1, after(20), take_over=False) is None
    assert one.play(after(30), (150, 300)).open
    assert open_lease(member, lesson, 1, after(120), take_over=False) is not None
    assert not one.play(after(121), (300, 310)).open


def test_what_was_played_before_another_device_took_over_counts_when_it_comes(
    member: int, lesson: int
) -> None:
    phone = Page(member, lesson, START)
    desk = Page(member, lesson, after(600))  # the phone was in a tunnel for ten minutes
    desk.play(after(615), (6_000, 6_150))
    late = [phone.report((turn * 150, turn * 150 + 150)) for turn in range(40)]
    answers = record_all(late, after(3600))
    assert all(isinstance(one, Taken) and one.kept == 150 and not one.open for one in answers)
    assert unpack(bytes(Progress.objects.get().cover)) == ((0, 6_150),)
    assert phone.play(after(7200), (10_000, 40_000)).kept < 150 * TICKS_PER_SECOND * 10
    assert Lease.objects.filter(closed_at__isnull=True).count() == 1


def test_too_late_is_refused(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    Page(member, lesson, after(60))
    [answer] = record_all([page.report((0, 150))], after(8 * 86_400))
    assert isinstance(answer, Refusal)
    assert answer.code == "lesson_closed"
    assert not Progress.objects.exists()


def test_somebody_elses_lease_is_refused(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    forged = replace(page.report((0, 150)), member=make_member().pk)
    [answer] = record_all([forged], after(15))
    assert isinstance(answer, Refusal)
    assert not Progress.objects.exists()


def test_new_material_resets_nobody(member: int, lesson: int) -> None:
    page = Page(member, lesson, START)
    page.play(after(1200), (0, 12_000))
    before = Progress.objects.get().permille
    new = Page(member, lesson, after(1300), version=2)
    told = new.play(after(1315), (0, 150))
    assert told.watched == ((0, 150),)
    assert told.permille == before
    assert page.play(after(1320), (12_000, 12_100)).permille == before
    row = Progress.objects.get()
    assert (row.version, row.permille) == (2, before)


def test_any_order_of_many_pages_is_what_a_bitmap_says(lesson: int) -> None:
    """The oracle marks every second of the hour; reports are repeated and batched at random."""
    lot = random.Random(7)  # noqa: S311
    members = [make_member().pk for _ in range(6)]
    pages = {one: Page(one, lesson, START) for one in members}
    truth: dict[int, set[int]] = {one: set() for one in members}
    sent: list[Report] = []
    for turn in range(1, 60):
        now = after(15 * turn)
        batch = []
        for one in members:
            start = lot.randrange(0, HOUR - 300)
            played = (start, start + lot.randrange(1, 150))
            batch.append(pages[one].report(played))
            truth[one] |= set(range(*played))
        batch += lot.sample(sent, min(len(sent), 3))
        lot.shuffle(batch)
        sent += batch
        record_all(batch, now)
    for one in members:
        row = Progress.objects.get(member=one)
        watched = unpack(bytes(row.cover))
        assert {tick for a, b in watched for tick in range(a, b)} == truth[one]
        assert row.covered == length(cover(watched)) == len(truth[one])


def test_a_batch_costs_a_handful_of_queries(
    lesson: int, django_assert_max_num_queries: object
) -> None:
    pages = [Page(make_member().pk, lesson, START) for _ in range(100)]
    for turn in (1, 2):
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            record_all(
                [one.report((turn * 150, turn * 150 + 150)) for one in pages], after(15 * turn)
            )
