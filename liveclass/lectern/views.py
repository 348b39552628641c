"""Slides over HTTP: the lecturer sends files, everybody in the class fetches what was shown."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from courses.activities.models import Session
from liveclass.classes.names import language
from liveclass.classes.refusals import find_session
from liveclass.guests.door import visitor
from liveclass.lectern import actions, office, store
from liveclass.lectern.actions import SlidesRefused
from liveclass.lectern.kinds import accepted
from liveclass.lectern.sentences import sentence
from liveclass.replay.files import send_file
from liveclass.replay.queries import may_watch
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Phase
from liveclass.rooms.queries import admit
from liveclass.sentences import sentence as refusal_sentence
from liveclass.slides import queries
from liveclass.slides.models import Deck
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal

PART = 1_000_000
"""Bytes of one PATCH; the server takes no larger body (``realtime.http_limits``)."""
STATUS = {
    "wrong_kind": 415, "no_office": 415, "empty": 400, "too_large": 413, "too_many": 409,
    "disk_full": 507, "offset": 409, "busy": 423, "too_much": 413, "shown": 409,
    "malformed": 400, "unknown": 404,
}  # fmt: skip
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)

P = ParamSpec("P")


def _said(code: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": sentence(code)}, status=STATUS[code])


def _entering(
    view: Callable[Concatenate[HttpRequest, Session, Actor, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Give ``view`` the class and who asks; 401 and 403 with a code for who may not enter."""

    @wraps(view)
    def guarded(
        request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        member = visitor(request, code)
        if member is None:
            return JsonResponse({"code": "signed_out", "message": ""}, status=401)
        session = find_session(code)
        try:
            return view(request, session, _actor(session, member), *args, **kwargs)
        except Refusal as no:
            message = refusal_sentence(no.code, language())
            return JsonResponse({"code": no.code, "message": message}, status=403)
        except SlidesRefused as no:
            return _said(no.code)

    return guarded


def _actor(session: Session, member: Member) -> Actor:
    """Who may be in the room, or later in its replay.

    Raises:
        Refusal: ``not_in_audience`` or ``removed``.
    """
    if session.room.state == Phase.ENDED and may_watch(session, member):
        try:
            return admit(session.code, member)
        except Refusal:
            return Actor(session.room.pk, session.code, member.pk, "member")
    return admit(session.code, member)


def _require_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise Refusal("staff_only")


# ---- sending


@never_cache
@require_http_methods(["GET", "POST"])
@_entering
def decks(request: HttpRequest, session: Session, actor: Actor) -> HttpResponseBase:
    """GET: the files of the class. POST ``name`` and ``size``: a new one will come."""
    _require_staff(actor)
    if request.method == "POST":
        size = request.POST.get("size", "")
        if not _DIGITS.fullmatch(size):
            return _said("malformed")
        made = actions.begin(actor, request.POST.get("name", ""), int(size))
        return JsonResponse(_told(session, made), status=201)
    found = [_told(session, one) for one in queries.decks(actor.room_id)]
    accept = accepted(office=office.program() is not None)
    return JsonResponse({"decks": found, "accept": accept, "part": PART})


@never_cache
@require_http_methods(["GET", "PATCH", "DELETE"])
@_entering
def deck(
    request: HttpRequest, session: Session, actor: Actor, folder: uuid.UUID
) -> HttpResponseBase:
    """GET: how far a file is. PATCH: more of it, behind ``Upload-Offset``. DELETE: not wanted."""
    _require_staff(actor)
    found = Deck.objects.filter(room=actor.room_id, folder=folder).first()
    if found is None:
        return _said("unknown")
    if request.method == "DELETE":
        actions.drop(found)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        offset = request.headers.get("Upload-Offset", "")
        if not _DIGITS.fullmatch(offset):
            return _said("malformed")
        found = actions.add(found, int(offset), request.read())
    return JsonResponse(_told(session, found))


def _told(session: Session, deck: Deck) -> dict[str, Any]:
    """One file, as the lecturer's page is told; its twin is ``Deck`` in ``assets/src/slides``."""
    return {
        "deck": deck.pk,
        "url": reverse("lectern:deck", args=[session.code, deck.folder]),
        "name": deck.name,
        "state": deck.state,
        "pages": deck.pages,
        "size": deck.size,
        "offset": deck.offset,
        "shown": deck.reached > 0,
        "code": deck.error,
        "message": sentence(deck.error) if deck.error else "",
    }


# ---- looking


@require_safe
@_entering
def file(
    request: HttpRequest, session: Session, actor: Actor, folder: uuid.UUID
) -> HttpResponseBase:
    """A document of the first ``?to=`` pages, or the part of it that ``Range`` asks for.

    Without ``to`` it ends with the last page she may see.
    """
    found = _shown(actor, folder)
    furthest = _furthest(actor, found)
    asked = request.GET.get("to", "")
    last = int(asked) if _DIGITS.fullmatch(asked) else furthest
    if not 1 <= last <= furthest:
        raise Http404(str(last))
    path = store.folder_of(found.folder) / store.SERVED
    try:
        return send_file(request, path, most=found.ends[last - 1])
    except OSError:
        raise Http404(str(folder)) from None


@never_cache
@require_GET
@_entering
def strokes(
    request: HttpRequest, session: Session, actor: Actor, folder: uuid.UUID, page: int
) -> HttpResponseBase:
    """What is drawn on an earlier page, for who looks back."""
    found = _shown(actor, folder)
    if not 1 <= page <= _furthest(actor, found):
        raise Http404(str(page))
    drawn = queries.strokes_on(found.pk, page)
    return HttpResponse(msgspec.json.encode(drawn), content_type="application/json")


def _shown(actor: Actor, folder: uuid.UUID) -> Deck:
    """A deck that ``actor`` may look at.

    Raises:
        Http404: there is none, or it was not shown yet.
    """
    found = queries.find_deck(actor.room_id, folder)
    if found is None or not _furthest(actor, found):
        raise Http404(str(folder))
    return found


def _furthest(actor: Actor, deck: Deck) -> int:
    """The last page she may see: members never look ahead of the lecturer."""
    return deck.pages if actor.is_staff or (deck.downloads and deck.reached) else deck.reached
