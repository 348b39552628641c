"""Pages of conversion tables: everybody reads them, platform admins write the next one."""

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
from courses.credits.conversion import Table
from courses.credits.explain import EXAMPLES, examples, table_words
from courses.credits.models import Mode
from courses.credits.tables import queries
from courses.credits.tables.actions import Overtaken, Retroactive, write_table
from courses.credits.tables.forms import TableForm
from members.accounts.models import Member

SHOWN = (Mode.LIVE, Mode.IN_PERSON, Mode.SELF, Mode.EXAM)
"""Modes of which a page shows what some lengths are worth."""


@require_GET
@login_required
def list_page(request: HttpRequest) -> HttpResponse:
    """All versions, with the days they are in force."""
    context = {
        "versions": queries.versions(ledger.today()),
        "may_rule": ledger.may_rule(cast(Member, request.user)),
    }
    return render(request, "courses/tables/list.html", context)


@require_GET
@login_required
def table_page(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One version in words and by examples."""
    found = queries.version(pk, ledger.today())
    if found is None:
        raise Http404
    context = {"one": found, "words": table_words(found.table), **_examples(found.table)}
    return render(request, "courses/tables/table.html", context)


def _examples(table: Table) -> dict[str, object]:
    lines = [(str(mode.label), [worth for _, worth in examples(table, mode)]) for mode in SHOWN]
    return {"minutes": EXAMPLES, "lines": lines}


@require_http_methods(["GET", "POST"])
@login_required
def new_page(request: HttpRequest) -> HttpResponse:
    """Write the next version: first what it would be worth, then saved."""
    member = cast(Member, request.user)
    if not ledger.may_rule(member):
        raise PermissionDenied
    form = TableForm(request.POST or None)
    shown: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        rules = form.rules()
        if "preview" in request.POST:
            shown = _examples(Table(form.cleaned_data["name"], rules))
        elif _written(request, member, form):
            return redirect("tables:list")
    status = 422 if form.errors else 200
    return render(request, "courses/tables/new.html", {"form": form, **shown}, status=status)


def _written(request: HttpRequest, by: Member, form: TableForm) -> bool:
    data = form.cleaned_data
    try:
        write_table(by, data["name"], data["valid_from"], form.rules())
    except Retroactive:
        form.add_error("valid_from", _("Another table begins on that day or later."))
    except Overtaken:
        form.add_error(None, _("Somebody else has changed this meanwhile. Nothing was done."))
    else:
        messages.success(request, _("Saved. Entries made so far keep their values."))
    return form.is_valid()
