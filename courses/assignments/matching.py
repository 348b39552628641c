"""Who an audience is: its tree as one query."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Q, QuerySet

from courses.assignments.audience import (
    All,
    Audience,
    Everybody,
    HasPost,
    HasRole,
    InUnit,
    Leaf,
    Minus,
    NewSince,
    Some,
)
from courses.credits.queries import zone
from members.accounts.models import Member
from members.units.models import Unit, UnitRole
from members.units.queries import people_filter


def matching(audience: Audience, unit: Unit | int | None = None) -> QuerySet[Member]:
    """Everybody in ``audience`` who may sign in, each once; only inside ``unit``, if given."""
    found = Member.objects.filter(condition(audience), is_active=True)
    return found if unit is None else found.filter(people_filter([unit]))


def condition(audience: Audience) -> Q:
    """The tree as a condition on members. Every part is a subquery, so nobody appears twice."""
    if isinstance(audience, Minus):
        return condition(audience.keep) & ~Q(pk__in=_keys(condition(audience.less)))
    if isinstance(audience, All | Some):
        parts = [condition(part) for part in audience.of]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole & part if isinstance(audience, All) else whole | part
        return whole
    return _leaf(audience)


def _keys(wanted: Q) -> QuerySet[Member, int]:
    return Member.objects.filter(wanted).order_by().values_list("pk", flat=True)


def _leaf(leaf: Leaf) -> Q:
    if isinstance(leaf, InUnit):
        return _in_unit(leaf)
    if isinstance(leaf, HasPost):
        return Q(post=leaf.post) | Q(post_en=leaf.post)
    if isinstance(leaf, HasRole):
        roles = UnitRole.objects.filter(role=leaf.role)
        if leaf.unit is not None:
            roles = roles.filter(unit=leaf.unit)
        return Q(pk__in=roles.values("member"))
    if isinstance(leaf, NewSince):
        # The day begins at midnight on the organisation's wall, not in Greenwich.
        return Q(joined_at__gte=datetime.combine(leaf.day, time.min, zone()))
    if isinstance(leaf, Everybody):
        return Q(pk__isnull=False)
    return Q(pk__in=leaf.members)


def _in_unit(leaf: InUnit) -> Q:
    if leaf.below:
        return people_filter([leaf.unit])
    return Q(department=leaf.unit) | Q(
        pk__in=UnitRole.objects.filter(unit=leaf.unit).values("member")
    )
