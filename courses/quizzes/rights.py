"""Who writes questions, who holds the quiz of a lesson, and who may take it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from courses.catalog.kinds import CourseState
from courses.catalog.models import Course, Lesson
from courses.quizzes.models import Bank
from members.accounts.models import Member
from members.units.models import UnitRole, UnitRoleKind

LECTURERS = "lecturers"
"""Code of the group whose members may teach; the organisation fills it."""
RESPONSIBLE = (UnitRoleKind.ADMIN, UnitRoleKind.SECRETARY)
"""Roles in a unit that make somebody responsible for its learning."""


def may_author(member: Member) -> bool:
    """Lecturers, people who are responsible for a unit, and platform admins write questions."""
    if not member.is_active:
        return False
    if member.is_platform_admin:
        return True
    roles = UnitRole.objects.filter(member=member)
    return roles.filter(Q(role__in=RESPONSIBLE) | Q(unit__code=LECTURERS)).exists()


def may_edit(member: Member, course: Course) -> bool:
    """The author of a course and platform admins hold its quizzes, and see how they went."""
    own = course.author_id == member.pk and may_author(member)
    return member.is_active and (member.is_platform_admin or own)


def may_take(lesson: Lesson, now: datetime) -> bool:
    """Whether the quiz of ``lesson`` can be taken: its course is published and has not expired."""
    course = lesson.section.course
    fresh = course.expires_at is None or course.expires_at > now
    return course.state == CourseState.PUBLISHED and fresh and not lesson.removed


def banks_of(member: Member) -> QuerySet[Bank]:
    """Banks whose questions ``member`` may read and draw from: her own, shared ones; admins all."""
    if not may_author(member):
        return Bank.objects.none()
    if member.is_platform_admin:
        return Bank.objects.all()
    return Bank.objects.filter(Q(owner=member) | Q(shared=True))


def may_write(member: Member, bank: Bank) -> bool:
    """Whether ``member`` may change the questions of ``bank``: her own; admins all."""
    return may_author(member) and (member.is_platform_admin or bank.owner_id == member.pk)
