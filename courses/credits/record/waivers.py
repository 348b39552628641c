"""Pages on which somebody is excused from required hours, and on which her days here are kept."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from courses.credits import queries as ledger
from courses.credits.actions import log_view, waive, withdraw
from courses.credits.models import Requirement, Tenure, Waiver
from courses.credits.record.actions import set_tenure
from courses.credits.record.forms import DateInput
from members.accounts.models import Member

LONGEST_YEARS = 5
"""A slip of the year is noticed: nobody is excused for longer in one go."""


class WaiverForm(forms.Form):
    """From which requirement, on which days, and why."""

    code = forms.ChoiceField(label=gettext_lazy("Requirement"), required=False)
    first = forms.DateField(label=gettext_lazy("From"), widget=DateInput())
    last = forms.DateField(label=gettext_lazy("To"), widget=DateInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy(
            "The member reads it, and so does everybody who may see the record."
        ),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        rows = Requirement.objects.order_by("code", "-version")
        titles = {one.code: one.title for one in reversed(rows[:500])}
        named = [(code, f"{code} {title}") for code, title in sorted(titles.items())]
        field = cast(forms.ChoiceField, self.fields["code"])
        field.choices = [("", _("All requirements")), *named]

    def clean(self) -> dict[str, Any]:
        """In order, and not for a lifetime."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first and last and last.year - first.year > LONGEST_YEARS:
            self.add_error("last", _("This is more than five years. Please check the year."))
        return data


@require_http_methods(["GET", "POST"])
@login_required
def waivers_page(request: HttpRequest, staff_no: str) -> HttpResponse:
    """Excuse a member, and see from what she is excused. For those who may write her record."""
    viewer = cast(Member, request.user)
    member = _subject(viewer, staff_no)
    log_view(viewer, member, "waivers")
    form = WaiverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        waive(viewer, member, data["first"], data["last"], data["reason"], data["code"])
        messages.success(request, _("Saved. What is required is reckoned anew."))
        return redirect("record:waivers", staff_no=member.staff_no)
    rows = Waiver.objects.filter(member=member).select_related("approved_by")
    context = {"form": form, "member": member, "waivers": rows.order_by("-first", "-pk")[:100]}
    status = 422 if form.errors else 200
    return render(request, "courses/record/waivers.html", context, status=status)


@require_POST
@login_required
def withdraw_page(request: HttpRequest, staff_no: str, pk: int) -> HttpResponse:
    """End a waiver; it stays readable."""
    viewer = cast(Member, request.user)
    member = _subject(viewer, staff_no)
    withdraw(viewer, get_object_or_404(Waiver, pk=pk, member=member))
    messages.success(request, _("Withdrawn. What is required is reckoned anew."))
    return redirect("record:waivers", staff_no=member.staff_no)


class TenureForm(forms.Form):
    """When somebody came, and left."""

    joined_on = forms.DateField(label=gettext_lazy("Joined"), widget=DateInput())
    left_on = forms.DateField(label=gettext_lazy("Left"), widget=DateInput(), required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""

    def clean(self) -> dict[str, Any]:
        """In order."""
        data = super().clean() or self.cleaned_data
        joined, left = data.get("joined_on"), data.get("left_on")
        if joined and left and left < joined:
            self.add_error("left_on", _("The last day lies before the first."))
        return data


@require_http_methods(["GET", "POST"])
@login_required
def tenure_page(request: HttpRequest, staff_no: str) -> HttpResponse:
    """When a member came and left, for those who may write her record."""
    viewer = cast(Member, request.user)
    member = _subject(viewer, staff_no)
    log_view(viewer, member, "tenure")
    known = Tenure.objects.filter(member=member).first()
    initial = {"joined_on": known.joined_on, "left_on": known.left_on} if known else {}
    form = TenureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_tenure(viewer, member, form.cleaned_data["joined_on"], form.cleaned_data["left_on"])
        messages.success(request, _("Saved. What is required is reckoned anew."))
        return redirect("record:person", staff_no=member.staff_no)
    context = {"form": form, "member": member}
    status = 422 if form.errors else 200
    return render(request, "courses/record/tenure.html", context, status=status)


def _subject(viewer: Member, staff_no: str) -> Member:
    member = Member.objects.filter(staff_no=staff_no).first()
    if member is None or not ledger.may_write(viewer, member):
        raise PermissionDenied
    return member
