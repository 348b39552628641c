"""What the figures are counted from: the newest enrolment of everybody active, by her department.

Figures, lists of people and exports all begin here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.assignments.models import Obligation
from courses.assignments.queries import open_obligations, waived_on
from courses.completion.models import Enrolment
from courses.reports.tally import Tally
from courses.reports.turns import Owed


def current() -> QuerySet[Enrolment]:
    """One enrolment for each member and course: the newest. Who left the organisation is out."""
    same = Enrolment.objects.filter(member=OuterRef("member"), course=OuterRef("course"))
    newer = same.filter(
        Q(began_at__gt=OuterRef("began_at"))
        | Q(began_at=OuterRef("began_at"), pk__gt=OuterRef("pk"))
    )
    rows = Enrolment.objects.filter(member__is_active=True, member__department__isnull=False)
    return rows.filter(~Exists(newer))


def counted(
    course: int | None = None, units: Iterable[int] | None = None
) -> Iterator[tuple[int, int, Tally]]:
    """(unit, course, figures) of people directly in units; all of them unless narrowed."""
    rows = current()
    if course is not None:
        rows = rows.filter(course=course)
    if units is not None:
        rows = rows.filter(member__department__in=list(units))
    groups = rows.order_by().values_list("member__department", "course")
    found = groups.annotate(taking=Count("pk"), done=Count("completed_at"))
    for unit, of, taking, done in found.iterator():
        yield unit, of, Tally(taking, done)


def owing_courses() -> list[int]:
    """Courses of which anything is open."""
    rows = open_obligations().order_by("course").values_list("course", flat=True)
    return list(rows.distinct())


def owing(
    course: int, units: Iterable[int] | None = None
) -> Iterator[tuple[int, tuple[Owed, ...]]]:
    """Of everybody who takes ``course``, has not completed it and owes it: her unit, and what she
    owes."""
    undone = current().filter(course=course, completed_at__isnull=True)
    rows = open_obligations().filter(course=course)
    if units is not None:
        undone = undone.filter(member__department__in=list(units))
        rows = rows.filter(member__department__in=list(units))
    homes = dict(undone.order_by().values_list("member", "member__department"))
    owed: dict[int, tuple[Owed, ...]] = {}
    facts = rows.order_by().values_list("member", "due_on", "waived_from", "waived_until")
    for member, due, first, last in facts.iterator():
        if member in homes:
            owed[member] = (*owed.get(member, ()), Owed(due, first, last))
    for member, found in owed.items():
        yield homes[member], found


def overdue_on(day: date) -> Q:
    """A condition on enrolments: not completed, and something of it is overdue on ``day``."""
    late = _owed_of_it().filter(~waived_on(day), due_on__lt=day)
    return Q(Exists(late), completed_at__isnull=True)


def excused_on(day: date) -> Q:
    """A condition on enrolments: not completed, and she is excused on ``day`` from all she owes."""
    owed = _owed_of_it()
    return Q(Exists(owed), ~Exists(owed.filter(~waived_on(day))), completed_at__isnull=True)


def _owed_of_it() -> QuerySet[Obligation]:
    return open_obligations().filter(member=OuterRef("member"), course=OuterRef("course"))
