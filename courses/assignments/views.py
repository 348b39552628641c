"""Pages of assignments: a member's own, and those of who assigns."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.assignments import actions, changing, queries, reminding
from courses.assignments.audience import parse
from courses.assignments.due import State
from courses.assignments.forms import AssignmentForm, ChangeForm, WaiverForm
from courses.assignments.matching import matching
from courses.assignments.models import Assignment, Notice, Obligation
from courses.assignments.wording import history, in_words
from courses.credits.actions import log_views
from courses.credits.queries import may_write, today
from members.accounts.models import Member

PAGE = 50
HISTORY = 50
"""Newest changes shown."""
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


@require_POST
@login_required
def count(request: HttpRequest, pk: int | None = None) -> JsonResponse:
    """How many people what is chosen so far reaches, while somebody fills the form in: ``text`` in
    the reader's language. Nothing is written."""
    member = _who(request)
    found = pk and get_object_or_404(queries.assignments_of(member), pk=pk)
    form = _change_form(request, found) if found else AssignmentForm(request.POST, by=member)
    form.is_valid()
    wrong = form.wrong_audience()
    if wrong:
        return JsonResponse({"text": wrong, "count": None})
    reached = _reached(form, found or None)
    text = ngettext("Reaches %(n)d person now", "Reaches %(n)d people now", reached)
    return JsonResponse({"text": text % {"n": reached}, "count": reached})


def _reached(form: AssignmentForm, found: Assignment | None) -> int:
    if isinstance(form, ChangeForm) and form.keeps_audience:
        return matching(parse(form.found.audience), form.found.unit_id).count()
    unit = found.unit if found else form.cleaned_data["unit"]
    return matching(form.audience(), unit).count()


def _change_form(request: HttpRequest, found: Assignment) -> ChangeForm:
    member = cast(Member, request.user)
    data = request.POST if request.method == "POST" else None
    return ChangeForm(data, by=member, found=found, seen=changing.latest(found))


@require_http_methods(["GET", "POST"])
@login_required
def change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an assignment that has not ended. ``count`` only says whom it would reach."""
    member = _who(request)
    found = get_object_or_404(queries.assignments_of(member), pk=pk)
    if found.ended_at is not None:
        messages.error(request, _("It has ended and cannot be changed."))
        return redirect("assignments:detail", pk)
    form = _change_form(request, found)
    reached: int | None = None
    if request.method == "POST" and form.is_valid():
        if "count" in request.POST:
            reached = _reached(form, found)
        elif _changed(request, member, form):
            return redirect("assignments:detail", pk)
    said = in_words([parse(found.audience)])[0] if form.keeps_audience else ""
    context = {"form": form, "found": found, "reached": reached, "kept_audience": said}
    return render(request, "courses/assignments/change.html", context)


def _changed(request: HttpRequest, member: Member, form: ChangeForm) -> bool:
    try:
        done = changing.change(member, form.found.pk, form.cleaned_data["seen"], **form.facts())
    except changing.ChangedMeanwhile:
        form.add_error(None, _("Someone else changed this. Refresh before editing."))
        return False
    except changing.TooManyChanges:
        form.add_error(None, _("It was changed too often. End it and assign anew."))
        return False
    messages.success(request, _("Saved") if done else _("Nothing was changed."))
    return True


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
    log_views(member, [one.member_id for one in page], "assignment")
    context = {
        "found": found,
        "page": page,
        "rows": [(one, one.state(day)) for one in page],
        "numbers": queries.counts([found], day).get(found.pk, {}),
        "state": state,
        "audience": in_words([parse(found.audience)])[0],
        "history": history(found.changes.select_related("by")[:HISTORY]),
    }
    return render(request, "courses/assignments/detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def end_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody owes it any more; asked once before."""
    member = _who(request)
    found = get_object_or_404(queries.assignments_of(member), pk=pk)
    if request.method == "GET":
        still = queries.open_obligations().filter(assignment=found).count()
        context = {"found": found, "open": still}
        return render(request, "courses/assignments/end.html", context)
    changing.end(member, pk)
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
    log_views(member, [one.member_id], "waiver")
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
