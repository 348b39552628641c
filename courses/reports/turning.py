"""Keeping the days on which people become overdue or excused in step with what they owe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from courses.credits.queries import today
from courses.reports.models import Turn
from courses.reports.truth import owing, owing_courses
from courses.reports.turns import NEITHER, Late, turns

ROWS = 500
"""Rows of one statement."""
Cell = tuple[int, int | None, date]
"""Unit, course (none: all courses together) and day."""
Above = Mapping[int, Iterable[int]]
"""Unit → itself and every unit above it."""


def first_day() -> date:
    """What turned on an earlier day is kept as if it had on this one: a cell needs one row for all
    that is behind it. Yesterday, since a change of the organisation's zone may take back a day."""
    return today() - date.resolution


def true_turns(course: int, units: Iterable[int] | None = None) -> dict[tuple[int, date], Late]:
    """(unit, day) → what changes on that day for people directly in the unit."""
    first = first_day()
    found: dict[tuple[int, date], Late] = {}
    for unit, owed in owing(course, units):
        for turn, late in turns(owed).items():
            day = max(turn, first)
            found[unit, day] = found.get((unit, day), NEITHER).plus(late)
    return {cell: late for cell, late in found.items() if late != NEITHER}


def look_again(course: int, units: set[int], above: Above) -> None:
    """Count the turns of ``course`` in ``units`` and carry the differences upwards."""
    rows = Turn.objects.filter(course=course, unit__in=units)
    kept = {(one.unit_id, one.day): Late(one.own_overdue, one.own_waived) for one in rows}
    truth = true_turns(course, units)
    changes = {
        cell: truth.get(cell, NEITHER).less(kept.get(cell, NEITHER))
        for cell in truth.keys() | kept.keys()
    }
    _write(course, {cell: late for cell, late in changes.items() if late != NEITHER}, above)


def _write(course: int, changes: Mapping[tuple[int, date], Late], above: Above) -> None:
    if not changes:
        return
    own, summed = _cells(course, changes, above)
    units, days = {cell[0] for cell in summed}, {cell[2] for cell in summed}
    found = Turn.objects.filter(
        Q(course=course) | Q(course__isnull=True), unit__in=units, day__in=days
    )
    rows: dict[Cell, Turn] = {(one.unit_id, one.course_id, one.day): one for one in found}
    for cell in sorted(summed, key=lambda one: (one[2], one[0], one[1] or 0)):
        row = rows.setdefault(cell, _fresh(cell))
        _grow(row, own.get(cell, NEITHER), summed[cell])
    _store(rows[cell] for cell in summed)


def _cells(
    course: int, changes: Mapping[tuple[int, date], Late], above: Above
) -> tuple[dict[Cell, Late], dict[Cell, Late]]:
    """The changes directly in units, and those of every unit they count in."""
    own: dict[Cell, Late] = {}
    summed: dict[Cell, Late] = {}
    for (unit, day), late in changes.items():
        for of in (course, None):
            own[unit, of, day] = late
            for top in above.get(unit, ()):
                summed[top, of, day] = summed.get((top, of, day), NEITHER).plus(late)
    return own, {cell: summed.get(cell, NEITHER) for cell in summed.keys() | own.keys()}


def _fresh(cell: Cell) -> Turn:
    return Turn(unit_id=cell[0], course_id=cell[1], day=cell[2])


def _grow(row: Turn, own: Late, all_of_it: Late) -> None:
    row.own_overdue += own.overdue
    row.own_waived += own.waived
    row.overdue += all_of_it.overdue
    row.waived += all_of_it.waived


def _store(rows: Iterable[Turn]) -> None:
    """Write ``rows``; a day on which nothing changes any more is not kept."""
    fresh: list[Turn] = []
    before: list[Turn] = []
    gone: list[int] = []
    for row in rows:
        if not (row.own_overdue or row.own_waived or row.overdue or row.waived):
            gone += [row.pk] if row.pk else []
        else:
            (before if row.pk else fresh).append(row)
    fields = ["own_overdue", "own_waived", "overdue", "waived"]
    Turn.objects.bulk_update(before, fields, batch_size=ROWS)
    Turn.objects.bulk_create(fresh, batch_size=ROWS)
    for first in range(0, len(gone), ROWS):
        Turn.objects.filter(pk__in=gone[first : first + ROWS]).delete()


def recount(above: Above) -> None:
    """Throw all turns away and count them anew, one course after the other."""
    Turn.objects.all().delete()
    together: dict[tuple[int, date], Turn] = {}
    for course in owing_courses():
        own, summed = _cells(course, true_turns(course), above)
        rows: list[Turn] = []
        for cell, late in summed.items():
            unit, of, day = cell
            row = _fresh(cell) if of else together.setdefault((unit, day), _fresh(cell))
            _grow(row, own.get(cell, NEITHER), late)
            rows += [row] if of else []
        _store(rows)
    _store(together.values())


def settle() -> int:
    """Put together the turns that are behind; answers how many rows were put together."""
    first, count = first_day(), 0
    behind = Turn.objects.filter(day__lt=first)
    for course in list(behind.order_by().values_list("course", flat=True).distinct()):
        of_it = Q(course=course) if course else Q(course__isnull=True)
        old = list(behind.filter(of_it))
        at_first = Turn.objects.filter(of_it, day=first, unit__in={one.unit_id for one in old})
        rows = {one.unit_id: one for one in at_first}
        for one in old:
            row = rows.setdefault(one.unit_id, _fresh((one.unit_id, course, first)))
            _grow(row, Late(one.own_overdue, one.own_waived), Late(one.overdue, one.waived))
        _store(rows.values())
        behind.filter(of_it).delete()
        count += len(old)
    return count
