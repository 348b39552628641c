"""Pages of files of the board: workbooks that are made in the background, and the report as PDF."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from courses.credits.queries import today
from courses.reports import files, report
from courses.reports.models import ExportState
from courses.reports.views import private, unit_of
from members.accounts.models import Member

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@login_required
def ask(request: HttpRequest, unit: str) -> HttpResponse:
    """Have a workbook made, and go where one sees how far it is."""
    found = unit_of(request, unit)
    made = files.ask(cast(Member, request.user), found, get_language() or "")
    return redirect("board:file", made.pk)


@require_GET
@login_required
def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a workbook is; the page asks again by itself until it is ready. Its owner's only."""
    one = get_object_or_404(files.of(cast(Member, request.user)), pk=pk)
    waits = one.state in (ExportState.WAITING, ExportState.WORKING)
    answer = render(request, "courses/reports/file.html", {"one": one, "waits": waits})
    if waits:
        answer["Refresh"] = "2"
    return private(answer)


@require_GET
@login_required
def download(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The workbook, for its owner, until it is over."""
    ready = files.of(cast(Member, request.user)).filter(state=ExportState.READY)
    one = get_object_or_404(ready.select_related("unit"), pk=pk)
    what = f"hours-{one.year}" if one.year else "learning"
    name = f"{what}-{one.unit.code}-{one.asked_at:%Y%m%d}.xlsx"
    try:
        body = files.path_of(one).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return private(FileResponse(body, as_attachment=True, filename=name, content_type=XLSX))


@require_GET
@login_required
def pdf(request: HttpRequest, unit: str) -> HttpResponse:
    """The figures of a unit and those below it on paper; no person is named."""
    found = unit_of(request, unit)
    answer = HttpResponse(report.paper(found, get_language() or ""), content_type="application/pdf")
    name = f"learning-{found.code}-{today():%Y%m%d}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(answer)
