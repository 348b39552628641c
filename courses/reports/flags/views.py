"""Pages of flags: the list and one of them for admins of units, and what it is about for whom it
concerns. Every look at somebody is written down."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.credits import queries as ledger
from courses.credits.actions import log_views
from courses.reports.flags import actions, queries
from courses.reports.flags.forms import SayForm, SettleForm
from courses.reports.views import private
from members.accounts.models import Member


@require_GET
@login_required
def list_page(request: HttpRequest) -> HttpResponse:
    """Flags of one's units, those nobody has looked into first. 403 for who corrects no record."""
    viewer = cast(Member, request.user)
    if not ledger.writable_people(viewer).exists():
        raise PermissionDenied
    settled = request.GET.get("state") == "settled"
    found = queries.reviewable(viewer)
    found = found.exclude(outcome="") if settled else found.filter(outcome="")
    page = Paginator(found, queries.PER_PAGE).get_page(request.GET.get("page"))
    rows = queries.shown(viewer, list(page))
    log_views(viewer, [one.member_id for row in rows for one in row.people], "flag")
    context = {"page": page, "rows": rows, "settled": settled}
    return private(render(request, "courses/reports/flags/list.html", context))


@require_http_methods(["GET", "POST"])
@login_required
def flag_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One flag with the way to its evidence; POST settles it."""
    viewer = cast(Member, request.user)
    found = queries.reviewable(viewer).filter(pk=pk).first()
    if found is None:
        raise PermissionDenied
    form = SettleForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.settle(
                    viewer, pk, form.cleaned_data["decision"], form.cleaned_data["answer"]
                )
            except actions.Settled:
                messages.info(request, _("Somebody has settled this already."))
            else:
                messages.success(request, _("Settled. Those concerned read your reason."))
            return redirect("flags:list")
        status = 422
    [row] = queries.shown(viewer, [found])
    log_views(viewer, [one.member_id for one in row.people], "flag")
    context = {"row": row, "flag": found, "form": form}
    return private(render(request, "courses/reports/flags/flag.html", context, status=status))


@require_http_methods(["GET", "POST"])
@login_required
def say_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was noticed about oneself; POST says what happened."""
    viewer = cast(Member, request.user)
    person = next((one for one in queries.about(viewer) if one.flag_id == pk), None)
    if person is None:
        raise PermissionDenied
    form = SayForm(request.POST or None, initial={"text": person.said})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.say(viewer, pk, form.cleaned_data["text"])
            except actions.Settled:
                messages.info(request, _("Somebody has settled this already."))
            else:
                messages.success(request, _("Sent. Who looks into it reads it."))
            return redirect("record:mine")
        status = 422
    context = {"person": person, "flag": person.flag, "form": form}
    return private(render(request, "courses/reports/flags/say.html", context, status=status))
