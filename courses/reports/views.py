"""Pages of the board: figures, the units in order, the people behind a figure, and the export."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TypeVar, cast

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from courses.catalog.models import Course
from courses.credits.actions import log_views
from courses.credits.queries import today
from courses.reports import export, queries, scope
from members.accounts.models import Member
from members.units.models import Unit
from members.units.queries import path as path_of

Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)
STATES = ("open", "done")


def _unit(request: HttpRequest, code: str) -> Unit:
    """The unit, if the reader may see it; 403 for any other, whether it exists or not."""
    found = scope.visible_units(cast(Member, request.user)).filter(code=code).first()
    if found is None:
        raise PermissionDenied
    return found


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
    found = _unit(request, unit)
    page = Paginator(queries.courses_of(found), queries.COURSES).get_page(request.GET.get("page"))
    lines = queries.lines(found, page)
    seen = set(scope.visible_units(cast(Member, request.user)).values_list("pk", flat=True))
    context = {
        "unit": found, "page": page, "lines": lines, "total": lines[0].total,
        "above": [one for one in path_of(found)[:-1] if one.pk in seen], "now": timezone.now(),
    }  # fmt: skip
    return _private(render(request, "courses/reports/unit.html", context))


@require_GET
@login_required
def ranking_page(request: HttpRequest, unit: str) -> HttpResponse:
    """Every unit below, the greatest share first."""
    found = _unit(request, unit)
    pages = Paginator(queries.ranking(found), queries.RANKED)
    page = pages.get_page(request.GET.get("page"))
    units = {one.code: one for one in Unit.objects.filter(code__in=[row.code for row in page])}
    rows = [(row, units[row.code]) for row in page if row.code in units]
    context = {"unit": found, "page": page, "rows": rows}
    return _private(render(request, "courses/reports/ranking.html", context))


@require_GET
@login_required
def people_page(request: HttpRequest, unit: str, code: str) -> HttpResponse:
    """Who a figure consists of, those who need help first. Each look is written down."""
    found, course = _unit(request, unit), get_object_or_404(Course, code=code)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    rows = queries.people(found, course, state)
    page = Paginator(rows, queries.PEOPLE).get_page(request.GET.get("page"))
    log_views(cast(Member, request.user), [one.member_id for one in page], "board")
    context = {
        "unit": found, "course": course, "page": page, "state": state,
        "tally": queries.figures(found, course),
    }  # fmt: skip
    return _private(render(request, "courses/reports/people.html", context))


@require_GET
@login_required
def csv_page(request: HttpRequest, unit: str) -> StreamingHttpResponse:
    """Everybody below a unit and each course, as CSV; each of them can see that it was taken."""
    found = _unit(request, unit)
    pieces = export.pieces(cast(Member, request.user), found, get_language() or "")
    body = _later(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"learning-{found.code}-{today():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(answer)


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """One piece after the other, each when the one before was taken; the loop never waits."""
    step = sync_to_async(lambda: next(pieces, b""))
    while piece := await step():
        yield piece


def _private(answer: Answer) -> Answer:
    """Figures of people: no cache keeps them."""
    add_never_cache_headers(answer)
    return answer
