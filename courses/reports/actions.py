"""Marking figures as changed, folding the marks, and counting everything anew.

A mark says only where to look: folding counts the marked cells from the enrolments themselves and
adds the difference to the units above. So a mark too many changes nothing, and figures cannot
drift by adding wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.assignments.models import Obligation
from courses.completion.models import Completion, Enrolment
from courses.reports import turning
from courses.reports.models import Board, Counter, Mark
from courses.reports.tally import NOTHING, Cell, Tally, upwards
from courses.reports.truth import counted
from members.accounts.models import Member
from members.units.models import UnitClosure

BATCH = 2000
"""Most marks that are folded in one transaction."""
ROWS = 500
"""Rows of one statement."""


def completed(completions: Sequence[Completion]) -> None:
    """Mark what ``completions`` change; called in their transaction."""
    _mark({(one.member.department_id, one.course_id) for one in completions})


def enrolled(members: Iterable[int], course: int) -> None:
    """Mark what changes because ``members`` take ``course`` now."""
    wanted = list(members)
    for first in range(0, len(wanted), ROWS):
        rows = Member.objects.filter(pk__in=wanted[first : first + ROWS])
        units = rows.order_by().values_list("department", flat=True).distinct()
        _mark({(unit, course) for unit in units})


def moved(member: int, before: int | None, after: int | None) -> None:
    """Mark what changes because somebody is in another department now."""
    courses = set(Enrolment.objects.filter(member=member).values_list("course", flat=True))
    _mark({(unit, course) for unit in (before, after) for course in courses})


def came_or_left(members: Sequence[int]) -> None:
    """Mark what changes because ``members`` were deactivated, or came back."""
    for first in range(0, len(members), ROWS):
        rows = Enrolment.objects.filter(member__in=members[first : first + ROWS]).order_by()
        _mark(set(rows.values_list("member__department", "course").distinct()))


def obliged(obligations: Sequence[Obligation]) -> None:
    """Mark what changes because ``obligations`` were made, closed, excused or dropped."""
    courses: dict[int, set[int]] = {}
    for one in obligations:
        courses.setdefault(one.course_id, set()).add(one.member_id)
    for course, members in courses.items():
        enrolled(members, course)


def _mark(cells: Iterable[tuple[int | None, int]]) -> None:
    marks = [Mark(unit_id=unit, course_id=course) for unit, course in _in_units(cells)]
    Mark.objects.bulk_create(marks, batch_size=ROWS)


def _in_units(cells: Iterable[tuple[int | None, int]]) -> list[tuple[int, int]]:
    """Those in a unit, in one order; who is in no department counts in no unit."""
    return sorted((unit, course) for unit, course in cells if unit is not None)


def fold() -> int:
    """Bring the figures up to date; answers how many marks were taken. Cheap without marks."""
    taken = 0
    while Mark.objects.exists():
        taken += _fold_some()
    return taken


@transaction.atomic
def _fold_some() -> int:
    hold()
    rows = Mark.objects.order_by("pk").values_list("pk", "unit", "course")[:BATCH]
    marks = list(rows)
    cells: dict[int, set[int]] = {}
    for _, unit, course in marks:
        cells.setdefault(course, set()).add(unit)
    above = above_of({unit for _, unit, _ in marks})
    _apply(
        {(unit, course): tally
         for course, units in cells.items()
         for unit, tally in _differences(course, units).items()},
        above,
    )  # fmt: skip
    for course, units in cells.items():
        turning.look_again(course, units, above)
    for first in range(0, len(marks), ROWS):
        Mark.objects.filter(pk__in=[pk for pk, _, _ in marks[first : first + ROWS]]).delete()
    return len(marks)


def hold() -> Board:
    """Nobody else changes figures until this transaction ends."""
    Board.objects.get_or_create(pk=Board.ONLY)
    return Board.objects.select_for_update().get(pk=Board.ONLY)


def _differences(course: int, units: set[int]) -> dict[int, Tally]:
    """Unit → by how much the enrolments differ from its own figures."""
    rows = Counter.objects.filter(course=course, unit__in=units)
    kept = {one.unit_id: Tally(one.own_taking, one.own_completed) for one in rows}
    truth = {unit: tally for unit, _, tally in counted(course, units)}
    return {one: truth.get(one, NOTHING).less(kept.get(one, NOTHING)) for one in units}


def _apply(changes: dict[tuple[int, int], Tally], above: dict[int, list[int]]) -> None:
    changed = {cell: tally for cell, tally in changes.items() if tally != NOTHING}
    if not changed:
        return
    by_cell = upwards(changed, above)
    own = _own(changed)
    cells = by_cell.keys() | own.keys()
    units = {unit for unit, _ in cells}
    courses = {course for _, course in cells if course is not None}
    found = Counter.objects.filter(Q(course__in=courses) | Q(course__isnull=True), unit__in=units)
    rows = {(one.unit_id, one.course_id): one for one in found}
    fresh: list[Counter] = []
    before: list[Counter] = []
    for cell in sorted(cells, key=lambda one: (one[0], one[1] or 0)):
        row = rows.get(cell) or Counter(unit_id=cell[0], course_id=cell[1])
        _grow(row, own.get(cell, NOTHING), by_cell.get(cell, NOTHING))
        (before if row.pk else fresh).append(row)
    fields = ["own_taking", "own_completed", "taking", "completed"]
    Counter.objects.bulk_update(before, fields, batch_size=ROWS)
    Counter.objects.bulk_create(fresh, batch_size=ROWS)


def _own(changed: dict[tuple[int, int], Tally]) -> dict[Cell, Tally]:
    """The changes directly in units, by course and in all."""
    found: dict[Cell, Tally] = {}
    for (unit, course), tally in changed.items():
        found[unit, course] = tally
        found[unit, None] = found.get((unit, None), NOTHING).plus(tally)
    return found


def _grow(row: Counter, own: Tally, all_of_it: Tally) -> Counter:
    row.own_taking += own.taking
    row.own_completed += own.completed
    row.taking += all_of_it.taking
    row.completed += all_of_it.completed
    return row


def above_of(units: Iterable[int] | None = None) -> dict[int, list[int]]:
    """Unit → itself and every unit above it; all of them unless narrowed."""
    found: dict[int, list[int]] = {}
    rows = UnitClosure.objects.all()
    if units is not None:
        rows = rows.filter(descendant__in=list(units))
    for unit, ancestor in rows.values_list("descendant", "ancestor"):
        found.setdefault(unit, []).append(ancestor)
    return found


@transaction.atomic
def settle_turns() -> int:
    """Put together what turned on days that are behind; changes no figure of today or later."""
    hold()
    return turning.settle()


@transaction.atomic
def recount() -> int:
    """Throw the figures away and count everything anew; answers how many rows there are.

    Marks written meanwhile stay: what they stand for may have come too late to be counted.
    """
    board = hold()
    marks = list(Mark.objects.values_list("pk", flat=True))
    Counter.objects.all().delete()
    above = above_of()
    _rebuild({(unit, course): tally for unit, course, tally in counted()}, above)
    turning.recount(above)
    for first in range(0, len(marks), ROWS):
        Mark.objects.filter(pk__in=marks[first : first + ROWS]).delete()
    board.recounted_at = timezone.now()
    board.save(update_fields=["recounted_at"])
    return Counter.objects.count()


def _rebuild(truth: dict[tuple[int, int], Tally], above: dict[int, list[int]]) -> None:
    own = _own(truth)
    found = upwards(truth, above)
    Counter.objects.bulk_create(
        (_grow(Counter(unit_id=cell[0], course_id=cell[1]), own.get(cell, NOTHING), tally)
         for cell, tally in found.items()),
        batch_size=ROWS,
    )  # fmt: skip
