"""The page that shows host and assistants how the class arrives, and the figures it asks for."""

from __future__ import annotations

from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liveclass.classes.names import language, zone
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, refused, signed_in
from liveclass.reception.queries import report
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime import media_stats
from realtime.protocol.refusals import Refusal


@signed_in
@require_GET
@never_cache
def page(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """How the class arrives: who sends, and at whom it arrives badly. Host and assistants only."""
    session = find_session(code)
    try:
        _require_staff(code, member)
    except Refusal as refusal:
        back = reverse("classes:detail", args=[code])
        reason = sentence(refusal.code, language())
        return refused(request, _("You cannot see how this class arrives"), reason, back=back)
    data = {"url": reverse("classes:media_figures", args=[code])}
    context = {"card": card(session, member, timezone.now(), zone()), "media_data": data}
    return render(request, "liveclass/reception/page.html", context)


@require_GET
@never_cache
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """The figures as JSON: 401 when signed out, 403 when refused, 503 while media does not tell."""
    member = request.user
    if not isinstance(member, Member):
        return JsonResponse({"code": "signed_out"}, status=401)
    find_session(code)
    try:
        _require_staff(code, member)
    except Refusal as refusal:
        message = sentence(refusal.code, language())
        return JsonResponse({"code": refusal.code, "message": message}, status=403)
    stats = async_to_sync(_ask)(code)
    if stats is None:
        return JsonResponse({"code": "media_away"}, status=503)
    told: Any = msgspec.to_builtins(report(stats))
    return JsonResponse(told)


async def _ask(code: str) -> media_stats.MediaStats | None:
    return await media_stats.ask(settings.MEDIA_URL_INTERNAL, settings.MEDIA_SECRET, code)


def _require_staff(code: str, member: Member) -> None:
    if not admit(code, member).is_staff:
        raise Refusal("staff_only")
