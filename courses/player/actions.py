"""Opening a lesson on a page: she takes the course, and this page may say what she plays."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from courses.catalog.kinds import LessonKind
from courses.catalog.models import Lesson, Material
from courses.completion.actions import enrol, open_lease
from courses.completion.book import LATE
from courses.completion.budget import PAGE
from courses.completion.models import Enrolment, Lease
from courses.completion.queries import enrolment_of
from realtime.tickets import LessonLease, TicketError, sign, verify


@dataclass(frozen=True, slots=True)
class Opened:
    """The sealed lease of a page, and until when it may report by it (unix seconds)."""

    lease: str
    expires: int


def open_lesson(
    member: int, lesson: Lesson, material: Material, *, take_over: bool, own: str = ""
) -> Opened | None:
    """Open ``lesson`` on a page; None when another page is playing and ``take_over`` is false.

    ``own``: the lease that this page (or the page before it in the same tab) had; it need not ask
    itself.
    """
    course = lesson.section.course_id
    taking = enrolment_of(member, course)
    if taking is None:
        enrol([member], course)
        taking = enrolment_of(member, course)
    period = taking.period if taking else ""
    forced = take_over or is_current(member, own)
    try:
        lease = _lease(member, lesson, material, period, forced)
    except IntegrityError:
        # Two pages opened at once and she had nothing open: the other one was first.
        lease = _lease(member, lesson, material, period, forced)
    if lease is None:
        return None
    if taking is not None:
        seen = Enrolment.objects.filter(pk=taking.pk)
        seen.update(lesson=lesson, seen_at=timezone.now())
    return _sealed(lease, lesson, material)


def _lease(
    member: int, lesson: Lesson, material: Material, period: str, take_over: bool
) -> Lease | None:
    return open_lease(member, lesson.pk, material.version, period=period, take_over=take_over)


def is_current(member: int, own: str) -> bool:
    """Whether ``own`` is the lease that ``member`` has open now."""
    if not own:
        return False
    try:
        said = verify(own, LessonLease, settings.SECRET_KEY.encode(), time.time())
    except TicketError:
        return False
    return Lease.objects.filter(pk=said.lease, member=member, closed_at__isnull=True).exists()


def _sealed(lease: Lease, lesson: Lesson, material: Material) -> Opened:
    expires = int(time.time() + LATE.total_seconds())
    ticket = LessonLease(
        lease=lease.pk,
        member=lease.member_id,
        lesson=lesson.pk,
        version=material.version,
        length=material.length,
        price=PAGE if lesson.kind == LessonKind.DOCUMENT else 1,
        exp=expires,
    )
    return Opened(sign(ticket, settings.SECRET_KEY.encode()), expires)
