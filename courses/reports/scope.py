"""Who sees which units: those one steers, everything below them, and nothing beside them."""

from __future__ import annotations

from django.db.models import QuerySet

from members.accounts.models import Member
from members.units.models import Unit, UnitKind, UnitRole
from members.units.queries import STEERING_ROLES, departments, descendants


def may_supervise(viewer: Member) -> bool:
    """Whether there is a board for ``viewer``."""
    if not viewer.is_active:
        return False
    return viewer.is_platform_admin or _steered(viewer).exists()


def _steered(viewer: Member) -> QuerySet[UnitRole]:
    return UnitRole.objects.filter(
        member=viewer, role__in=STEERING_ROLES, unit__kind=UnitKind.DEPARTMENT
    )


def visible_units(viewer: Member) -> QuerySet[Unit]:
    """Every department whose figures and people ``viewer`` may see."""
    if not viewer.is_active:
        return Unit.objects.none()
    if viewer.is_platform_admin:
        return departments()
    own = list(_steered(viewer).values_list("unit", flat=True))
    return descendants(own).filter(kind=UnitKind.DEPARTMENT)


def entrances(viewer: Member) -> list[Unit]:
    """The highest units that ``viewer`` may see, in their order."""
    seen = visible_units(viewer)
    tops = Unit.objects.filter(pk__in=seen.order_by().values("pk"))
    return list(tops.exclude(parent__in=seen.order_by().values("pk")))
