"""The public page of a certificate, its PDF, and its revocation."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.credits import queries as ledger
from courses.credits.actions import log_view
from courses.credits.certificates import queries
from courses.credits.certificates.actions import revoke
from courses.credits.certificates.archive import fields_of
from courses.credits.certificates.forms import RevokeForm
from courses.credits.certificates.models import Certificate
from courses.credits.certificates.paper import render as set_paper
from members.accounts.models import Member


@require_GET
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Is this certificate real? For anybody; shows no more than a comparison needs. 404 unknown."""
    if number[:1] in "Rr":  # typed off a printed record, which has a page of its own
        return redirect("papers:verify", number=number)
    found = queries.verified(number, ledger.today())
    status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
    page = render(
        request, "courses/certificates/verify.html", {"found": found, "number": number[:20]},
        status=status,
    )  # fmt: skip
    page.headers["X-Robots-Tag"] = "noindex"
    return page


@require_GET
@login_required
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate to print: for the member and for those who may see her record."""
    viewer = cast(Member, request.user)
    found = _certificate(viewer, number)
    if found.revoked_at is not None:
        messages.warning(request, _("This certificate was revoked and is no longer printed."))
        return redirect("certificates:verify", number=found.number)
    log_view(viewer, found.member, "certificate")
    address = request.build_absolute_uri(reverse("certificates:verify", args=[found.number]))
    response = HttpResponse(set_paper(fields_of(found, address), address), "application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response


def _certificate(viewer: Member, number: str) -> Certificate:
    found = Certificate.objects.filter(number=number.upper()).select_related("member").first()
    if found is None or not ledger.may_see(viewer, found.member):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "POST"])
@login_required
def revoke_page(request: HttpRequest, number: str) -> HttpResponse:
    """Revoke a certificate with a reason: admins of the member's unit."""
    viewer = cast(Member, request.user)
    found = _certificate(viewer, number)
    if not ledger.may_write(viewer, found.member):
        raise PermissionDenied
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoke(viewer, found, form.cleaned_data["reason"])
        messages.success(request, _("Revoked"))
        return redirect("record:person", staff_no=found.member.staff_no)
    context = {"form": form, "found": found, "member": found.member}
    return render(request, "courses/certificates/revoke.html", context)
