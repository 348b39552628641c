"""The page of the evidence of one course. Every look of somebody else is written down."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from courses.catalog.models import Course
from courses.catalog.queries import find_course, is_on_shelf, may_see
from courses.completion.queries import enrolment_of
from courses.credits import queries as ledger
from courses.credits.actions import log_view
from courses.reports.evidence.queries import evidence_of
from members.accounts.models import Member


@require_GET
@login_required
def course_page(request: HttpRequest, code: str, staff_no: str = "") -> HttpResponse:
    """How far a member is in a course, and what shows it. 403 outside one's subtree, for numbers
    that nobody has too; 404 for a course that she neither takes nor could know of."""
    viewer = cast(Member, request.user)
    member = _subject(viewer, staff_no)
    try:
        course = find_course(code)
    except Course.DoesNotExist as gone:
        raise Http404(code) from gone
    if enrolment_of(member.pk, course.pk) is None and not may_see(member, course):
        raise Http404(code)
    log_view(viewer, member, "course")
    found = evidence_of(member, course)
    own = viewer.pk == member.pk
    context = {
        "member": member, "own": own, "course": course, "standing": found.standing,
        "sections": found.sections, "on_shelf": own and is_on_shelf(course),
    }  # fmt: skip
    answer = render(request, "courses/reports/evidence.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _subject(viewer: Member, staff_no: str) -> Member:
    if not staff_no or staff_no == viewer.staff_no:
        return viewer
    member = Member.objects.filter(staff_no=staff_no).first()
    if member is None or not ledger.may_see(viewer, member):
        raise PermissionDenied
    return member
