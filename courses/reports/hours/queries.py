"""Reading the board of hours: units × requirements of a year, and the people of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When

from courses.reports.hours.models import HoursColumn, HoursCounter, HoursStanding, HoursState
from courses.reports.tally import NOBODY, Figures
from members.units.models import Unit, UnitClosure

COLUMNS = 8
"""Columns of one page."""
PIECE = 2000
"""Rows of an export that are read together."""
STATES = ("behind", "going", "waived", "met")
"""Where somebody who is asked stands: one of these."""
_FIELDS = ("asked", "met", "behind", "waived")
"""In the order of ``Figures``."""


_ROW = (
    "member", "member__staff_no", "member__name", "unit", "column", "state", "is_behind",
    "required", "counted",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One unit of the board: its cells in the order of the columns, and all of them together."""

    unit: Unit
    total: Figures
    cells: list[tuple[HoursColumn, Figures]]


def columns_of(year: int, today: date) -> QuerySet[HoursColumn]:
    """Those of which a part lies in ``year``; periods of each person's own belong to this year."""
    inside = Q(first__year__lte=year, last__year__gte=year)
    if year == today.year:
        inside |= Q(first__isnull=True)
    return HoursColumn.objects.filter(inside).select_related("requirement").order_by(
        "code", "first", "pk"
    )  # fmt: skip


def years(today: date) -> list[int]:
    """The years of which there are columns, newest first; this one always."""
    found: set[int] = set()
    for first, last in HoursColumn.objects.values_list("first", "last"):
        if first and last:
            found.update(range(first.year, last.year + 1))
    return sorted({one for one in found if one <= today.year} | {today.year}, reverse=True)[:5]


def asked_of(unit: Unit, columns: QuerySet[HoursColumn]) -> QuerySet[HoursColumn]:
    """Those of ``columns`` that ask anybody in ``unit`` or below."""
    asking = HoursCounter.objects.filter(unit=unit, asked__gt=0).values("column")
    return columns.filter(pk__in=asking)


def lines(
    unit: Unit, shown: Sequence[HoursColumn], everything: QuerySet[HoursColumn]
) -> list[Line]:
    """``unit`` and then those directly below it, with a cell for each of ``shown``; the total is of
    ``everything``."""
    units = [unit, *Unit.objects.filter(parent=unit)]
    counters = HoursCounter.objects.filter(unit__in=units).order_by()
    cells = {
        (of, column): Figures(*numbers)
        for of, column, *numbers in counters.filter(column__in=shown).values_list(
            "unit", "column", *_FIELDS
        )
    }
    sums = counters.filter(column__in=everything.order_by().values("pk")).values_list("unit")
    totals = {of: Figures(*numbers) for of, *numbers in sums.annotate(*map(Sum, _FIELDS))}
    return [
        Line(
            one,
            totals.get(one.pk, NOBODY),
            [(column, cells.get((one.pk, column.pk), NOBODY)) for column in shown],
        )
        for one in units
    ]


def figures(unit: Unit, columns: Iterable[HoursColumn]) -> Figures:
    """``columns`` together, in ``unit`` and below."""
    rows = HoursCounter.objects.filter(unit=unit, column__in=list(columns))
    sums = rows.aggregate(*map(Sum, _FIELDS))
    return Figures(*(sums[f"{name}__sum"] or 0 for name in _FIELDS))


def below(unit: Unit) -> QuerySet[Any]:
    """The keys of ``unit`` and everything below it."""
    return UnitClosure.objects.filter(ancestor=unit).values("descendant")


def people(unit: Unit, columns: Iterable[HoursColumn], state: str = "") -> QuerySet[HoursStanding]:
    """What the figures of a cell consist of; who needs help comes first: who is behind, then who
    has the smallest share of what is required."""
    rows = HoursStanding.objects.filter(column__in=list(columns), unit__in=below(unit))
    if state in STATES:
        rows = rows.filter(being(state))
    rank = Case(
        When(is_behind=True, then=Value(0)),
        When(state=HoursState.OPEN, then=Value(1)),
        When(state=HoursState.MET, then=Value(2)),
        default=Value(3),
    )
    left = F("counted") * 1000 / (F("required") + 1)
    related = rows.select_related("member__department", "column__requirement")
    return related.order_by(rank, left, "member__staff_no", "column__code", "pk")


def being(state: str) -> Q:
    """The condition of one of ``STATES``."""
    return {
        "behind": Q(is_behind=True),
        "going": Q(state=HoursState.OPEN, is_behind=False),
        "waived": Q(state=HoursState.WAIVED),
        "met": Q(state=HoursState.MET),
    }[state]


def being_of(state: str, *, is_behind: bool) -> str:
    """Which of ``STATES`` the figures count a person in."""
    if state == HoursState.OPEN:
        return "behind" if is_behind else "going"
    return state


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an export: one person and one column."""

    member: int
    staff_no: str
    name: str
    unit: int
    column: int
    state: str
    is_behind: bool
    required: int
    counted: int

    @property
    def being(self) -> str:
        """Which of ``STATES`` it is."""
        return being_of(self.state, is_behind=self.is_behind)


def exported(unit: Unit, columns: Iterable[HoursColumn]) -> Iterator[list[Row]]:
    """Everybody below ``unit``, ``PIECE`` rows at a time, column by column. Each piece is read by a
    statement of its own: no cursor stays open while a slow line takes what was read."""
    for column in columns:
        rows = HoursStanding.objects.filter(column=column, unit__in=below(unit)).order_by("pk")
        last = 0
        while found := list(rows.filter(pk__gt=last).values_list("pk", *_ROW)[:PIECE]):
            yield [Row(*one[1:]) for one in found]
            last = found[-1][0]
