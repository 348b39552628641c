"""The board's figures against a count of everything, whatever happened and in whatever order."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from courses.catalog.models import Course, Lesson, Section
from courses.completion.actions import enrol
from courses.completion.models import Enrolment, Progress
from courses.completion.settling import settle
from courses.reports import queries
from courses.reports.actions import fold, recount
from courses.reports.models import Counter, Mark
from courses.reports.tally import Figures, Tally, upwards
from courses.reports.truth import counted
from members.accounts.actions import set_active, update_person
from members.accounts.models import Member
from members.units.actions import move_unit
from members.units.models import Unit, UnitClosure
from tests.factories import make_department, make_member

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def make_course(author: Member, code: str) -> Course:
    course = Course.objects.create(
        code=code, title="安全生产法", author=author, credit_kind="safety", state="published"
    )
    section = Section.objects.create(course=course, order=1, title="1")
    Lesson.objects.create(section=section, order=0, kind="article", title="1")
    return course


def learn(member: Member, course: Course, period: str, now: datetime) -> None:
    lesson = Lesson.objects.get(section__course=course)
    Progress.objects.update_or_create(
        member=member, lesson=lesson, period=period,
        defaults={"permille": 1000, "changed_at": now},
    )  # fmt: skip
    settle([member.pk], course.pk, now)


def kept() -> set[tuple[int, int | None, int, int, int, int]]:
    rows = Counter.objects.exclude(taking=0, own_taking=0)
    fields = ("unit", "course", "own_taking", "own_completed", "taking", "completed")
    return set(rows.values_list(*fields))


def brute() -> dict[tuple[int, int], tuple[int, int]]:
    """Person by person, without a single aggregate."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    newest: dict[tuple[int, int], Enrolment] = {}
    for one in Enrolment.objects.order_by("began_at", "pk").select_related("member"):
        newest[one.member_id, one.course_id] = one
    for one in (row for row in newest.values() if row.member.is_active):
        above = UnitClosure.objects.filter(descendant=one.member.department_id)
        for unit in above.values_list("ancestor", flat=True):
            taking, done = found.get((unit, one.course_id), (0, 0))
            found[unit, one.course_id] = (taking + 1, done + (one.completed_at is not None))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_figures_never_drift(seed: int) -> None:
    dice, author = random.Random(seed), make_member()  # noqa: S311 - repeatable, no secret
    root = make_department()
    units = [root]
    for _ in range(6):
        units.append(make_department(parent=dice.choice(units)))
    people = [make_member(department=dice.choice(units), password=None) for _ in range(12)]
    courses = [make_course(author, f"AQ-{number}") for number in range(3)]
    for step in range(80):
        now, who, course = NOW + timedelta(minutes=step), dice.choice(people), dice.choice(courses)
        match dice.randrange(9):
            case 0 | 1 | 2:
                period = dice.choice(["", "2026", "2027"])
                enrol([one.pk for one in dice.sample(people, 4)], course.pk, period, now)
            case 3 | 4 | 5:
                current = Enrolment.objects.filter(member=who, course=course)
                if newest := current.order_by("-began_at", "-pk").first():
                    learn(who, course, newest.period, now)
            case 6:
                who.department = dice.choice([*units, None])
                update_person(who)
            case 7:
                set_active([who.pk], active=not Member.objects.get(pk=who.pk).is_active)
            case _:
                _hang_elsewhere(dice, units)
        if dice.random() < 0.3:
            fold()
    fold()
    assert not Mark.objects.exists()
    by_hand = brute()
    assert by_hand, "nobody learnt anything: the dice are loaded"
    folded = kept()
    assert {(u, c): (t, d) for u, c, _, _, t, d in folded if c is not None} == by_hand
    recount()
    assert kept() == folded


def _hang_elsewhere(dice: random.Random, units: list[Unit]) -> None:
    unit, parent = dice.sample(units[1:], 2)
    if not UnitClosure.objects.filter(ancestor=unit, descendant=parent).exists():
        move_unit(unit, parent)


def test_a_period_that_begins_anew_opens_what_was_completed() -> None:
    unit, author = make_department(), make_member()
    ann, course = make_member(department=unit), make_course(author, "AQ-101")
    enrol([ann.pk], course.pk, now=NOW)
    learn(ann, course, "", NOW)
    assert queries.figures(unit, course) == Figures(1, 1)
    enrol([ann.pk], course.pk, "2027", NOW + timedelta(days=40))
    assert queries.figures(unit, course) == Figures(1, 0)
    assert list(counted()) == [(unit.pk, course.pk, Tally(1, 0))]


def test_who_is_deactivated_leaves_the_figures_at_once_and_comes_back() -> None:
    unit, author = make_department(), make_member()
    ann, ben = (make_member(department=unit, password=None) for _ in range(2))
    course = make_course(author, "AQ-101")
    enrol([ann.pk, ben.pk], course.pk, now=NOW)
    learn(ann, course, "", NOW)
    assert queries.figures(unit) == Figures(2, 1)
    assert set_active([ann.pk, author.pk], active=False) == 2
    assert queries.figures(unit) == queries.figures(unit, course) == Figures(1, 0)
    assert [one.member for one in queries.people(unit)] == [ben]
    assert set_active([ann.pk], active=True) == 1
    assert set_active([ann.pk], active=True) == 0, "nothing changes the second time"
    assert not Mark.objects.exclude(unit=unit).exists()
    assert queries.figures(unit) == queries.figures(unit, course) == Figures(2, 1)


def test_changes_count_in_every_unit_above() -> None:
    found = upwards({(3, 9): Tally(2, 1), (2, 9): Tally(-2, -1)}, {3: [1, 2, 3], 2: [1, 2]})
    assert found == {(3, 9): Tally(2, 1), (3, None): Tally(2, 1)}


def test_a_share_is_complete_only_when_all_are() -> None:
    assert [Tally(2000, 1999).permille, Tally(3, 3).permille, Tally().permille] == [999, 1000, 0]


def test_units_with_equal_shares_have_the_same_place() -> None:
    root, author = make_department(), make_member()
    course = make_course(author, "AQ-101")
    for done in (True, True, False):
        who = make_member(department=make_department(parent=root))
        enrol([who.pk], course.pk, now=NOW)
        if done:
            learn(who, course, "", NOW)
    assert [(one.place, one.tally.permille) for one in queries.ranking(root)] == [
        (1, 1000), (1, 1000), (3, 0),
    ]  # fmt: skip
