"""Reading assignments and obligations, and who may see and write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from courses.assignments.due import State
from courses.assignments.models import Assignment, Notice, Obligation, Step
from courses.credits.queries import today
from members.accounts.models import Member
from members.units.models import Unit, UnitRole, UnitRoleKind
from members.units.queries import descendants

MOST = 30
"""Most obligations on the first page; the rest is on their own."""
MOST_OWN = 300
"""Most obligations on a member's page of them."""
MOST_NOTICES = 100
REMINDED = timedelta(days=14)
"""So long a reminder stands beside what it is about."""


def administered(member: Member) -> QuerySet[Unit]:
    """The units ``member`` administers, with everything below them; all for platform admins."""
    if member.is_platform_admin:
        return Unit.objects.all()
    roles = UnitRole.objects.filter(member=member, role=UnitRoleKind.ADMIN)
    return descendants(roles.values_list("unit", flat=True))


def may_assign(member: Member) -> bool:
    """Platform admins everywhere, unit admins inside their units."""
    if not member.is_active:
        return False
    return member.is_platform_admin or administered(member).exists()


def assignments_of(member: Member) -> QuerySet[Assignment]:
    """The assignments ``member`` may see and change."""
    rows = Assignment.objects.select_related("unit").prefetch_related("courses")
    if member.is_platform_admin:
        return rows
    return rows.filter(unit__in=administered(member).order_by().values("pk"))


def running(day: date) -> QuerySet[Assignment]:
    """Assignments that have begun and not ended."""
    return Assignment.objects.filter(ended_at__isnull=True, begins_on__lte=day)


def open_obligations() -> QuerySet[Obligation]:
    """Obligations that are neither done nor dropped; waived ones among them."""
    return Obligation.objects.filter(completed_at__isnull=True, left_on__isnull=True)


def waived_on(day: date) -> Q:
    """A condition on obligations: a waiver stands on ``day``."""
    begun = Q(waived_from__isnull=False, waived_from__lte=day)
    return begun & (Q(waived_until__isnull=True) | Q(waived_until__gte=day))


def in_state(state: State, day: date) -> Q:
    """``Obligation.state(day) == state`` as a condition; ``OPEN`` includes ``SOON``."""
    if state is State.DONE:
        return Q(completed_at__isnull=False)
    undone = Q(completed_at__isnull=True)
    if state is State.LEFT:
        return undone & Q(left_on__isnull=False)
    here = undone & Q(left_on__isnull=True)
    if state is State.WAIVED:
        return here & waived_on(day)
    late = Q(due_on__lt=day) if state is State.OVERDUE else Q(due_on__gte=day)
    return here & late & ~waived_on(day)


@dataclass(frozen=True)
class Todo:
    """One thing to do: ``days`` until it is due, negative when that has passed; ``notice``: the
    newest reminder of it."""

    obligation: Obligation
    state: State
    days: int
    notice: Notice | None = None

    @property
    def late(self) -> int:
        """Days since it was due."""
        return -self.days


def todo(member: Member, day: date | None = None) -> list[Todo]:
    """What ``member`` still has to complete, the most urgent first: every course once."""
    when = day or today()
    rows = open_obligations().filter(~waived_on(when), member=member).order_by("due_on", "pk")
    found: dict[tuple[int, str], Todo] = {}
    notices = reminded(member, when)
    for one in rows.select_related("course", "assignment")[:MOST_OWN]:
        # Asked for twice, it is done once: the earlier date decides.
        found.setdefault((one.course_id, one.period), _todo(one, when, notices))
    return list(found.values())[:MOST]


def everything_of(member: Member, day: date) -> list[Todo]:
    """All obligations of ``member``, the most urgent first, what is behind her last."""
    rows = Obligation.objects.filter(member=member).select_related("course", "assignment")
    notices = reminded(member, day)
    found = [_todo(one, day, notices) for one in rows.order_by("-due_on", "-pk")[:MOST_OWN]]
    order = list(State)
    return sorted(found, key=lambda one: (order.index(one.state), one.obligation.due_on))


def _todo(one: Obligation, day: date, notices: Mapping[int, Notice]) -> Todo:
    return Todo(one, one.state(day), (one.due_on - day).days, notices.get(one.pk))


def counts(assignments: Iterable[Assignment], day: date) -> dict[int, dict[str, int]]:
    """By assignment: how many obligations of the people it reaches are in each state."""
    shown = (State.DONE, State.OPEN, State.OVERDUE, State.WAIVED)
    rows = Obligation.objects.filter(assignment__in=list(assignments)).order_by()
    numbers = {str(state): Count("pk", filter=in_state(state, day)) for state in shown}
    found: Iterable[dict[str, int]] = rows.values("assignment").annotate(**numbers)  # type: ignore[assignment]
    return {row["assignment"]: {str(one): row[str(one)] for one in shown} for row in found}


def obligations_of(
    viewer: Member, assignment: Assignment, day: date, state: State | None = None
) -> QuerySet[Obligation]:
    """The obligations of an assignment, overdue first, as far as ``viewer`` may see it."""
    rows = Obligation.objects.filter(assignment=assignment, assignment__in=assignments_of(viewer))
    if state is not None:
        rows = rows.filter(in_state(state, day))
    names = ("member__department", "course", "waived_by")
    return rows.select_related(*names).order_by("completed_at", "due_on", "member", "pk")


def required(member: int) -> set[int]:
    """Courses that are asked of ``member``: done, open or waived, but not those let go."""
    rows = Obligation.objects.filter(member=member, left_on__isnull=True)
    return set(rows.order_by().values_list("course", flat=True))


def reminded(member: Member, day: date) -> dict[int, Notice]:
    """Obligation → the newest reminder of it in the last ``REMINDED`` days, of what is open."""
    rows = Notice.objects.filter(
        reader=member, step=Step.MEMBER, day__gt=day - REMINDED, day__lte=day
    )
    found: dict[int, Notice] = {}
    for one in rows.filter(in_force(day)).order_by("-day", "-pk")[:MOST_NOTICES]:
        found.setdefault(one.obligation_id, one)
    return found


def told(member: Member) -> list[Notice]:
    """What ``member`` was told about people of her units that is still so, the newest first."""
    rows = Notice.objects.filter(reader=member, step__gt=Step.MEMBER)
    still = rows.filter(in_force(today()), obligation__member__is_active=True)
    names = ("obligation__member", "obligation__course")
    found: dict[int, Notice] = {}
    for one in still.select_related(*names)[:MOST_NOTICES]:
        found.setdefault(one.obligation_id, one)
    return list(found.values())


def in_force(day: date) -> Q:
    """A condition on notices: what they are about is still open and not waived on ``day``."""
    open_ones = open_obligations().filter(~waived_on(day)).order_by().values("pk")
    return Q(obligation__in=open_ones)
