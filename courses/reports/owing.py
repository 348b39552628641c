"""What is owed of courses: who is overdue, who is waived, counted at the moment of asking.

Dates pass at midnight of the organisation and waivers end without anybody writing anything, so
these figures are not kept like those of ``Counter``: one grouped query goes through the tree.
Whoever owes a course takes it (``assignments.actions`` enrols her), so lists of enrolments
filtered by ``in_standing`` are the people these figures consist of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.assignments.due import DUE_SOON, State
from courses.assignments.models import Obligation
from courses.assignments.queries import in_state, open_obligations, waived_on
from courses.completion.models import Enrolment
from courses.reports.tally import NOTHING_OWED, Cell, Owed

HERE = "member__department__above__ancestor"
SOON = timedelta(days=DUE_SOON)


def _overdue(day: date) -> QuerySet[Obligation]:
    return Obligation.objects.filter(in_state(State.OVERDUE, day))


def _waived(day: date) -> QuerySet[Obligation]:
    """Waived, and nothing of the same course is asked of her by another assignment: who is excused
    once and owes it twice still owes it."""
    asked = open_obligations().filter(
        ~waived_on(day), member=OuterRef("member"), course=OuterRef("course")
    )
    return Obligation.objects.filter(in_state(State.WAIVED, day)).filter(~Exists(asked))


def owed(units: Iterable[int], day: date, course: int | None = None) -> dict[Cell, Owed]:
    """By (unit, course), and (unit, None) for all courses together: people in the unit and below
    it. Asked for twice, a course is overdue once."""
    wanted = list(units)
    found: dict[Cell, Owed] = {}
    for rows, overdue in ((_overdue(day), True), (_waived(day), False)):
        for unit, of, count in _grouped(rows, wanted, course):
            more = Owed(count, 0) if overdue else Owed(0, count)
            for cell in ((unit, of), (unit, None)):
                found[cell] = found.get(cell, NOTHING_OWED).plus(more)
    return found


def _grouped(
    rows: QuerySet[Obligation], units: list[int], course: int | None
) -> Iterable[tuple[int, int, int]]:
    narrow = rows if course is None else rows.filter(course=course)
    here = narrow.filter(**{f"{HERE}__in": units}, member__is_active=True).order_by()
    counts = here.values_list(HERE, "course").annotate(n=Count("member", distinct=True))
    return [(unit, of, count) for unit, of, count in counts]


def in_standing(state: str, day: date) -> Q:
    """A condition on enrolments: "overdue", "waived", or "help": overdue or due soon, and not
    begun."""
    same = {"member": OuterRef("member"), "course": OuterRef("course")}
    if state == "waived":
        return Q(Exists(_waived(day).filter(**same)))
    if state == "overdue":
        return Q(Exists(_overdue(day).filter(**same)))
    urgent = open_obligations().filter(~waived_on(day), due_on__lte=day + SOON)
    return Q(Exists(urgent.filter(**same)), permille=0)


def standing(members: Iterable[int], day: date) -> dict[tuple[int, int], State]:
    """(member, course) → overdue or waived, of those who are either."""
    keys = list(members)
    found = dict.fromkeys(_pairs(_waived(day), keys), State.WAIVED)
    return found | dict.fromkeys(_pairs(_overdue(day), keys), State.OVERDUE)


def _pairs(rows: QuerySet[Obligation], members: list[int]) -> Iterable[tuple[int, int]]:
    return rows.filter(member__in=members).order_by().values_list("member", "course")


def urgent_of(enrolments: Iterable[Enrolment], day: date) -> list[Obligation]:
    """What is overdue or due soon of what ``enrolments`` are of."""
    wanted = {(one.member_id, one.course_id) for one in enrolments}
    rows = open_obligations().filter(
        ~waived_on(day), due_on__lte=day + SOON, member__in={who for who, _ in wanted}
    )
    return [one for one in rows if (one.member_id, one.course_id) in wanted]
