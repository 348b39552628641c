"""Reading the ledger and what is required."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from courses.credits.conversion import DEFAULT, Table
from courses.credits.evaluate import Item
from courses.credits.models import (
    ConversionTable,
    CreditEntry,
    Requirement,
    Tenure,
    Waiver,
)
from courses.credits.periods import Away, Period, local_date
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure, UnitRole, UnitRoleKind
from members.units.queries import STEERING_ROLES, organisation


def zone() -> ZoneInfo:
    """The organisation's zone: its dates are the dates of the ledger."""
    return ZoneInfo(organisation().zone)


def today() -> date:
    """The date on the organisation's wall."""
    return local_date(timezone.now(), zone())


def end_of(day: date) -> datetime:
    """The moment at which ``day`` is over on the organisation's wall: what was written before it
    was known on that day."""
    return datetime.combine(day + date.resolution, time(), zone())


def table_for(day: date) -> Table:
    """The conversion table in force on ``day``: the newest that had begun, else the built-in."""
    found = ConversionTable.objects.filter(valid_from__lte=day)
    newest = found.order_by("-valid_from", "-version", "-pk").first()
    return Table(str(newest), newest.rules) if newest else DEFAULT


def entries_of(member_id: int) -> QuerySet[CreditEntry]:
    """Everything in the ledger about one person, reversals too, in order of its date."""
    rows = CreditEntry.objects.filter(member=member_id).select_related("reversal", "unit")
    return rows.order_by("earned_on", "pk")


def items_of(
    member_id: int, period: Period | None = None, known: datetime | None = None
) -> list[Item]:
    """A person's entries as the evaluation sees them; reversed ones marked, reversals left out.
    With ``known``: as they had been written by then."""
    rows = entries_of(member_id).filter(reverses__isnull=True)
    if period is not None:
        rows = rows.filter(earned_on__range=(period.first, period.last))
    if known is not None:
        rows = rows.filter(entered_at__lt=known)
    return [as_item(row, known) for row in rows]


def is_reversed(row: CreditEntry, known: datetime | None = None) -> bool:
    """Whether an entry (with ``reversal`` loaded) was taken back, by ``known`` if that is given."""
    return hasattr(row, "reversal") and (known is None or row.reversal.entered_at < known)


def as_item(row: CreditEntry, known: datetime | None = None) -> Item:
    """One entry (with ``reversal`` loaded). ``once`` leaves the period out: learning the same thing
    in two obligations is learning it once."""
    return Item(
        ref=f"{row.pk:012}",
        once=f"{row.source_kind}:{row.source_id}:{row.segment}",
        kind=row.kind,
        mode=row.mode,
        value=row.value,
        earned_on=row.earned_on,
        reversed=is_reversed(row, known),
    )


def away_of(tenure: Tenure | None) -> list[Away]:
    """Days before joining and after leaving; none when nobody knows."""
    if tenure is None:
        return []
    day = date.resolution
    spans = [Away(date.min, tenure.joined_on - day)]
    if tenure.left_on is not None:
        spans.append(Away(tenure.left_on + day, date.max))
    return spans


def waivers_of(member_id: int, code: str) -> list[Waiver]:
    """For when somebody is excused from the requirement ``code``, newest first; at most twenty."""
    rows = Waiver.objects.filter(member=member_id, withdrawn_at__isnull=True)
    return list(rows.filter(code__in=["", code]).order_by("-first", "-pk")[:20])


def waived_on(members: Iterable[int], day: date) -> set[int]:
    """Those of ``members`` who are excused from required hours on ``day``."""
    rows = waivers_standing(members).filter(first__lte=day, last__gte=day)
    return set(rows.values_list("member", flat=True))


def waivers_standing(members: Iterable[int], known: datetime | None = None) -> QuerySet[Waiver]:
    """Waivers of ``members`` that nobody has withdrawn; with ``known``: that stood then."""
    rows = Waiver.objects.filter(member__in=list(members))
    if known is None:
        return rows.filter(withdrawn_at__isnull=True)
    still = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=known)
    return rows.filter(still, created_at__lt=known)


