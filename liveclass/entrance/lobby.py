"""The page where people wait to be let in, and what it asks again and again."""

from __future__ import annotations

from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from courses.activities.models import Session
from liveclass.admission import actions, queries
from liveclass.classes.names import language, zone
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience
from liveclass.guests.door import visiting, visitor
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal, RefusalCode

AT_THE_DOOR: tuple[RefusalCode, ...] = ("lobby", "locked")
"""Refusals that may be over in a moment: she waits instead of being sent away."""
LEAST_RETRY_MS, MOST_RETRY_MS, RETRY_PER_PERSON_MS = 3000, 30_000, 20
"""How soon a page asks again: the more wait, the later, so that all together ask at most fifty
times a second."""


class Standing(TypedDict):
    """How it stands with somebody at the door. ``state``: in, lobby, locked, or another refusal."""

    state: str
    title: str
    text: str
    message: str
    retry_ms: int


def standing(session: Session, member: Member) -> Standing:
    """Where ``member`` stands now; changes nothing."""
    try:
        admit(session.code, member)
    except Refusal as refusal:
        return _told(session, refusal.code)
    return _said("in", _("You may come in"), _("The class is being opened."))


def _told(session: Session, code: RefusalCode) -> Standing:
    room = session.room
    if code == "lobby":
        text = _("The lecturer or an assistant lets you in. This page opens the class by itself.")
        told = _said("lobby", _("You are in the lobby"), text)
        told["message"] = room.lobby_message
        told["retry_ms"] = _retry_ms(queries.waiting(room.pk).count())
        return told
    if code == "locked":
        text = _("Nobody new comes in at the moment. This page looks again by itself.")
        told = _said("locked", _("The class is locked"), text)
        told["retry_ms"] = MOST_RETRY_MS
        return told
    reason = sentence(code, language())
    if code == "not_in_audience":
        reason = outside_audience(session)
    return _said(code, _("You cannot enter this class"), reason)


def _said(state: str, title: str, text: str) -> Standing:
    return {"state": state, "title": title, "text": text, "message": "", "retry_ms": 0}


def _retry_ms(waiting: int) -> int:
    return min(max(waiting * RETRY_PER_PERSON_MS, LEAST_RETRY_MS), MOST_RETRY_MS)


def waiting_page(
    request: HttpRequest, session: Session, member: Member, code: RefusalCode
) -> HttpResponse:
    """The calm page instead of the room."""
    urls = {
        name: reverse(f"classes:{name}", args=[session.code]) for name in ("knock", "walk_away")
    }
    context: dict[str, Any] = {
        "card": card(session, member, timezone.now(), zone()),
        "told": _told(session, code),
        "asked": queries.waits(session.room.pk, member.pk),
        "lobby_data": {**urls, "room": reverse("classes:room", args=[session.code])},
    }
    return render(request, "liveclass/rooms/lobby.html", context)


@require_POST
@never_cache
def knock(request: HttpRequest, code: str) -> HttpResponse:
    """Ask to be let in, and hear how it stands: as JSON for the page's program, else by going back
    to the room's address. 401 when signed out."""
    member = visitor(request, code)
    by_program = "application/json" in request.headers.get("Accept", "")
    if member is None:
        message = _("Please sign in again.")
        return JsonResponse({"state": "signed_out", "title": message, "text": ""}, status=401)
    session = find_session(code)
    told = standing(session, member)
    if told["state"] == "lobby":
        try:
            actions.knock(session.room.pk, code, member)
        except Refusal as refusal:
            told["text"], told["retry_ms"] = sentence(refusal.code, language()), MOST_RETRY_MS
    return JsonResponse(told) if by_program else redirect("classes:room", code)


@visiting
@require_POST
@never_cache
def walk_away(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Wait no longer: the page was closed."""
    actions.walk_away(find_session(code).room.pk, code, member)
    return HttpResponse(status=204)
