"""The page on which staff look after a class that is over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.activities.models import Session
from courses.authoring import lectures
from courses.catalog.queries import may_author
from courses.catalog.refusals import CourseRefused
from liveclass.classes.names import zone
from liveclass.classes.queries import card
from liveclass.classes.refusals import refused
from liveclass.edition import actions, queries
from liveclass.edition.forms import LessonForm, ReplayForm, clock_of
from liveclass.edition.guards import for_staff
from liveclass.recordings.queries import edition_of
from members.accounts.models import Member


@require_GET
@for_staff
def edition(request: HttpRequest, member: Member, session: Session) -> HttpResponse:
    """Everything that can be done with the class now."""
    return _page(request, member, session)


def _page(
    request: HttpRequest, member: Member, session: Session, status: int = 200, **forms: Any
) -> HttpResponse:
    writes = may_author(member)
    context = {
        "card": card(session, member, timezone.now(), zone()),
        "lessons": lectures.lessons_of(session.activity),
        "may_author": writes,
        "length": clock_of(actions.length_of(session)),
        "replay_form": ReplayForm(initial=_as_it_is(session)),
        "lines": queries.lines(session.room.pk),
        "questions": queries.questions(session.room.pk),
        "lesson_form": LessonForm(offered=lectures.open_courses(member) if writes else []),
        **forms,
    }
    return render(request, "liveclass/edition/edition.html", context, status=status)


def _as_it_is(session: Session) -> dict[str, Any]:
    edition = edition_of(session.room.pk)
    first, last = clock_of(session.shown_from), clock_of(session.shown_to)
    return {
        "title": edition.title, "downloads": edition.downloads, "first": first, "last": last,
    }  # fmt: skip


@require_POST
@for_staff
def edit(request: HttpRequest, member: Member, session: Session) -> HttpResponse:
    """Title and bounds of the replay."""
    form = ReplayForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        bounds = data["first"] or 0, data["last"]
        try:
            actions.edit(session, data["title"], data["downloads"], *bounds)
        except actions.NotShown:
            form.add_error("last", _("At least half of the class has to be shown."))
        else:
            messages.success(request, _("Saved"))
            return redirect("classes:edition", session.code)
    return _page(request, member, session, 422, replay_form=form)


@require_POST
@for_staff
def hide(request: HttpRequest, member: Member, session: Session) -> HttpResponse:
    """Take a line or a question out of the replay, or put it back."""
    what, text = request.POST.get("what"), request.POST.get("key", "")
    act = {"line": actions.hide_line, "question": actions.hide_question}.get(what or "")
    if act is None or not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404(what)
    try:
        act(session, member, int(text), request.POST.get("hidden") == "1")
    except ObjectDoesNotExist as gone:
        raise Http404(text) from gone
    messages.success(request, _("Saved"))
    return redirect(f"{reverse('classes:edition', args=[session.code])}#{what}s")


@require_POST
@for_staff
def publish(request: HttpRequest, member: Member, session: Session) -> HttpResponse:
    """Make a lesson of it, and lead to the course."""
    code, title = session.code, session.activity.title
    if not may_author(member):
        reason = _("Lecturers, people responsible for a unit and platform admins write courses.")
        return refused(request, _("You cannot write courses"), reason)
    form = LessonForm(request.POST, offered=lectures.open_courses(member))
    if not form.is_valid():
        return _page(request, member, session, 422, lesson_form=form)
    course, activity = form.chosen(), session.activity
    try:
        if course is None:
            lesson = lectures.course_of_class(member, activity, f"LIVE-{code.upper()}", title)
        else:
            lesson = lectures.add_class(course, member, activity, title)
    except CourseRefused as no:
        form.add_error("course", no.sentence)
        return _page(request, member, session, 422, lesson_form=form)
    messages.success(request, _("The class is a lesson now."))
    return redirect("authoring:edit", lesson.section.course.code)
