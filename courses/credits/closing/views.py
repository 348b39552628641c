"""Pages of closed periods, for platform admins."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.credits import queries as ledger
from courses.credits.actions import log_views
from courses.credits.closing import actions, queries
from courses.credits.closing.models import PeriodClose
from courses.credits.cohort import periods_over
from courses.credits.models import Requirement
from members.accounts.models import Member


def _requirement(request: HttpRequest, code: str) -> Requirement:
    """The version in force, else the newest one; 403 for who writes no rules."""
    if not ledger.may_rule(cast(Member, request.user)):
        raise PermissionDenied
    rows = Requirement.objects.filter(code=code).order_by("-version")
    begun = rows.filter(valid_from__lte=ledger.today()).first() or rows.first()
    if begun is None:
        raise Http404(code)
    return begun


@require_http_methods(["GET", "POST"])
@login_required
def periods_page(request: HttpRequest, code: str) -> HttpResponse:
    """The periods of a requirement: those closed, and those that can be."""
    found = _requirement(request, code)
    if request.method == "POST" and (made := _close(request, found)):
        if made.is_whole:
            messages.success(request, _("Closed. These lines stay as they are."))
        return redirect("closing:close", made.pk)
    closes = queries.closes_of(code)
    done = {one.period for one in closes}
    open_ones = [one for one in periods_over(found, ledger.today()) if one.key not in done]
    context = {"one": found, "closes": closes, "open": open_ones}
    return render(request, "courses/closing/periods.html", context)


def _close(request: HttpRequest, found: Requirement) -> PeriodClose | None:
    """Close what was asked for; what stands against it is said above the page."""
    try:
        by = cast(Member, request.user)
        return actions.close_period(by, found, request.POST.get("period", "")[:32])
    except actions.Closed:
        messages.info(request, _("This period has been closed already."))
    except actions.NotOver:
        messages.error(request, _("This period is not over yet."))
    except actions.TooMany:
        messages.error(
            request,
            _("More than %(most)d people: please write requirements for parts of the organisation.")
            % {"most": actions.LARGEST},
        )
    return None


@require_GET
@login_required
def close_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report as it was closed, and what changed since. Every person on the page is told. Until
    every line is written: how far it is; the page looks again by itself."""
    viewer = cast(Member, request.user)
    if not ledger.may_rule(viewer):
        raise PermissionDenied
    rows = PeriodClose.objects.select_related("requirement", "closed_by")
    close = get_object_or_404(rows, pk=pk)
    if not close.is_whole:
        answer = render(request, "courses/closing/progress.html", {"close": close})
        answer["Refresh"] = "2"
        return answer
    page = Paginator(queries.rows_of(close), queries.PER_PAGE).get_page(request.GET.get("page"))
    changes = queries.adjustments(close)
    shown = {row.member_id for row in page} | {one.row.member_id for one in changes}
    log_views(viewer, shown, "closed")
    context = {"close": close, "page": page, "changes": changes}
    return render(request, "courses/closing/close.html", context)