def requirements_in_force(day: date, known: datetime | None = None) -> list[Requirement]:
    """The newest version of each requirement that is in force on ``day``; with ``known``: of the
    versions that had been written by then."""
    begun = Requirement.objects.filter(valid_from__lte=day)
    if known is not None:
        begun = begun.filter(created_at__lt=known)
    newest = begun.values("code").annotate(newest=Max("version"))
    versions = {row["code"]: row["newest"] for row in newest}
    rows = begun.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    found = rows.filter(code__in=versions).prefetch_related("units")
    return [row for row in found if row.version == versions[row.code]]


def requirements_of(member: Member, day: date, known: datetime | None = None) -> list[Requirement]:
    """What is asked of ``member`` on ``day``, by every layer; ``known`` as above."""
    roles = list(UnitRole.objects.filter(member=member).values_list("unit", "role"))
    own = {unit for unit, _ in roles} | {member.department_id} - {None}
    above: dict[int, set[int]] = {}
    rows = UnitClosure.objects.filter(descendant__in=own).values_list("descendant", "ancestor")
    for unit, ancestor in rows:
        above.setdefault(unit, set()).add(ancestor)
    return [
        one
        for one in requirements_in_force(day, known)
        if _asks(one, member.department_id, roles, above)
    ]


def _asks(
    one: Requirement,
    department: int | None,
    roles: list[tuple[int, str]],
    above: dict[int, set[int]],
) -> bool:
    """Whether a requirement is about somebody with these units and roles."""
    units = {unit.pk for unit in one.units.all()}
    if one.role:
        mine = [unit for unit, role in roles if role == one.role]
    else:
        mine = [unit for unit, _ in roles] + ([department] if department else [])
    if not units:
        return bool(mine) or not one.role
    return any(above.get(unit, set()) & units for unit in mine)


# ---- who may look, and who may write


def _roles_over(viewer: Member, subject: Member, roles: Iterable[str]) -> bool:
    """Whether ``viewer`` has one of ``roles`` in a unit of ``subject``, or above it."""
    own = UnitRole.objects.filter(member=subject).values("unit")
    above = UnitClosure.objects.filter(
        Q(descendant=subject.department_id) | Q(descendant__in=own)
    ).values("ancestor")
    held = UnitRole.objects.filter(member=viewer, role__in=list(roles), unit__in=above)
    return held.exists()


def may_see(viewer: Member, subject: Member) -> bool:
    """Oneself, platform admins, and who leads or administers a unit of hers or one above."""
    if not viewer.is_active:
        return False
    if viewer.pk == subject.pk or viewer.is_platform_admin:
        return True
    return _roles_over(viewer, subject, STEERING_ROLES)


def may_write(viewer: Member, subject: Member) -> bool:
    """Enter by hand, reverse, decide on requests: platform admins and admins of her unit or one
    above; nobody for herself."""
    if not viewer.is_active or viewer.pk == subject.pk:
        return False
    return viewer.is_platform_admin or _roles_over(viewer, subject, [UnitRoleKind.ADMIN])


def writable_people(viewer: Member) -> QuerySet[Member]:
    """Everybody for whom ``may_write`` is true, as a query."""
    people = Member.objects.exclude(pk=viewer.pk)
    if viewer.is_platform_admin:
        return people
    mine = UnitRole.objects.filter(member=viewer, role=UnitRoleKind.ADMIN).values("unit")
    below = UnitClosure.objects.filter(ancestor__in=mine).values("descendant")
    in_group = UnitRole.objects.filter(unit__in=below).values("member")
    return people.filter(Q(department__in=below) | Q(pk__in=in_group))


def may_rule(viewer: Member) -> bool:
    """Write requirements and conversion tables: platform admins."""
    return viewer.is_active and viewer.is_platform_admin


def unit_of(member: Member) -> Unit | None:
    """The unit an entry made today belongs to, for good."""
    return member.department
