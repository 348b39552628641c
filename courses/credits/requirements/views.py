"""Pages of requirements, for platform admins."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.credits import queries as ledger
from courses.credits.requirements import queries
from courses.credits.requirements.actions import TooEarly, write_requirement
from courses.credits.requirements.forms import RequirementForm, initial_of
from members.accounts.models import Member


@require_GET
@login_required
def list_page(request: HttpRequest) -> HttpResponse:
    """Every requirement with its source, status and years."""
    if not ledger.may_rule(cast(Member, request.user)):
        raise PermissionDenied
    day = ledger.today()
    context = {"listed": queries.listed(day), "table": ledger.table_for(day).name}
    return render(request, "courses/requirements/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def edit_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write a requirement, or the next version of one."""
    member = cast(Member, request.user)
    if not ledger.may_rule(member):
        raise PermissionDenied
    before = queries.newest_version(code) if code else None
    if code and before is None:
        raise Http404
    initial = initial_of(before) if before else {}
    form = RequirementForm(request.POST or None, before=before, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            write_requirement(member, form.cleaned_data["code"], **form.fields_of_requirement())
        except TooEarly:
            form.add_error("code", _("There is a requirement with this code already."))
        else:
            messages.success(request, _("Saved"))
            return redirect("requirements:list")
    return render(request, "courses/requirements/edit.html", {"form": form, "before": before})
