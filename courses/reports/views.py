"""Pages of the board: figures, the units in order, the people behind a figure, and the export."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET, require_POST

from courses.assignments import reminding
from courses.catalog.models import Course
from courses.credits.actions import log_views
from courses.credits.queries import today, writable_people
from courses.reports import export, queries, scope
from courses.reports.flags import queries as flags
from courses.reports.groups import queries as groups
from courses.reports.groups.queries import Narrowed
from members.accounts.models import Member
from members.units.models import Unit
from members.units.queries import path as path_of

Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)
MOST_KEY = 2**63
"""No row has a number as great: the database cannot hold it."""


def unit_of(request: HttpRequest, code: str) -> Unit:
    """The unit, if the reader may see it; 403 for any other, whether it exists or not."""
    found = scope.visible_units(cast(Member, request.user)).filter(code=code).first()
    if found is None:
        raise PermissionDenied
    return found


def above_seen(request: HttpRequest, unit: Unit) -> list[Unit]:
    """The units above ``unit`` that the reader may see, from the highest down."""
    above = path_of(unit)[:-1]
    seen = scope.visible_units(cast(Member, request.user)).filter(pk__in=[one.pk for one in above])
    keys = set(seen.values_list("pk", flat=True))
    return [one for one in above if one.pk in keys]


def narrowed_to(request: HttpRequest, unit: Unit) -> Narrowed | None:
    """The group or post that only is to be shown; 404 for one that nobody in ``unit`` is of."""
    group, post = request.GET.get("group", "")[:32], request.GET.get("post", "")[:60]
    if not (group or post):
        return None
    found = groups.narrowed(unit, group, post)
    if found is None:
        raise Http404(group or post)
    return found


def query_of(one: Narrowed | None) -> str:
    """What an address says of it."""
    return urlencode({one.band.query: one.band.code}) + "&" if one else ""


@require_GET
@login_required
def home_page(request: HttpRequest) -> HttpResponse:
    """To the highest unit one may see, or a choice of several; 403 for who steers none."""
    viewer = cast(Member, request.user)
    if not scope.may_supervise(viewer):
        raise PermissionDenied
    units = scope.entrances(viewer)
    if len(units) == 1:
        return redirect("board:unit", units[0].code)
    tops = [(one, queries.figures(one)) for one in units]
    return render(request, "courses/reports/home.html", {"tops": tops})


@require_GET
@login_required
def unit_page(request: HttpRequest, unit: str) -> HttpResponse:
    """A unit and those below it × the courses taken there."""
    viewer, found = cast(Member, request.user), unit_of(request, unit)
    page = Paginator(queries.courses_of(found), queries.COURSES).get_page(request.GET.get("page"))
    lines = queries.lines(found, page)
    context = {
        "unit": found, "page": page, "lines": lines, "total": lines[0].total,
        "above": above_seen(request, found), "now": timezone.now(),
        "to_check": flags.waiting(viewer) if writable_people(viewer).exists() else None,
    }  # fmt: skip
    return private(render(request, "courses/reports/unit.html", context))


@require_GET
@login_required
def ranking_page(request: HttpRequest, unit: str) -> HttpResponse:
    """Every unit below, the greatest share first."""
    found = unit_of(request, unit)
    pages = Paginator(queries.ranking(found), queries.RANKED)
    page = pages.get_page(request.GET.get("page"))
    units = {one.code: one for one in Unit.objects.filter(code__in=[row.code for row in page])}
    rows = [(row, units[row.code]) for row in page if row.code in units]
    context = {"unit": found, "page": page, "rows": rows}
    return private(render(request, "courses/reports/ranking.html", context))


@require_GET
@login_required
def people_page(request: HttpRequest, unit: str, code: str = "") -> HttpResponse:
    """Who a figure consists of, those who need help first; without ``code``, of all courses. Each
    look is written down."""
    found = unit_of(request, unit)
    course = get_object_or_404(Course, code=code) if code else None
    state = request.GET.get("state", "")
    state = state if state in (*queries.STATES, "open") else ""
    rows, one = queries.people(found, course, state), narrowed_to(request, found)
    if one:
        if course is None:
            raise Http404  # groups are looked at course by course
        rows = rows.filter(one.condition)
        try:
            tally = groups.course_figures(found, one, course, today())
        except groups.TooMany:
            return redirect("groups:page", found.code)
    else:
        tally = queries.figures(found, course)
    pages = Paginator(rows, queries.PEOPLE)
    pages.count = tally.of(state)  # the figure: nobody counts them again
    page = pages.get_page(request.GET.get("page"))
    shown: list[Any] = list(page)  # with what the query says of each
    log_views(cast(Member, request.user), [one.member_id for one in shown], "board")
    context = {
        "unit": found, "course": course, "page": page, "state": state, "today": today(),
        "tally": tally, "narrowed": one, "query": query_of(one),
        "state_query": query_of(one) + (f"state={state}&" if state else ""),
        "remindable": [one.pk for one in shown if one.state in ("overdue", "going") and one.due_on],
    }  # fmt: skip
    return private(render(request, "courses/reports/people.html", context))


@require_POST
@login_required
def remind(request: HttpRequest, unit: str) -> HttpResponse:
    """Remind privately, each person of each thing once a day; nobody outside the unit."""
    found, viewer, day = unit_of(request, unit), cast(Member, request.user), today()
    keys = [int(key) for key in request.POST.getlist("who")[: queries.PEOPLE] if key.isdecimal()]
    keys = [key for key in keys if key < MOST_KEY]
    rows = list(queries.people(found, day=day).filter(pk__in=keys))
    count = reminding.remind_now(viewer, queries.owed_of(rows, day), day)
    log_views(viewer, [one.member_id for one in rows], "reminder")
    text = ngettext("Reminded %(n)d person", "Reminded %(n)d people", count)
    messages.success(request, text % {"n": count})
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("board:everybody", args=[found.code])
    return redirect(back)


@require_GET
@login_required
def csv_page(request: HttpRequest, unit: str) -> StreamingHttpResponse:
    """Everybody below a unit and each course, as CSV; each of them can see that it was taken."""
    found = unit_of(request, unit)
    pieces = export.pieces(cast(Member, request.user), found, get_language() or "")
    body = later(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"learning-{found.code}-{today():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(answer)


async def later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One piece after the other, each when the one before was taken; the loop never waits."""
    step = sync_to_async(lambda: next(pieces, b""))
    while piece := await step():
        yield piece


def private(answer: Answer) -> Answer:
    """Figures of people: no cache keeps them."""
    add_never_cache_headers(answer)
    return answer
