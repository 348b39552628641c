"""The record as PDF, and the public page on which it is checked."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from courses.credits import queries as ledger
from courses.credits.papers import queries
from courses.credits.papers.actions import number_paper
from courses.credits.papers.sheet import record_sheet
from courses.credits.record.queries import years
from members.accounts.models import Member


@require_GET
@login_required
def pdf(request: HttpRequest, staff_no: str = "") -> HttpResponse:
    """The record of a year to print or hand in. 403 outside one's subtree, for numbers that nobody
    has too; years that have nothing are this one."""
    viewer = cast(Member, request.user)
    member = viewer
    if staff_no and staff_no != viewer.staff_no:
        found = Member.objects.filter(staff_no=staff_no).first()
        if found is None or not ledger.may_see(viewer, found):
            raise PermissionDenied
        member = found
    today, chosen = ledger.today(), request.GET.get("year", "")
    known = years(member, today)
    year = int(chosen) if len(chosen) == 4 and chosen.isdecimal() else today.year
    said = queries.content(member, year if year in known else today.year, today)
    paper = number_paper(viewer, said)
    address = request.build_absolute_uri(reverse("papers:verify", args=[paper.number]))
    answer = HttpResponse(record_sheet(paper, said, address), "application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper.number}.pdf"'
    add_never_cache_headers(answer)
    return answer


@require_GET
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Is this paper real, and is it still true? For anybody; says no more than a comparison needs.
    404 for numbers nobody gave."""
    found = queries.verified(number, ledger.today())
    status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
    context = {"found": found, "number": number[:20]}
    page = render(request, "courses/papers/verify.html", context, status=status)
    page.headers["X-Robots-Tag"] = "noindex"
    return page
