"""The page on which admins of units say why somebody cannot attend."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.activities.presence.actions import excuse, withdraw
from courses.activities.presence.forms import AbsenceForm
from courses.activities.presence.models import Absence
from courses.activities.presence.queries import absences_for
from courses.credits.queries import writable_people, zone
from members.accounts.models import Member

SHOWN = 200


@require_http_methods(["GET", "POST"])
@login_required
def absences_page(request: HttpRequest) -> HttpResponse:
    """Who is away, and a form to add somebody; for those who look after somebody."""
    viewer = cast(Member, request.user)
    if not writable_people(viewer).exists():
        raise PermissionDenied
    first = {"staff_no": request.GET.get("staff_no", "")[:20]}
    form = AbsenceForm(request.POST or None, viewer=viewer, zone=zone(), initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        excuse(
            viewer, data["staff_no"], data["kind"], data["starts_at"], data["ends_at"], data["note"]
        )
        messages.success(request, _("Saved. Lists of attendance show the reason."))
        return redirect("absences:list")
    context = {
        "form": form,
        "absences": absences_for(viewer, timezone.now(), SHOWN),
        "zone": zone(),
    }
    status = 422 if form.errors else 200
    return render(request, "courses/absences/list.html", context, status=status)


@require_POST
@login_required
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The absence does not hold any more."""
    withdraw(cast(Member, request.user), get_object_or_404(Absence, pk=pk))
    messages.success(request, _("Withdrawn."))
    return redirect("absences:list")
