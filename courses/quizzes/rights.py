"""Who writes questions, who holds the quiz of a lesson, and who may take it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from courses.catalog.models import Lesson
from courses.catalog.queries import is_on_shelf, may_author
from courses.quizzes.models import Bank
from members.accounts.models import Member


def may_take(lesson: Lesson, now: datetime) -> bool:
    """Whether the quiz of ``lesson`` can be taken: its course is on the shelf."""
    return is_on_shelf(lesson.section.course, now) and not lesson.removed


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
