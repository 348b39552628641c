"""Pages of the record. Others may look only where the units let them, and every look is noted."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.credits import queries as ledger
from courses.credits.actions import AlreadyReversed, enter_by_hand, log_view
from courses.credits.certificates.queries import certificates_of
from courses.credits.chain import short
from courses.credits.conversion import DEFAULT
from courses.credits.models import CreditEntry
from courses.credits.record import actions, evidence, queries
from courses.credits.record.conditions import conditions
from courses.credits.record.forms import AsAtForm, DecisionForm, ManualForm, RequestForm, initial_of
from courses.credits.record.models import Correction, CorrectionState
from courses.credits.tables.queries import pk_of as table_of
from members.accounts.models import Member


@require_GET
@login_required
def record_page(request: HttpRequest, staff_no: str = "") -> HttpResponse:
    """What is required of a member, what counts and what is missing. 403 outside one's subtree,
    for numbers that nobody has too."""
    viewer = cast(Member, request.user)
    member = _subject(viewer, staff_no)
    log_view(viewer, member, "record")
    today = ledger.today()
    years = queries.years(member, today)
    form = AsAtForm(request.GET if "as_at" in request.GET else None)
    now = form.day or today
    chosen = request.GET.get("year", "")
    number = int(chosen) if chosen.isdecimal() and int(chosen) in years[:40] else now.year
    period = queries.year_period(number)
    found = queries.cards(member, min(max(now, period.first), period.last), form.day)
    rows = queries.rows(member, period, queries.leading(found, period), form.day)
    pages = Paginator(rows, queries.PER_PAGE)
    own, may_write = viewer.pk == member.pk, ledger.may_write(viewer, member)
    waiting = queries.open_requests(viewer) if own and queries.reviews_requests(viewer) else None
    context = {
        "member": member, "own": own, "may_write": may_write, "cards": found, "year": number,
        "years": years, "rows": pages.get_page(request.GET.get("page")), "total": len(rows),
        # what she complained of is between her and those who answer; who looked is hers alone
        "corrections": queries.corrections_of(member) if own or may_write else [],
        "looks": queries.looks_at(member) if own else [],
        "noticed": queries.noticed(member) if own else [],
        "certificates": [
            one for one in certificates_of(member, now) if one[0].issued_on <= now
        ],
        "requests_wait": None if waiting is None else waiting.count(),
        "form": form, "as_at": form.day,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "courses/record/record.html", context, status=status)


def _subject(viewer: Member, staff_no: str) -> Member:
    if not staff_no or staff_no == viewer.staff_no:
        return viewer
    member = Member.objects.filter(staff_no=staff_no).first()
    if member is None or not ledger.may_see(viewer, member):
        raise PermissionDenied
    return member


@require_GET
@login_required
def entry_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its evidence, its reversal and its seal."""
    viewer = cast(Member, request.user)
    entry = _entry(viewer, pk)
    log_view(viewer, entry.member, "entry")
    context = {
        "entry": entry, "member": entry.member, "own": viewer.pk == entry.member_id,
        "line": queries.evidence_lines(entry), "seal": short(entry.digest) if entry.digest else "",
        "reversal": getattr(entry, "reversal", None), "answers": evidence.answers(entry),
        "conditions": conditions(entry),
        "table": table_of(entry.conversion), "built_in": entry.conversion == DEFAULT.name,
    }  # fmt: skip
    return render(request, "courses/record/entry.html", context)


def _entry(viewer: Member, pk: int) -> CreditEntry:
    related = ("member", "entered_by", "unit", "reversal__entered_by", "reverses")
    entry = CreditEntry.objects.filter(pk=pk).select_related(*related).first()
    if entry is None or not ledger.may_see(viewer, entry.member):
        raise PermissionDenied
    return entry


@require_http_methods(["GET", "POST"])
@login_required
def request_page(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A member asks for a correction of one entry, or says that one is missing."""
    member = cast(Member, request.user)
    entry = _entry(member, pk) if pk is not None else None
    if entry is not None and entry.member_id != member.pk:
        raise PermissionDenied
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_correction(member, form.cleaned_data["text"], entry)
        except actions.TooMany:
            form.add_error(None, _("Please wait for the answers to your other requests."))
        else:
            messages.success(request, _("Sent. The answer appears in your record."))
            return redirect("record:mine")
    return render(request, "courses/record/request.html", {"form": form, "entry": entry})


@require_GET
@login_required
def requests_page(request: HttpRequest) -> HttpResponse:
    """The requests that wait for the reader."""
    viewer = cast(Member, request.user)
    if not queries.reviews_requests(viewer):
        raise PermissionDenied
    pages = Paginator(queries.open_requests(viewer), queries.PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "courses/record/requests.html", {"requests": page})


@require_http_methods(["GET", "POST"])
@login_required
def decide_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one request: leave it, reverse, or reverse and write anew."""
    viewer = cast(Member, request.user)
    found = get_object_or_404(Correction.objects.select_related("member", "entry"), pk=pk)
    if not ledger.may_write(viewer, found.member):
        raise PermissionDenied
    if found.state != CorrectionState.OPEN:
        messages.info(request, _("This request has been answered."))
        return redirect("record:requests")
    log_view(viewer, found.member, "request")
    form = DecisionForm(request.POST or None, entry=found.entry, initial=initial_of(found.entry))
    if request.method == "POST" and form.is_valid():
        return _decided(request, viewer, found, form)
    context = {"form": form, "found": found, "member": found.member}
    return render(request, "courses/record/decide.html", context)


def _decided(
    request: HttpRequest, viewer: Member, found: Correction, form: DecisionForm
) -> HttpResponseRedirect:
    decision, answer = form.cleaned_data["decision"], form.cleaned_data["answer"]
    try:
        if decision == "refuse":
            actions.refuse(viewer, found, answer)
        else:
            right = form.right() if decision == "correct" else None
            actions.correct(viewer, found, answer, right)
    except (actions.Decided, AlreadyReversed):
        messages.warning(request, _("Somebody else has changed this meanwhile. Nothing was done."))
    else:
        messages.success(request, _("Answered"))
    return redirect("record:requests")


@require_http_methods(["GET", "POST"])
@login_required
def manual_page(request: HttpRequest, staff_no: str) -> HttpResponse:
    """Enter by hand what nobody measured, with the reason."""
    viewer = cast(Member, request.user)
    member = Member.objects.filter(staff_no=staff_no).first()
    if member is None or not ledger.may_write(viewer, member):
        raise PermissionDenied
    form = ManualForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        enter_by_hand(
            viewer, member, title=data["title"], minutes=data["minutes"], kind=data["kind"],
            mode=data["mode"], on=data["on"], reason=data["reason"], token=str(data["token"]),
        )  # fmt: skip
        messages.success(request, _("Entered"))
        return redirect("record:person", staff_no=member.staff_no)
    return render(request, "courses/record/manual.html", {"form": form, "member": member})
