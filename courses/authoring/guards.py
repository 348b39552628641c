"""The border of the authors' pages: who is meant, which course, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from courses.catalog.models import Course, Lesson, Section
from courses.catalog.queries import find_course, find_lesson, may_author, may_edit
from courses.catalog.refusals import CourseRefused
from members.accounts.models import Member
from members.units.queries import organisation

P = ParamSpec("P")


def for_authors(
    view: Callable[Concatenate[HttpRequest, Member, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Only who may write courses."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        member = cast(Member, request.user)
        if not may_author(member):
            raise PermissionDenied
        return view(request, member, *args, **kwargs)

    return login_required(guarded)


def for_editors(
    view: Callable[Concatenate[HttpRequest, Member, Course, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Only who may change the course ``code``; a change that is refused leads to its outline."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        member = cast(Member, request.user)
        course = course_or_404(code)
        if not may_edit(member, course):
            raise PermissionDenied
        try:
            return view(request, member, course, **kwargs)
        except CourseRefused as refused:
            messages.error(request, refused.sentence)
            return redirect("authoring:edit", code)

    return login_required(guarded)


def course_or_404(code: str) -> Course:
    """The course behind ``code``."""
    try:
        return find_course(code)
    except Course.DoesNotExist as gone:
        raise Http404(code) from gone


def lesson_or_404(course: Course, key: int) -> Lesson:
    """A lesson of ``course``."""
    try:
        return find_lesson(course.code, key)
    except Lesson.DoesNotExist as gone:
        raise Http404(course.code) from gone


def section_or_404(course: Course, key: int) -> Section:
    """A section of ``course``."""
    found = course.sections.filter(pk=key).first()
    if found is None:
        raise Http404(course.code)
    return found


def key_of(text: str) -> int:
    """The key that a form sent; 0, which no row has, for what can be none (over 18 digits)."""
    return int(text) if text.isdecimal() and len(text) <= 18 else 0


def zone() -> ZoneInfo:
    """The organisation's time zone."""
    return ZoneInfo(organisation().zone)
