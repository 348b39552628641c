"""What the figures are counted from: the newest enrolment of everybody active, by her department.

Figures, lists of people and exports all begin here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.completion.models import Enrolment
from courses.reports.tally import Tally


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
