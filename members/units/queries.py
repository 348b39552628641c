"""Reading the organisation, its units, and who is in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from members.units.models import Organisation, Unit, UnitClosure, UnitKind, UnitRole

STEERING_ROLES = ("leader", "secretary", "admin")
LECTURERS = "lecturers"
"""Code of the group whose members may teach; the organisation fills it."""
TEACHING_ROLES = ("secretary", "admin")
"""Roles in a unit that make somebody responsible for its learning."""


def organisation() -> Organisation:
    """The one organisation; its defaults, not yet saved, on an empty database."""
    found = Organisation.objects.filter(pk=Organisation.ONLY).first()
    return found or Organisation()


def departments() -> QuerySet[Unit]:
    """All departments, in their order."""
    return Unit.objects.filter(kind=UnitKind.DEPARTMENT)


def groups() -> QuerySet[Unit]:
    """All groups, in their order."""
    return Unit.objects.filter(kind=UnitKind.GROUP)


def descendants(units: Iterable[Unit | int]) -> QuerySet[Unit]:
    """The given units and everything below them."""
    keys = [unit.pk if isinstance(unit, Unit) else unit for unit in units]
    return Unit.objects.filter(above__ancestor__in=keys).distinct()


def path(unit: Unit) -> list[Unit]:
    """From the root down to ``unit``, both included."""
    above = UnitClosure.objects.filter(descendant=unit).select_related("ancestor")
    return [step.ancestor for step in above.order_by("-depth")]


def people_filter(units: Iterable[Unit | int]) -> Q:
    """A condition on members: in one of ``units`` or below, by department or by any role there."""
    inside = descendants(units).order_by().values("pk")
    return Q(department__in=inside) | Q(
        pk__in=UnitRole.objects.filter(unit__in=inside).values("member")
    )


def units_of(member_id: int) -> QuerySet[Unit]:
    """Every unit a person belongs to, including the units above those, in both trees."""
    direct = Q(below__descendant__staff=member_id) | Q(below__descendant__roles__member=member_id)
    return Unit.objects.filter(direct).distinct()


def groups_of(member_id: int) -> QuerySet[UnitRole]:
    """The person's roles in groups and departments, with the units, in the units' order."""
    roles = UnitRole.objects.filter(member=member_id).select_related("unit")
    return roles.order_by("unit__kind", "unit__order", "unit_id", "role")


def steers_any_unit(member_id: int) -> bool:
    """Whether the person leads or administers a unit."""
    return UnitRole.objects.filter(member=member_id, role__in=STEERING_ROLES).exists()


def may_teach(member_id: int) -> bool:
    """Whether the person is in the lecturers' group, or responsible for the learning of a unit."""
    roles = UnitRole.objects.filter(member=member_id)
    return roles.filter(Q(role__in=TEACHING_ROLES) | Q(unit__code=LECTURERS)).exists()
