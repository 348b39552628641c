"""A person's own page, and what she prefers."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from members.accounts.actions import remember_preferences
from members.accounts.forms import PreferencesForm
from members.accounts.models import Member
from members.context import THEME_COOKIE
from members.units.queries import groups_of, path

YEAR_SECONDS = 365 * 24 * 3600


@require_GET
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here: number, department, groups; and what I may change myself."""
    member = cast(Member, request.user)
    context = {
        "member": member,
        "post": member.display_post(get_language() or ""),
        "department": path(member.department) if member.department else [],
        "roles": groups_of(member.pk),
    }
    return render(request, "members/me.html", context)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember language and light on the member and in this browser; works before signing in.

    POST: ``language``, ``theme``, ``next``. Unknown values: 400, nothing is changed.
    """
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    language, theme = form.cleaned_data["language"], form.cleaned_data["theme"]
    if request.user.is_authenticated:
        remember_preferences(request.user, language=language, theme=theme)
    response = HttpResponseRedirect(_back(request))
    if language:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    if theme:
        _remember(response, THEME_COOKIE, theme)
    return response


def _back(request: HttpRequest) -> str:
    """The page that sent the form, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True
    )
