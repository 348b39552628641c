"""Overdue and excused people on the board, against every obligation looked at on its own."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from courses.assignments.actions import assign, refresh, take_back_waiver, waive
from courses.assignments.changing import end
from courses.assignments.due import State
from courses.assignments.models import Assignment, Obligation
from courses.catalog.models import Course
from courses.completion.models import Enrolment
from courses.credits import queries as ledger
from courses.reports import queries
from courses.reports.actions import fold, recount, settle_turns
from courses.reports.models import Turn
from courses.reports.tally import Figures
from courses.reports.turns import Late, Owed, standing, turns
from members.accounts.actions import update_person
from members.accounts.models import Member
from members.units.actions import move_unit
from members.units.models import Unit, UnitClosure
from tests.courses.reports.test_figures import learn, make_course
from tests.factories import make_department, make_member

pytestmark = pytest.mark.django_db
START = date(2026, 11, 2)
Cells = dict[tuple[int, int], Figures]


def brute(day: date, units: list[Unit], courses: list[Course]) -> Cells:
    """Person by person, from what each obligation says of itself on ``day``."""
    newest: dict[tuple[int, int], Enrolment] = {}
    for one in Enrolment.objects.order_by("began_at", "pk").select_related("member"):
        newest[one.member_id, one.course_id] = one
    owed: dict[tuple[int, int], set[State]] = {}
    for due in Obligation.objects.all():
        owed.setdefault((due.member_id, due.course_id), set()).add(due.state(day))
    found = dict.fromkeys(((u.pk, c.pk) for u in units for c in courses), Figures())
    for key, row in newest.items():
        states = owed.get(key, set()) - {State.LEFT, State.DONE}
        done = row.completed_at is not None
        late = not done and State.OVERDUE in states
        excused = not done and states == {State.WAIVED}
        above = UnitClosure.objects.filter(descendant=row.member.department_id)
        for unit in above.values_list("ancestor", flat=True):
            before = found[unit, row.course_id]
            found[unit, row.course_id] = Figures(
                before.taking + 1, before.completed + done, before.overdue + late,
                before.waived + excused,
            )  # fmt: skip
    return found


def seen(day: date, units: list[Unit], courses: list[Course]) -> Cells:
    return {(u.pk, c.pk): queries.figures(u, c, day) for u in units for c in courses}


class World:
    """A few units, people and courses, and everything that may happen to them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - repeatable, no secret
        self.admin = make_member(is_platform_admin=True)
        self.units = [make_department()]
        for _ in range(4):
            self.units.append(make_department(parent=self.dice.choice(self.units)))
        self.people = [
            make_member(department=self.dice.choice(self.units), password=None) for _ in range(7)
        ]
        self.courses = [make_course(self.admin, f"AQ-{number}") for number in range(2)]

    def step(self, day: date) -> None:
        now = datetime(day.year, day.month, day.day, 4, self.dice.randrange(60), tzinfo=UTC)
        match self.dice.randrange(8):
            case 0 | 1:
                self._assign(day)
            case 2:
                self._learn(now)
            case 3 | 4:
                self._excuse(day)
            case 5:
                who = self.dice.choice(self.people)
                who.department = self.dice.choice(self.units)
                update_person(who)
                for one in Assignment.objects.filter(ended_at__isnull=True):
                    refresh(one.pk, day)
            case 6:
                unit, parent = self.dice.sample(self.units[1:], 2)
                if not UnitClosure.objects.filter(ancestor=unit, descendant=parent).exists():
                    move_unit(unit, parent)
            case _:
                running = list(Assignment.objects.filter(ended_at__isnull=True))
                if len(running) > 2:
                    end(self.admin, self.dice.choice(running).pk)

    def _assign(self, day: date) -> None:
        unit = self.dice.choice(self.units)
        assign(
            self.admin, courses=[self.dice.choice(self.courses)], title="安全生产法",
            audience={"is": "unit", "unit": unit.pk, "below": True}, unit=None,
            begins_on=day, due_days=self.dice.randrange(1, 6),
        )  # fmt: skip

    def _learn(self, now: datetime) -> None:
        if rows := list(Enrolment.objects.select_related("member", "course")):
            row = self.dice.choice(rows)
            learn(row.member, row.course, row.period, now)

    def _excuse(self, day: date) -> None:
        rows = list(Obligation.objects.filter(completed_at__isnull=True))
        if not rows:
            return
        one = self.dice.choice(rows)
        if one.waived_from is not None and self.dice.random() < 0.4:
            take_back_waiver(self.admin, one.pk)
        else:
            first = day + timedelta(days=self.dice.randrange(-2, 3))
            last = self.dice.choice([None, first + timedelta(days=self.dice.randrange(4))])
            waive(self.admin, one.pk, "病假", first, last)


