"""The organisation's settings, its colour as a style sheet, and its logo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from members.units.actions import save_organisation
from members.units.forms import OrganisationForm
from members.units.logo import image_type
from members.units.queries import organisation


@require_http_methods(["GET", "POST"])
@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """Name, logo, colour and clock of the site. 403 for everybody but platform admins."""
    if not getattr(request.user, "is_platform_admin", False):
        raise PermissionDenied
    form = OrganisationForm(request.POST or None, request.FILES or None, instance=organisation())
    if request.method == "POST" and form.is_valid():
        save_organisation(**form.cleaned_data)
        messages.success(request, _("Saved"))
        return redirect("organisation")
    return render(request, "members/organisation.html", {"form": form})


@require_GET
@cache_control(public=True, max_age=300)
def theme_css(request: HttpRequest) -> HttpResponse:
    """The organisation's colour. A file, because our policy allows no style inside a page."""
    css = f":root{{--theme:{organisation().theme}}}\n"
    return HttpResponse(css, content_type="text/css; charset=utf-8")


@require_GET
@cache_control(public=True, max_age=300)
def logo(request: HttpRequest) -> HttpResponse:
    """The logo's bytes; 404 while there is none."""
    picture = organisation().logo
    if not picture:
        raise Http404
    try:
        with picture.open("rb") as file:
            body = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    return HttpResponse(body, content_type=image_type(body[:16]) or "application/octet-stream")
