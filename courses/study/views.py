"""The catalogue, one course, its lessons; every kind of lesson is shown by who knows it."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from courses.activities.models import Session
from courses.catalog.kinds import ATTENDED, CreditKind, LessonKind
from courses.catalog.models import Course, Lesson
from courses.catalog.queries import (
    find_course,
    find_lesson,
    is_on_shelf,
    may_author,
    may_edit,
    may_see,
)
from courses.catalog.text import seconds_to_read
from courses.completion.actions import enrol
from courses.completion.models import Progress
from courses.completion.queries import enrolment_of, lessons_of, period_of
from courses.completion.reading import record_read, remember
from courses.credits.certificates.queries import of_course as certificate_of
from courses.study import doors, queries
from courses.study.queries import Asked
from members.accounts.models import Member
from members.units.queries import organisation

SHOWS = ("all", "required", "elective", "mine", "done")
SALT = "courses.study.article"
OPEN_SECONDS = 24 * 3600
"""How long an article that was opened may be marked as read."""


def find(member: Member, code: str) -> Course:
    """The course, if ``member`` may see it: whoever takes it still finds it when it has gone.

    Raises:
        Http404: there is none that she could know of.
    """
    try:
        course = find_course(code)
    except Course.DoesNotExist as gone:
        raise Http404(code) from gone
    if not may_see(member, course) and enrolment_of(member.pk, course.pk) is None:
        raise Http404(code)
    return course


@require_GET
@login_required
def list_page(request: HttpRequest) -> HttpResponse:
    """The catalogue."""
    member, now = cast(Member, request.user), timezone.now()
    show = request.GET.get("show", "all")
    number = request.GET.get("category", "")
    asked = Asked(
        words=_typed(request, "q", 100),
        category=int(number) if number.isdecimal() and len(number) < 10 else None,
        kind=request.GET.get("kind", "") if request.GET.get("kind") in CreditKind.values else "",
        show=show if show in SHOWS else "all",
        after=_typed(request, "after", 20),
    )
    plain = asked == Asked(show=asked.show) and asked.show == "all"
    context = {
        "asked": asked,
        "shelf": queries.shelf(member, asked, now),
        "continuing": queries.continuing(member, now) if plain else [],
        "categories": queries.categories(),
        "kinds": CreditKind.choices,
        "shows": [(one, _label(one)) for one in SHOWS],
        "may_author": may_author(member),
        "query": _query(asked),
    }
    return render(request, "courses/study/list.html", context)


def _typed(request: HttpRequest, name: str, most: int) -> str:
    """What was typed, without the sign that PostgreSQL's texts cannot hold."""
    return request.GET.get(name, "").replace("\0", "").strip()[:most]


def _label(show: str) -> str:
    return {
        "all": _("All courses"), "required": _("Required"), "elective": _("Elective"),
        "mine": _("In progress"), "done": _("Completed"),
    }[show]  # fmt: skip


def _query(asked: Asked) -> dict[str, str]:
    """The filters as the links of the page carry them on."""
    fields = {"q": asked.words, "kind": asked.kind, "category": str(asked.category or "")}
    return {name: value for name, value in fields.items() if value}