@pytest.mark.parametrize("seed", range(2))
def test_overdue_and_excused_never_drift(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world, day = World(seed), START
    for module in ("assignments.actions", "reports.turning"):
        monkeypatch.setattr(f"courses.{module}.today", lambda: day)
    most = Figures()
    for number in range(45):
        world.step(day)
        if number % 3 == 2:
            day += timedelta(days=1)  # midnight passes: nothing runs
        if number % 5 == 0:
            fold()
            if number % 2:
                settle_turns()
            for later in (0, 1, 4):
                when = day + timedelta(days=later)
                expected = brute(when, world.units, world.courses)
                assert seen(when, world.units, world.courses) == expected
                most = max(most, *expected.values(), key=lambda one: one.overdue * one.waived)
    assert most.overdue, "nobody was ever overdue beside somebody excused: the dice are loaded"
    fold()
    settle_turns()
    fields = ("unit", "course", "day", "own_overdue", "own_waived", "overdue", "waived")
    kept = set(Turn.objects.values_list(*fields))
    recount()
    assert set(Turn.objects.values_list(*fields)) == kept


def test_every_row_of_people_has_the_state_its_figure_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(7)
    for module in ("assignments.actions", "reports.turning", "reports.queries"):
        monkeypatch.setattr(f"courses.{module}.today", lambda: START + timedelta(days=9))
    for number in range(30):
        world.step(START + timedelta(days=number // 6))
    day = START + timedelta(days=9)
    for course in world.courses:
        cell = queries.figures(world.units[0], course, day)
        exported = [row for rows in queries.exported(world.units[0]) for row in rows]
        counts = {
            state: queries.people(world.units[0], course, state, day).count()
            for state in queries.STATES
        }
        assert counts == {
            "overdue": cell.overdue, "going": cell.going, "waived": cell.waived,
            "done": cell.completed,
        }  # fmt: skip
        states = Counter(one.state for one in exported if one.code == course.code)
        assert states == Counter(counts)


@pytest.mark.parametrize("seed", range(40))
def test_turns_add_up_to_the_standing_of_every_day(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable, no secret
    owed = []
    for _ in range(dice.randrange(1, 4)):
        first = dice.choice([None, START + timedelta(days=dice.randrange(-3, 8))])
        last = dice.choice([None, 0, 2, 5])
        until = first + timedelta(days=last) if first and last is not None else None
        owed.append(Owed(START + timedelta(days=dice.randrange(8)), first, until))
    found = turns(owed)
    for shift in range(-5, 20):
        day = START + timedelta(days=shift)
        summed = Late()
        for turn, late in found.items():
            summed = summed.plus(late) if turn <= day else summed
        assert summed == standing(owed, day), (owed, day)


def test_the_last_day_of_the_calendar_never_ends() -> None:
    assert turns([Owed(date.max)]) == {}
    assert turns([Owed(START, START, date.max)]) == {START: Late(0, 1)}


def test_a_midnight_in_the_organisations_zone_makes_it_overdue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unit, admin = make_department(), make_member(is_platform_admin=True)
    who: Member = make_member(department=unit, password=None)
    course = make_course(admin, "AQ-1")
    day = ledger.today()
    assign(
        admin, courses=[course], title="t", unit=None, begins_on=day, due_on=day,
        audience={"is": "unit", "unit": unit.pk, "below": True},
    )  # fmt: skip
    assert Obligation.objects.get(member=who).due_on == day
    zone = ledger.zone()
    last = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone)
    for moment, overdue in ((last, 0), (last + timedelta(seconds=1), 1)):
        monkeypatch.setattr("courses.credits.queries.timezone.now", lambda moment=moment: moment)
        assert queries.figures(unit, course) == Figures(1, 0, overdue, 0)
