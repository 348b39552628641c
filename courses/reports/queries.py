"""Reading the board: a unit with those below it, courses side by side, and the people of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from courses.catalog.models import Course
from courses.completion.models import Enrolment
from courses.reports.actions import fold
from courses.reports.models import Counter
from courses.reports.tally import NOTHING, Tally
from courses.reports.truth import current
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure
from members.units.queries import departments

COURSES = 8
"""Columns of one page."""
PEOPLE = 50
"""Rows of one page."""
PIECE = 250
"""People of an export whose courses are read together."""
TAKEN = (
    "member", "member__staff_no", "member__name", "member__department", "course__code",
    "course__title", "permille", "completed_at",
)  # fmt: skip
RANKED = 50
"""Units of one page of the ranking."""


@dataclass(frozen=True)
class Line:
    """One unit of the board: its cells in the order of the columns, and all courses together."""

    unit: Unit
    total: Tally
    cells: list[tuple[Course, Tally]]


@dataclass(frozen=True)
class Ranked:
    """A unit in the ranking; equal shares have the same place."""

    place: int
    code: str
    tally: Tally


def courses_of(unit: Unit) -> QuerySet[Course]:
    """Those somebody takes in ``unit`` or below, by code. Folds first: figures are of now."""
    fold()
    taken = Counter.objects.filter(unit=unit, taking__gt=0, course__isnull=False)
    return Course.objects.filter(pk__in=taken.values("course")).order_by("code")


def lines(unit: Unit, courses: Iterable[Course]) -> list[Line]:
    """``unit`` and then those directly below it, with a cell for each of ``courses``."""
    columns = list(courses)
    units = [unit, *Unit.objects.filter(parent=unit)]
    rows = Counter.objects.filter(unit__in=units)
    narrow = rows.filter(course__in=columns) | rows.filter(course__isnull=True)
    found = {(one.unit_id, one.course_id): Tally(one.taking, one.completed) for one in narrow}
    return [
        Line(
            one,
            found.get((one.pk, None), NOTHING),
            [(course, found.get((one.pk, course.pk), NOTHING)) for course in columns],
        )
        for one in units
    ]


def figures(unit: Unit, course: Course | None = None) -> Tally:
    """One cell; all courses together without ``course``."""
    fold()
    found = Counter.objects.filter(unit=unit, course=course).first()
    return Tally(found.taking, found.completed) if found else NOTHING


def ranking(unit: Unit) -> list[Ranked]:
    """Everything below ``unit`` in which somebody learns, the greatest share completed first."""
    fold()
    below = UnitClosure.objects.filter(ancestor=unit, depth__gt=0).values("descendant")
    rows = Counter.objects.filter(course__isnull=True, unit__in=below, taking__gt=0)
    found = [
        (Tally(taking, done), code)
        for taking, done, code in rows.values_list("taking", "completed", "unit__code")
    ]
    found.sort(key=lambda one: (-one[0].permille, -one[0].taking, one[1]))
    ranked: list[Ranked] = []
    for number, (tally, code) in enumerate(found, start=1):
        same = ranked and ranked[-1].tally.permille == tally.permille
        ranked.append(Ranked(ranked[-1].place if same else number, code, tally))
    return ranked


def people(unit: Unit, course: Course | None = None, state: str = "") -> QuerySet[Enrolment]:
    """What the figures of a cell consist of; ``state``: only "open", or only "done". Those who need
    help come first: open before done, the least progress first."""
    below = UnitClosure.objects.filter(ancestor=unit).values("descendant")
    rows = current().filter(member__department__in=below)
    if course is not None:
        rows = rows.filter(course=course)
    if state in ("open", "done"):
        rows = rows.filter(completed_at__isnull=state == "open")
    related = rows.select_related("member__department", "course")
    return related.order_by("permille", "completed_at", "member__staff_no", "course__code")


@dataclass(frozen=True, slots=True)
class Taken:
    """One row of an export: who takes which course, and how far she is."""

    member: int
    staff_no: str
    name: str
    unit: int
    code: str
    title: str
    permille: int
    completed_at: datetime | None


def exported(unit: Unit) -> Iterator[list[Taken]]:
    """Everything below ``unit``, the courses of ``PIECE`` people at a time. Each piece is read by
    statements of its own: no cursor stays open while a slow line takes what was read."""
    below = list(UnitClosure.objects.filter(ancestor=unit).values_list("descendant", flat=True))
    everybody = Member.objects.filter(department__in=below, is_active=True).order_by("pk")
    last = 0
    while keys := list(everybody.filter(pk__gt=last).values_list("pk", flat=True)[:PIECE]):
        rows = current().filter(member__in=keys).order_by("member", "course")
        yield [Taken(*row) for row in rows.values_list(*TAKEN)]
        last = keys[-1]


def unit_names(language: str) -> dict[int, str]:
    """Department → its name."""
    return {one.pk: one.name(language) for one in departments()}