@require_GET
@login_required
def cover(request: HttpRequest, code: str) -> HttpResponseBase:
    """The cover of a course she may see; its address changes with the picture."""
    course = find(cast(Member, request.user), code)
    if not course.cover:
        raise Http404(code)
    try:
        answer = FileResponse(course.cover.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as gone:
        raise Http404(code) from gone
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@require_GET
@login_required
def course_page(request: HttpRequest, code: str) -> HttpResponse:
    """One course: what is in it, how far she is, what is missing."""
    member = cast(Member, request.user)
    course = find(member, code)
    standing = queries.course_of(member, course)
    context = {
        "course": course,
        "standing": standing,
        "on_shelf": is_on_shelf(course),
        "until": course.expires_at and timezone.localtime(course.expires_at, _zone()),
        "editor": may_edit(member, course),
        "required": course.pk in queries.required_courses(member.pk),
        "percent": standing.enrolment.permille // 10 if standing.enrolment else 0,
        "certificate": certificate_of(member.pk, course.pk) if course.certificate else None,
    }
    return render(request, "courses/study/course.html", context)


@require_POST
@login_required
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Take the course, and go to where it goes on."""
    member = cast(Member, request.user)
    course = find(member, code)
    if not is_on_shelf(course):
        messages.error(request, _("The course is no longer available."))
        return redirect("courses:course", code)
    enrol([member.pk], course.pk)
    upcoming = queries.course_of(member, course).next
    if upcoming is None:
        return redirect("courses:course", code)
    return redirect("courses:lesson", code, upcoming.pk)


@login_required
def lesson_page(request: HttpRequest, code: str, lesson: int) -> HttpResponseBase:
    """A lesson, by its kind. Who has not begun the course begins on its page."""
    member = cast(Member, request.user)
    found = _lesson(code, lesson)
    course = found.section.course
    taken = enrolment_of(member.pk, course.pk)
    if not is_on_shelf(course) and not may_edit(member, course):
        find(member, code)
        messages.error(request, _("The course is no longer available."))
        return redirect("courses:course", code)
    if taken is None and is_on_shelf(course) and not may_edit(member, course):
        return redirect("courses:course", code)
    if taken is not None and request.method == "GET":
        remember(taken, found)
    return _show(request, member, found)


def _lesson(code: str, key: int) -> Lesson:
    try:
        return find_lesson(code, key)
    except Lesson.DoesNotExist as gone:
        raise Http404(code) from gone


def _show(request: HttpRequest, member: Member, lesson: Lesson) -> HttpResponseBase:
    if lesson.kind in doors.shown:
        return doors.shown[lesson.kind](request, member, lesson)
    if lesson.kind == LessonKind.ARTICLE and lesson.article:
        return _article(request, member, lesson)
    if lesson.kind in ATTENDED and lesson.activity_id:
        return _sessions(request, lesson)
    name = doors.addresses.get(lesson.kind)
    if name:
        try:
            return redirect(reverse(name, args=[lesson.section.course.code, lesson.pk]))
        except NoReverseMatch:
            pass
    return render(request, "courses/study/empty.html", _around(lesson))


def _around(lesson: Lesson) -> dict[str, object]:
    """What every page of a lesson needs."""
    course = lesson.section.course
    before, after = queries.neighbours(lessons_of(course), lesson)
    return {"course": course, "lesson": lesson, "before": before, "after": after}


def _article(
    request: HttpRequest, member: Member, lesson: Lesson, opened: str = "", wait: int = 0
) -> HttpResponse:
    """The text, and one button: read. When it was opened is sealed into the form.

    ``wait``: it was pressed too early; the page stays, and so does the time it was opened.
    """
    period = period_of(member.pk, lesson.pk)
    done = Progress.objects.filter(member=member, lesson=lesson, period=period, permille=1000)
    context = {
        **_around(lesson),
        "is_read": done.exists(),
        "opened": opened or signing.dumps([member.pk, lesson.pk], salt=SALT),
        "too_early": _too_early(wait) if wait else "",
        "taken": enrolment_of(member.pk, lesson.section.course_id) is not None,
    }
    status = 422 if wait else 200
    return render(request, "courses/study/article.html", context, status=status)


def _too_early(seconds: int) -> str:
    return ngettext(
        "It counts after %(n)d second of reading at the earliest.",
        "It counts after %(n)d seconds of reading at the earliest.",
        seconds,
    ) % {"n": seconds}


@require_POST
@login_required
def read(request: HttpRequest, code: str, lesson: int) -> HttpResponse:
    """She says that she has read the article; nobody reads faster than the eye."""
    member = cast(Member, request.user)
    found = _lesson(code, lesson)
    course = found.section.course
    if found.kind != LessonKind.ARTICLE or not is_on_shelf(course):
        raise Http404(code)
    if enrolment_of(member.pk, course.pk) is None:
        return redirect("courses:course", code)
    wait = seconds_to_read(found.article)
    opened = request.POST.get("opened", "")
    if not _opened(opened, member.pk, found.pk, None):
        messages.error(request, _("The page was open for too long. Please confirm once more."))
        return redirect("courses:lesson", code, lesson)
    if wait and _opened(opened, member.pk, found.pk, wait):
        return _article(request, member, found, opened, wait)
    record_read(member.pk, found)
    _before, after = queries.neighbours(lessons_of(course), found)
    messages.success(request, _("Read. It counts."))
    if after is None:
        return redirect("courses:course", code)
    return redirect("courses:lesson", code, after.pk)


def _opened(seal: str, member: int, lesson: int, within: int | None) -> bool:
    """Whether ``seal`` is of this page and no older than ``within`` seconds (None: a day)."""
    age = OPEN_SECONDS if within is None else within
    try:
        return bool(signing.loads(seal, salt=SALT, max_age=age) == [member, lesson])
    except signing.BadSignature:
        return False


def _sessions(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """The class of a lesson: its page, or the choice where it is held more than once."""
    rows = Session.objects.filter(activity=lesson.activity).order_by("starts_at", "pk")
    sessions = list(rows[:100])
    if len(sessions) == 1:
        return redirect(_address(sessions[0]))
    context = {
        **_around(lesson),
        "sessions": [
            {"one": one, "address": _address(one), "at": timezone.localtime(one.starts_at, _zone())}
            for one in sessions
        ],
    }
    return render(request, "courses/study/sessions.html", context)


def _address(session: Session) -> str:
    name = "classes:detail" if session.online else "sessions:detail"
    return reverse(name, args=[session.code])


def _zone() -> ZoneInfo:
    return ZoneInfo(organisation().zone)
