"""Reading the board: a unit with those below it, courses side by side, and the people of a cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from courses.assignments.models import Obligation
from courses.assignments.queries import open_obligations, waived_on
from courses.catalog.models import Course
from courses.completion.models import Enrolment
from courses.credits.queries import today
from courses.reports.actions import fold
from courses.reports.models import Counter, Turn
from courses.reports.tally import NOBODY, Figures
from courses.reports.truth import current, excused_on, overdue_on
from courses.reports.turns import NEITHER, Late, Owed, standing
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure
from members.units.queries import departments

COURSES = 8
"""Columns of one page."""
PEOPLE = 50
"""Rows of one page."""
PIECE = 500
"""People of an export whose courses are read together."""
TAKEN = ("member", "course", "began_at", "pk", "permille", "completed_at")
"""Of an enrolment, what an export says or needs to find the newest."""
RANKED = 50
"""Units of one page of the ranking."""


@dataclass(frozen=True)
class Line:
    """One unit of the board: its cells in the order of the columns, and all courses together."""

    unit: Unit
    total: Figures
    cells: list[tuple[Course, Figures]]


@dataclass(frozen=True)
class Ranked:
    """A unit in the ranking; equal shares have the same place."""

    place: int
    code: str
    tally: Figures


def courses_of(unit: Unit) -> QuerySet[Course]:
    """Those somebody takes in ``unit`` or below, by code. Folds first: figures are of now."""
    fold()
    taken = Counter.objects.filter(unit=unit, taking__gt=0, course__isnull=False)
    return Course.objects.filter(pk__in=taken.values("course")).order_by("code")


def lines(unit: Unit, courses: Iterable[Course]) -> list[Line]:
    """``unit`` and then those directly below it, with a cell for each of ``courses``."""
    columns = list(courses)
    units = [unit, *Unit.objects.filter(parent=unit)]
    wanted = Q(course__in=columns) | Q(course__isnull=True)
    late = late_on(today(), wanted, units)
    found = {
        (one.unit_id, one.course_id): Figures(
            one.taking, one.completed, *late.get((one.unit_id, one.course_id), NEITHER)
        )
        for one in Counter.objects.filter(wanted, unit__in=units)
    }
    return [
        Line(
            one,
            found.get((one.pk, None), NOBODY),
            [(course, found.get((one.pk, course.pk), NOBODY)) for course in columns],
        )
        for one in units
    ]


def summary(
    unit: Unit, language: str
) -> tuple[list[tuple[str, Figures]], list[tuple[Course, Figures]]]:
    """What a report says first: ``unit`` and those directly below it, all courses together; then
    each course in the whole of ``unit``."""
    found = lines(unit, courses_of(unit))
    return [(one.unit.name(language), one.total) for one in found], found[0].cells


def late_on(day: date, wanted: Q, units: Iterable[Unit]) -> dict[tuple[int, int | None], Late]:
    """(unit, course) → how many are overdue and excused on ``day``: all turns until then."""
    rows = Turn.objects.filter(wanted, unit__in=units, day__lte=day).order_by()
    sums = rows.values_list("unit", "course").annotate(Sum("overdue"), Sum("waived"))
    return {(unit, course): Late(overdue, waived) for unit, course, overdue, waived in sums}


def figures(unit: Unit, course: Course | None = None, day: date | None = None) -> Figures:
    """One cell on ``day`` (today); all courses together without ``course``."""
    fold()
    wanted = Q(course=course) if course else Q(course__isnull=True)
    found = Counter.objects.filter(wanted, unit=unit).first()
    if found is None:
        return NOBODY
    late = late_on(day or today(), wanted, [unit])
    return Figures(found.taking, found.completed, *late.get((unit.pk, found.course_id), NEITHER))


def ranking(unit: Unit) -> list[Ranked]:
    """Everything below ``unit`` in which somebody learns, the greatest share completed first."""
    fold()
    below = UnitClosure.objects.filter(ancestor=unit, depth__gt=0).values("descendant")
    rows = Counter.objects.filter(course__isnull=True, unit__in=below, taking__gt=0)
    turned = Turn.objects.filter(course__isnull=True, unit__in=below, day__lte=today())
    sums = turned.order_by().values_list("unit").annotate(Sum("overdue"), Sum("waived"))
    late = {of: (overdue, waived) for of, overdue, waived in sums}
    found = [
        (Figures(taking, done, *late.get(of, NEITHER)), code)
        for of, taking, done, code in rows.values_list("unit", "taking", "completed", "unit__code")
    ]
    found.sort(key=lambda one: (-one[0].permille, -one[0].taking, one[1]))
    ranked: list[Ranked] = []
    for number, (tally, code) in enumerate(found, start=1):
        same = ranked and ranked[-1].tally.permille == tally.permille
        ranked.append(Ranked(ranked[-1].place if same else number, code, tally))
    return ranked


STATES = ("overdue", "going", "waived", "done")
"""What somebody who takes a course is to it: one of these."""


def with_state(rows: QuerySet[Enrolment], day: date) -> QuerySet[Enrolment]:
    """``rows``, each with its ``state`` on ``day``."""
    state = Case(
        When(completed_at__isnull=False, then=Value("done")),
        When(overdue_on(day), then=Value("overdue")),
        When(excused_on(day), then=Value("waived")),
        default=Value("going"),
    )
    return rows.annotate(state=state)


def people(
    unit: Unit, course: Course | None = None, state: str = "", day: date | None = None
) -> QuerySet[Enrolment]:
    """What the figures of a cell consist of; ``state``: one of ``STATES`` or "open", all that is
    not done. Who needs help comes first: what was due first, then the least progress."""
    when = day or today()
    below = UnitClosure.objects.filter(ancestor=unit).values("descendant")
    rows = current().filter(member__department__in=below)
    if course is not None:
        rows = rows.filter(course=course)
    if state == "open":
        rows = rows.filter(completed_at__isnull=True)
    if state in STATES:
        rows = rows.filter(_being(state, when))
    rows = with_state(rows, when)
    due = Subquery(owed_by_row(when).values("member").annotate(first=Min("due_on")).values("first"))
    related = rows.annotate(due_on=due).select_related("member__department", "course")
    order = [F("completed_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True)]
    return related.order_by(*order, "permille", "member__staff_no", "course__code")


def _being(state: str, day: date) -> Q:
    undone = Q(completed_at__isnull=True)
    if state == "done":
        return ~undone
    if state == "going":
        return undone & ~overdue_on(day) & ~excused_on(day)
    return overdue_on(day) if state == "overdue" else excused_on(day)


def owed_by_row(day: date) -> QuerySet[Obligation]:
    """What is open and not excused of the enrolment of the outer query."""
    rows = open_obligations().filter(member=OuterRef("member"), course=OuterRef("course"))
    return rows.filter(~waived_on(day)).order_by()


def owed_of(rows: Iterable[Enrolment], day: date) -> list[Obligation]:
    """What is open and not excused of ``rows``: what may be reminded of."""
    wanted = Q(pk__in=[])
    for one in rows:
        wanted |= Q(member=one.member_id, course=one.course_id)
    return list(open_obligations().filter(~waived_on(day)).filter(wanted))


@dataclass(frozen=True, slots=True)
class Taken:
    """One row of an export: who takes which course, and how far she is."""

    state: str
    member: int
    staff_no: str
    name: str
    unit: int
    code: str
    title: str
    permille: int
    completed_at: datetime | None
    course: int


def exported(unit: Unit) -> Iterator[list[Taken]]:
    """Everything below ``unit``, the courses of ``PIECE`` people at a time. Each piece is read by
    statements of its own: no cursor stays open while a slow line takes what was read. Names and
    titles are looked up here: joined, the database would send them once for each row."""
    below = list(UnitClosure.objects.filter(ancestor=unit).values_list("descendant", flat=True))
    everybody = Member.objects.filter(department__in=below, is_active=True).order_by("pk")
    people = everybody.values_list("pk", "staff_no", "name", "department")
    courses = {pk: (code, title) for pk, code, title in
               Course.objects.values_list("pk", "code", "title")}  # fmt: skip
    last, day = 0, today()
    while named := {one[0]: one for one in people.filter(pk__gt=last)[:PIECE]}:
        owed = owed_by(list(named))
        yield [
            Taken(
                _state(done, owed.get((member, course), ()), day),
                *named[member], *courses[course], permille, done, course,
            )
            for member, course, _began, _pk, permille, done in _newest(list(named))
        ]  # fmt: skip
        last = max(named)


def _newest(members: Sequence[int], courses: Collection[int] | None = None) -> list[Any]:
    """What ``current`` says of ``members``, by member and course: most have one enrolment for each
    course, so passing over the others here costs less than asking for each whether it is newest."""
    rows = Enrolment.objects.filter(member__in=members)
    if courses is not None:
        rows = rows.filter(course__in=courses)
    ordered = rows.order_by("member", "course", "began_at", "pk").values_list(*TAKEN)
    return list({(row[0], row[1]): row for row in ordered}.values())


def states_of(
    members: Sequence[int], courses: Collection[int], day: date
) -> Iterator[tuple[int, int, str]]:
    """(member, course, state) of whatever ``members`` take of ``courses``; everybody is active."""
    for first in range(0, len(members), PIECE):
        keys = members[first : first + PIECE]
        owed = owed_by(keys)
        for member, course, _began, _pk, _permille, done in _newest(keys, courses):
            yield member, course, _state(done, owed.get((member, course), ()), day)


def owed_by(members: Sequence[int]) -> dict[tuple[int, int], list[Owed]]:
    """(member, course) → what is open of it, excused or not."""
    found: dict[tuple[int, int], list[Owed]] = {}
    rows = open_obligations().filter(member__in=members).order_by()
    facts = rows.values_list("member", "course", "due_on", "waived_from", "waived_until")
    for member, course, due, first, last in facts:
        found.setdefault((member, course), []).append(Owed(due, first, last))
    return found


def _state(completed_at: datetime | None, owed: Collection[Owed], day: date) -> str:
    """What ``with_state`` says of the row."""
    if completed_at is not None:
        return "done"
    late = standing(owed, day)
    return "overdue" if late.overdue else "waived" if late.waived else "going"


def unit_names(language: str) -> dict[int, str]:
    """Department → its name."""
    return {one.pk: one.name(language) for one in departments()}
