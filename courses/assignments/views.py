"""Pages of assignments: a member's own, and those of who assigns."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.assignments import actions, queries, reminding
from courses.assignments.due import State
from courses.assignments.forms import AssignmentForm, WaiverForm
from courses.assignments.matching import matching
from courses.assignments.models import Notice, Obligation
from courses.credits.queries import may_write, today
from members.accounts.models import Member

PAGE = 50
MOST_AT_ONCE = 2000
"""Most people one press of the button reminds; the ladder reaches the others."""


def _who(request: HttpRequest) -> Member:
    member = cast(Member, request.user)
    if not queries.may_assign(member):
        raise PermissionDenied
    return member


@require_GET
@login_required
def mine_page(request: HttpRequest) -> HttpResponse:
    """What is asked of the reader, and what she was told about people of her units."""
    member, day = cast(Member, request.user), today()
    context = {
        "todos": queries.everything_of(member, day),
        "told": queries.told(member),
        "day": day,
    }
    page = render(request, "courses/assignments/mine.html", context)
    Notice.objects.filter(reader=member, seen_at__isnull=True).update(seen_at=timezone.now())
    return page


@require_GET
@login_required
def list_page(request: HttpRequest) -> HttpResponse:
    """The assignments the reader may change, the newest first, with how far they are."""
    member = _who(request)
    page = Paginator(queries.assignments_of(member), PAGE).get_page(request.GET.get("page"))
    numbers = queries.counts(page.object_list, today())
    rows = [(one, numbers.get(one.pk, {})) for one in page]
    context = {"page": page, "rows": rows}
    return render(request, "courses/assignments/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def new_page(request: HttpRequest) -> HttpResponse:
    """Assign something. ``count`` only says how many people would be reached now."""
    member = _who(request)
    form = AssignmentForm(request.POST or None, by=member)
    reached: int | None = None
    if request.method == "POST" and form.is_valid():
        if "count" not in request.POST:
            made = actions.assign(member, **form.facts())
            messages.success(request, _("Assigned"))
            return redirect("assignments:detail", made.pk)
        reached = matching(form.audience(), form.cleaned_data["unit"]).count()
    context = {"form": form, "reached": reached}
    return render(request, "courses/assignments/new.html", context)


@require_GET
@login_required
def detail_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One assignment: whom it reaches, and how far each is."""
    member, day = _who(request), today()
    found = get_object_or_404(queries.assignments_of(member), pk=pk)
    chosen = request.GET.get("state", "")
    state = State(chosen) if chosen in {*State} else None
    rows = queries.obligations_of(member, found, day, state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "page": page,
        "rows": [(one, one.state(day)) for one in page],
        "numbers": queries.counts([found], day).get(found.pk, {}),
        "state": state,
    }
    return render(request, "courses/assignments/detail.html", context)


@require_POST
@login_required
def end_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody owes it any more."""
    member = _who(request)
    get_object_or_404(queries.assignments_of(member), pk=pk)
    actions.end(member, pk)
    messages.success(request, _("Ended. What was done stays."))
    return redirect("assignments:detail", pk)


@require_POST
@login_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind everybody who has not finished; each once a day."""
    member, day = _who(request), today()
    found = get_object_or_404(queries.assignments_of(member), pk=pk)
    rows = found.obligations.filter(completed_at__isnull=True, left_on__isnull=True)
    count = reminding.remind_now(member, rows[:MOST_AT_ONCE], day)
    text = ngettext("Reminded %(n)d person", "Reminded %(n)d people", count)
    messages.success(request, text % {"n": count})
    return redirect("assignments:detail", pk)


@require_http_methods(["GET", "POST"])
@login_required
def waive_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Excuse somebody, or take that back."""
    member = _who(request)
    one = get_object_or_404(Obligation.objects.select_related("member", "course"), pk=pk)
    if not may_write(member, one.member):
        raise PermissionDenied
    form = WaiverForm(request.POST if request.POST and "back" not in request.POST else None)
    if "back" in request.POST:
        actions.take_back_waiver(member, pk)
    elif request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.waive(member, pk, data["reason"], data["first"], data["last"])
    else:
        context = {"form": form, "one": one}
        return render(request, "courses/assignments/waive.html", context)
    messages.success(request, _("Saved"))
    return redirect("assignments:detail", one.assignment_id)
