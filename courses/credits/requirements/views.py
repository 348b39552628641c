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
from courses.credits.actions import log_views
from courses.credits.assess import assess
from courses.credits.explain import requirement_words
from courses.credits.models import Requirement, Tenure
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
        if "preview" in request.POST:
            return _edit(request, form, before, _preview(member, form))
        try:
            write_requirement(member, form.cleaned_data["code"], **form.fields_of_requirement())
        except TooEarly:
            form.add_error("code", _("There is a requirement with this code already."))
        else:
            messages.success(request, _("Saved"))
            return redirect("requirements:list")
    return _edit(request, form, before, None)


def _edit(
    request: HttpRequest, form: RequirementForm, before: Requirement | None,
    shown: queries.Preview | None,
) -> HttpResponse:  # fmt: skip
    context = {"form": form, "before": before, "preview": shown}
    return render(request, "courses/requirements/edit.html", context)


def _preview(viewer: Member, form: RequirementForm) -> queries.Preview:
    """Who would reach what was typed, today; those who are named can see that they were."""
    fields = form.fields_of_requirement()
    units = list(fields.pop("units"))
    one = Requirement(code=form.cleaned_data["code"], **fields)
    shown = queries.preview(one, units, ledger.today())
    log_views(viewer, [row.member.pk for row in shown.behind], "preview")
    return shown


@require_GET
@login_required
def about_page(request: HttpRequest, code: str) -> HttpResponse:
    """One requirement in words, with its source and versions: for everybody of whom it is asked,
    and for who writes rules. 403 for others, for codes that nothing has too."""
    member = cast(Member, request.user)
    day = ledger.today()
    own = [one for one in assess(member, day) if code in {law.code for law in one.layers}]
    found = queries.versions(code)
    may_rule = ledger.may_rule(member)
    if not may_rule and (not own or not found):
        raise PermissionDenied
    if not found:
        raise Http404(code)
    begun = next((one for one in found if one.valid_from <= day), found[0])
    context = {
        "one": begun, "words": requirement_words(begun), "versions": found, "may_rule": may_rule,
        "own": own[0] if own else None, "waivers": ledger.waivers_of(member.pk, begun.code),
        "tenure": Tenure.objects.filter(member=member).first(), "units": list(begun.units.all()),
    }  # fmt: skip
    return render(request, "courses/requirements/about.html", context)
