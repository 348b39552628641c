"""The page of groups and posts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from courses.credits.queries import today
from courses.reports import queries as courses
from courses.reports.groups import queries
from courses.reports.hours import actions
from courses.reports.hours import queries as hours
from courses.reports.views import above_seen, private, unit_of


@require_GET
@login_required
def page(request: HttpRequest, unit: str) -> HttpResponse:
    """The groups, or the posts, of people below a unit × courses or required hours."""
    found, day, language = unit_of(request, unit), today(), get_language() or ""
    by: queries.By = "posts" if request.GET.get("by") == "posts" else "groups"
    of = "hours" if request.GET.get("of") == "hours" else "courses"
    counts: list[Any] = (
        list(queries.post_counts(found)) if by == "posts" else list(queries.group_counts(found))
    )
    shown = Paginator(counts, queries.ROWS).get_page(request.GET.get("rows"))
    bands = queries.bands(by, list(shown))
    everything: Any
    if of == "hours":
        actions.bring_up()
        everything = hours.asked_of(found, hours.columns_of(day.year, day))
    else:
        everything = courses.courses_of(found)
    columns = Paginator(everything, courses.COURSES).get_page(request.GET.get("page"))
    lines, too_many = [], 0
    try:
        lines = (
            queries.hours_lines(found, bands, list(columns))
            if of == "hours"
            else queries.course_lines(found, bands, list(columns), day)
        )
    except queries.TooMany:
        too_many = queries.MOST
    context = {
        "unit": found, "above": above_seen(request, found), "by": by, "of": of,
        "lines": [(one, one.band.name(language)) for one in lines], "page": columns,
        "too_many": too_many, "shown": shown, "total": len(counts), "now": timezone.now(),
        "year": day.year,
        "query": f"by={by}&of={of}&rows={shown.number}&",
        "rows_query": f"by={by}&of={of}&page={columns.number}&",
    }  # fmt: skip
    return private(render(request, "courses/reports/groups/page.html", context))
