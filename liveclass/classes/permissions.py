"""Who may schedule classes, and who may teach them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from courses.activities.models import Activity
from members.accounts.models import Member
from members.units.models import UnitRole
from members.units.queries import LECTURERS, may_teach


def may_schedule(member: Member) -> bool:
    """Lecturers, people who are responsible for a unit, and platform admins may schedule."""
    return member.is_platform_admin or may_teach(member.pk)


def may_appoint(activity: Activity, member: Member) -> bool:
    """Who decides who teaches and assists: an assistant could otherwise make herself the host."""
    return member.is_platform_admin or member.pk in (activity.lecturer_id, activity.created_by_id)


def lecturers(author: Member, held_by: int | None = None) -> QuerySet[Member]:
    """Whom ``author`` may name as lecturer: the lecturers' group, herself, and who holds it now."""
    group = UnitRole.objects.filter(unit__code=LECTURERS).values("member")
    teaching = Q(pk__in=group) | Q(pk=author.pk) | Q(pk=held_by)
    return Member.objects.filter(teaching, is_active=True).order_by("staff_no")
