"""Pages on which a course goes to its members: handing in, review, series."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.authoring.forms import WEEKDAYS, WHICH, ReviewForm, SeriesForm, SubmitForm
from courses.authoring.guards import course_or_404, for_authors, for_editors, zone
from courses.catalog import publishing
from courses.catalog.models import Course, Series
from courses.catalog.queries import all_series, may_review, outline
from courses.catalog.refusals import CourseRefused
from members.accounts.models import Member


@require_http_methods(["GET", "POST"])
@for_editors
def submit(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """Hand it in: to be published at once, at a time, or in a series."""
    form = SubmitForm(request.POST or None, zone=zone())
    open_ones = publishing.unfinished(course)
    if form.is_valid():
        data = form.cleaned_data
        try:
            publishing.submit(course, data["publish_at"], data["series"])
        except CourseRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("Handed in for review."))
            return redirect("authoring:edit", course.code)
    context = {"course": course, "form": form, "unfinished": open_ones}
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/submit.html", context, status=status)


@require_POST
@for_editors
def withdraw(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """Take it back to change it."""
    publishing.withdraw(course)
    messages.success(request, _("It is a draft again."))
    return redirect("authoring:edit", course.code)


@require_http_methods(["GET", "POST"])
@for_editors
def archive(request: HttpRequest, member: Member, course: Course) -> HttpResponse:
    """Take it off the shelf for good, after one question."""
    if request.method == "POST":
        publishing.archive(course)
        messages.success(request, _("The course is no longer offered."))
        return redirect("authoring:edit", course.code)
    return render(request, "courses/authoring/archive.html", {"course": course})


@require_http_methods(["GET", "POST"])
@login_required
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Approve a course, or return it with a note."""
    member = cast(Member, request.user)
    course = course_or_404(code)
    if not may_review(member, course):
        raise PermissionDenied
    back = "back" in request.POST
    form = ReviewForm(request.POST if back else None)
    try:
        if back and form.is_valid():
            publishing.send_back(course, member, form.cleaned_data["note"])
            messages.success(request, _("Returned to the author."))
            return redirect("authoring:list")
        if request.method == "POST" and not back:
            publishing.approve(course, member)
            messages.success(request, _("Approved."))
            return redirect("authoring:list")
    except CourseRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("authoring:list")
    context = {"course": course, "form": form, "outline": outline(course)}
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/review.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_authors
def series(request: HttpRequest, member: Member) -> HttpResponse:
    """Every series with what waits in it; platform admins plan new ones."""
    form = SeriesForm(request.POST or None)
    if request.method == "POST":
        _for_admins(member)
        if form.is_valid():
            publishing.plan_series(member, **form.cleaned_data)
            messages.success(request, _("The series is planned."))
            return redirect("authoring:series")
    days, which = dict(WEEKDAYS), dict(WHICH)
    rows = [
        {
            "one": one, "day": days[one.weekday], "which": which[one.nth],
            "next": timezone.localtime(one.next_at, zone()),
        }
        for one in all_series()
    ]  # fmt: skip
    context = {"form": form, "series": rows, "may_plan": member.is_platform_admin}
    status = 422 if form.is_bound else 200
    return render(request, "courses/authoring/series.html", context, status=status)


@require_POST
@for_authors
def pause(request: HttpRequest, member: Member, series: int) -> HttpResponse:
    """Stop a series, or let it go on."""
    _for_admins(member)
    found = Series.objects.filter(pk=series).first()
    if found is None:
        raise Http404(str(series))
    publishing.pause_series(found, running=not found.active)
    return redirect("authoring:series")


def _for_admins(member: Member) -> None:
    if not member.is_platform_admin:
        raise PermissionDenied
