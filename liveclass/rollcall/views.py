"""The attendance list of a running class, as the room page of host and assistants asks for it."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liveclass.classes.names import language
from liveclass.classes.refusals import find_session
from liveclass.rollcall.queries import roll as read_roll
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal


@require_GET
@never_cache
def roll(request: HttpRequest, code: str) -> HttpResponse:
    """The list as JSON: 401 when signed out, 403 for members."""
    member = request.user
    if not isinstance(member, Member):
        return JsonResponse({"code": "signed_out"}, status=401)
    session = find_session(code)
    try:
        if not admit(code, member).is_staff:
            raise Refusal("staff_only")
    except Refusal as refusal:
        message = sentence(refusal.code, language())
        return JsonResponse({"code": refusal.code, "message": message}, status=403)
    return JsonResponse(asdict(read_roll(session, session.room, timezone.now())))
