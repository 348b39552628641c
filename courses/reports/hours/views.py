"""Pages of required hours: figures of a year, the people behind them, and their files."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from courses.credits.actions import log_views
from courses.credits.queries import today
from courses.credits.record.forms import AsAtForm
from courses.reports import files
from courses.reports.groups import queries as groups
from courses.reports.hours import actions, export, paper, queries
from courses.reports.hours.asat import MOST, Then, TooMany
from courses.reports.hours.models import HoursColumn
from courses.reports.hours.summary import summary, summary_then
from courses.reports.hours.truth import figures_of
from courses.reports.queries import PEOPLE
from courses.reports.tally import NOBODY, Figures
from courses.reports.views import (
    Answer,
    above_seen,
    later,
    narrowed_to,
    private,
    query_of,
    unit_of,
)
from members.accounts.models import Member
from members.units.models import Unit


def _year(request: HttpRequest) -> int:
    """The year that is asked for; this one when it is none."""
    asked = request.GET.get("year", request.POST.get("year", ""))
    return int(asked) if asked.isdecimal() and 1 <= int(asked[:6]) <= 9999 else today().year


def _as_at(request: HttpRequest) -> AsAtForm:
    """The day as of which the board is asked for."""
    values = request.POST if request.method == "POST" else request.GET
    return AsAtForm(values if "as_at" in values else None)


@require_GET
@login_required
def unit_page(request: HttpRequest, unit: str) -> HttpResponse:
    """A unit and those below it × what is required in a year; as it stands, or stood."""
    found, form = unit_of(request, unit), _as_at(request)
    day, year = form.day, form.day.year if form.day else _year(request)
    context: dict[str, Any] = {
        "unit": found, "year": year, "years": queries.years(today()), "form": form, "as_at": day,
        "above": above_seen(request, found), "now": timezone.now(), "query": f"year={year}&",
    }  # fmt: skip
    if day:
        try:
            lines = Then(found, day).limited().lines()
        except TooMany:
            context["too_many"] = MOST
            return private(render(request, "courses/reports/hours/unit.html", context))
        context |= {"lines": lines, "columns": [one for one, _cell in lines[0].cells]}
    else:
        context["waiting"] = actions.bring_up()
        columns = queries.columns_of(year, today())
        pages = Paginator(queries.asked_of(found, columns), queries.COLUMNS)
        page = pages.get_page(request.GET.get("page"))
        lines = queries.lines(found, list(page), columns)
        context |= {"page": page, "columns": page, "lines": lines}
    context["total"] = lines[0].total
    status = 422 if form.errors else 200
    return private(render(request, "courses/reports/hours/unit.html", context, status=status))


@require_GET
@login_required
def people_page(request: HttpRequest, unit: str, code: str = "") -> HttpResponse:
    """Who a figure consists of, those who need help first. Each look is written down."""
    found, day = unit_of(request, unit), _as_at(request).day
    year = day.year if day else _year(request)
    state = request.GET.get("state", "")
    state = state if state in queries.STATES else ""
    period = request.GET.get("period", "")
    try:
        columns, tally, page = (
            _people_then(request, Then(found, day).limited(), code, state)
            if day
            else _people_now(request, found, year, code, state)
        )
    except TooMany:
        return redirect(f"{reverse('hours:unit', args=[found.code])}?as_at={day}")
    rows: list[tuple[Any, str]] = [
        (one, queries.being_of(one.state, is_behind=one.is_behind)) for one in page
    ]
    log_views(cast(Member, request.user), [one.member_id for one, _ in rows], "board")
    one = columns[0] if code else None
    group = None if day else narrowed_to(request, found)
    query = f"as_at={day}&" if day else f"year={year}&{query_of(group)}"
    query += f"period={quote(period)}&" if one and period else ""
    context = {
        "unit": found, "year": year, "column": one, "page": page, "rows": rows, "state": state,
        "tally": tally, "query": query, "state_query": f"{query}state={state}&" if state else query,
        "as_at": day, "narrowed": group, "back": f"as_at={day}" if day else f"year={year}",
    }  # fmt: skip
    return private(render(request, "courses/reports/hours/people.html", context))


People = tuple[list[HoursColumn], Figures, Any]
"""The columns that are meant, their figures, and one page of people."""


def _people_now(request: HttpRequest, unit: Unit, year: int, code: str, state: str) -> People:
    actions.bring_up()
    columns = list(queries.columns_of(year, today()))
    if code:
        columns = _named(columns, code, request.GET.get("period", ""))
    rows, one = queries.people(unit, columns, state), narrowed_to(request, unit)
    if one:
        rows = rows.filter(one.condition)
        tally = groups.hours_figures(unit, one, columns)
    else:
        tally = queries.figures(unit, columns)
    pages = Paginator(rows, PEOPLE)
    pages.count = tally.of(_AS_COURSES.get(state, ""))  # the figure: nobody counts them again
    return columns, tally, pages.get_page(request.GET.get("page"))


def _people_then(request: HttpRequest, then: Then, code: str, state: str) -> People:
    columns = then.columns
    if code:
        columns = _named(columns, code, request.GET.get("period", ""))
    rows, tally = then.people(columns), NOBODY
    for one in rows:
        tally = tally.plus(figures_of(one, is_behind=one.is_behind))
    if state:
        rows = [
            one for one in rows if queries.being_of(one.state, is_behind=one.is_behind) == state
        ]
    return columns, tally, Paginator(rows, PEOPLE).get_page(request.GET.get("page"))


_AS_COURSES = {"behind": "overdue", "going": "going", "waived": "waived", "met": "done"}
"""States as ``Figures.of`` knows them."""


def _named(columns: list[HoursColumn], code: str, period: str) -> list[HoursColumn]:
    """The column of ``code``, of ``period`` where the year has several; 404 if there is none."""
    found = [one for one in columns if one.code == code]
    exact = [one for one in found if one.period == period]
    if not found:
        raise Http404(code)
    return (exact or found)[:1]


@require_GET
@login_required
def csv_page(request: HttpRequest, unit: str) -> StreamingHttpResponse:
    """Everybody below a unit and each requirement, as CSV; each of them can see it was taken."""
    found, day, year = unit_of(request, unit), _as_at(request).day, _year(request)
    if day:
        then = Then(found, day)
        rows, columns = then.rows(), then.columns
    else:
        actions.bring_up()
        columns = list(queries.columns_of(year, today()))
        rows = queries.exported(found, columns)
    pieces = export.pieces(cast(Member, request.user), rows, columns, get_language() or "")
    body = later(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    return _named_file(answer, f"hours-{day or year}-{found.code}-{today():%Y%m%d}.csv")


@require_GET
@login_required
def pdf(request: HttpRequest, unit: str) -> HttpResponse:
    """The figures of a unit and those below it on paper; no person is named."""
    found, day, language = unit_of(request, unit), _as_at(request).day, get_language() or ""
    year = day.year if day else _year(request)
    if day:
        try:
            figures = summary_then(Then(found, day).limited(), language)
        except TooMany:
            return redirect(f"{reverse('hours:unit', args=[found.code])}?as_at={day}")
    else:
        actions.bring_up()
        figures = summary(found, year, language)
    body = paper.paper(found, year, figures, language, day)
    answer = HttpResponse(body, content_type="application/pdf")
    return _named_file(answer, f"hours-{day or year}-{found.code}-{today():%Y%m%d}.pdf")


def _named_file(answer: Answer, name: str) -> Answer:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(answer)


@require_POST
@login_required
def ask(request: HttpRequest, unit: str) -> HttpResponse:
    """Have a workbook made, and go where one sees how far it is."""
    found, day = unit_of(request, unit), _as_at(request).day
    viewer, year = cast(Member, request.user), day.year if day else _year(request)
    made = files.ask(viewer, found, get_language() or "", year, day)
    return redirect("board:file", made.pk)
