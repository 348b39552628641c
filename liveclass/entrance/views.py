"""The page of a room, the device check before it, and the ticket they connect with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.activities.models import Session
from courses.credits.queries import writable_people
from liveclass.classes.names import language, name_of, zone
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.entrance.lobby import AT_THE_DOOR, waiting_page
from liveclass.guests.door import visiting, visitor
from liveclass.recordings.queries import available, phase, recorded
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Phase
from liveclass.rooms.passes import issue_ticket
from liveclass.rooms.publish_keys import current_key, issue_key, revoke_key
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence
from liveclass.slides.program import pdf_urls
from liveclass.whisper.program import whisper_urls
from members.accounts.models import Member
from members.units.queries import organisation
from realtime.protocol.refusals import Refusal

SIGN_IN_SALT = "liveclass.entrance.sign_in"


@visiting
@require_GET
@never_cache
@ensure_csrf_cookie
def room(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The live room. After the end it leads to the summary; outsiders read why they are outside."""
    session = find_session(code)
    try:
        actor = admit(code, member)
    except Refusal as refusal:
        if refusal.code in AT_THE_DOOR and session.room.state != Phase.ENDED:
            return waiting_page(request, session, member, refusal.code)
        return _refused(request, session, refusal)
    if session.room.state == Phase.ENDED:
        return redirect("classes:summary", code)
    return render(request, "liveclass/rooms/room.html", _context(request, member, session, actor))


@signed_in
@require_GET
@never_cache
@ensure_csrf_cookie
def check(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The device check: for whoever will be on stage."""
    session = find_session(code)
    try:
        actor = admit(code, member)
        if not actor.is_staff:
            raise Refusal("staff_only")
    except Refusal as refusal:
        return _refused(request, session, refusal)
    if session.room.state == Phase.ENDED:
        return redirect("classes:summary", code)
    return render(request, "liveclass/rooms/check.html", _context(request, member, session, actor))


@require_POST
@never_cache
def ticket(request: HttpRequest, code: str) -> HttpResponse:
    """A ticket as JSON; 401 when signed out, 403 with code and sentence when refused.

    A page asks again and again from inside a room: it is answered, not sent to the sign-in page.
    """
    login = sign_in_of(request)
    return _issued(request, code, lambda session, member: issue_ticket(session, member, login))


@require_http_methods(["GET", "POST", "DELETE"])
@never_cache
def publish_key(request: HttpRequest, code: str) -> HttpResponse:
    """Address and key for a streaming program as JSON, for who holds the class; else refused.

    GET tells the key there is, POST makes a new one, DELETE takes it away.
    """
    act = {"GET": current_key, "POST": issue_key, "DELETE": revoke_key}[request.method or "GET"]

    def made(session: Session, member: Member) -> dict[str, Any]:
        found = act(session, member)
        url = request.build_absolute_uri(found["path"])
        return {"url": url, "key": found["key"], "expires": found["expires"], "zone": zone().key}

    return _issued(request, code, made)


def _issued(
    request: HttpRequest, code: str, issue: Callable[[Session, Member], Mapping[str, Any]]
) -> HttpResponse:
    member = visitor(request, code)
    if member is None:
        message = _("Please sign in again.")
        return JsonResponse({"code": "signed_out", "message": message}, status=401)
    session = find_session(code)
    try:
        return JsonResponse(issue(session, member))
    except Refusal as refusal:
        message = _reason(session, refusal)
        return JsonResponse({"code": refusal.code, "message": message}, status=403)


def sign_in_of(request: HttpRequest) -> str:
    """Names this sign-in to those who hold SECRET_KEY; scripts read it, so it is no part of the key
    of the session."""
    return salted_hmac(SIGN_IN_SALT, request.session.session_key or "").hexdigest()


def _refused(request: HttpRequest, session: Session, refusal: Refusal) -> HttpResponse:
    heading = _("You cannot enter this class")
    if refusal.code == "not_in_audience":
        heading = _("You are not in the audience of this class")
    back = reverse("classes:detail", args=[session.code])
    return refused(request, heading, _reason(session, refusal), back=back)


def _reason(session: Session, refusal: Refusal) -> str:
    if refusal.code == "not_in_audience":
        return outside_audience(session)
    return sentence(refusal.code, language())


def _context(
    request: HttpRequest, member: Member, session: Session, actor: Actor
) -> dict[str, Any]:
    return {
        "card": card(session, member, timezone.now(), zone()),
        "room_data": room_data(request, member, session, actor),
    }


def room_data(
    request: HttpRequest, member: Member, session: Session, actor: Actor
) -> dict[str, Any]:
    """What the page's program is told; its twin is ``RoomData`` in ``assets/src/page.ts``."""
    return {
        "code": session.code,
        "title": session.activity.title,
        "urls": {**_urls(session.code), "absences": _absences(member, actor)},
        "rehearsal": session.rehearses_id is not None,
        "me": {"id": member.pk, "name": name_of(member), "role": actor.role},
        "lang": "zh-Hans" if language().startswith("zh") else "en",
        "csrf": get_token(request),
        "orgName": organisation().name(language()),
        "mode": "console" if actor.is_staff else "member",
        "mediaProfile": settings.MEDIA_PROFILE,
        "timeZone": zone().key,
        # told before she enters: what is wished and what happens
        "recording": available()
        and (session.recording or phase(session.room.pk) in ("starting", "on")),
        "records": available(),
        "recorded": bool(recorded([session.room.pk])),
    }


def _absences(member: Member, actor: Actor) -> str:
    """Where she enters why people are away; empty for who looks after nobody."""
    may = actor.is_staff and writable_people(member).exists()
    return reverse("absences:list") if may else ""


def _urls(code: str) -> dict[str, str]:
    pages = ("ticket", "room", "summary", "check", "replay")
    return {
        "ws": f"/ws/room/{code}/",
        "whip": f"/media/whip/{code}/",
        "whep": f"/media/whep/{code}/",
        "hls": f"/media/hls/{code}/",
        "player": static("build/hls.js"),
        **pdf_urls(),
        "slides": reverse("lectern:decks", args=[code]),
        "home": reverse("home"),
        "media": reverse("classes:media", args=[code]),
        "polls": reverse("classes:tray", args=[code]),
        "roll": reverse("classes:roll", args=[code]),
        "chat": reverse("classes:chat", args=[code]),
        "chatProgram": static("build/archive.js"),
        "chatStyles": static("css/archive.css"),
        "commentsProgram": static("build/comments.js"),
        "commentsStyles": static("css/comments.css"),
        "mentionProgram": static("build/mention.js"),
        "publishKey": reverse("classes:publish_key", args=[code]),
        **whisper_urls(code),
        **{page: reverse(f"classes:{page}", args=[code]) for page in pages},
    }
