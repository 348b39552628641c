"""The own whispers of a class: for the room's program as JSON, and as pages without a program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from courses.activities.intervals import moment
from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.classes.names import language, zone
from liveclass.classes.queries import card
from liveclass.classes.refusals import find_session, outside_audience, refused, signed_in
from liveclass.rooms.actor import Actor
from liveclass.sentences import sentence
from liveclass.whisper import actions, queries, reports, vault
from liveclass.whisper.answering import answer_by
from liveclass.whisper.keeping import expire
from liveclass.whisper.sheets import person_name, sheet
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import WhisperBox, WhisperThread
from realtime.protocol.whisper import WHISPER_CHARS, WHISPER_REASON_CHARS


@require_GET
@never_cache
def box(request: HttpRequest, code: str) -> HttpResponse:
    """The own whispers as JSON, with the letters of ``?thread=``; 401 when signed out, 403 with
    code and sentence when refused. Asked from inside a room, so it is answered, not redirected."""
    member = request.user
    if not isinstance(member, Member):
        message = _("Please sign in again.")
        return JsonResponse({"code": "signed_out", "message": message}, status=401)
    session = find_session(code)
    try:
        found = _box(session, member, request.GET.get("thread", ""))
    except Refusal as refusal:
        said = {"code": refusal.code, "message": _reason(session, refusal)}
        return JsonResponse(said, status=403)
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")


@signed_in
@require_GET
@never_cache
def whispers(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """The own threads of a class."""
    session = find_session(code)
    try:
        return _page(request, member, session, _box(session, member), None)
    except Refusal as refusal:
        return _refused(request, session, refusal)


@signed_in
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
def whisper(request: HttpRequest, member: Member, code: str, handle: str) -> HttpResponse:
    """One thread: to be read and gone on with, also after the class."""
    session = find_session(code)
    try:
        if request.method == "POST":
            return _done(request, member, session, handle)
        found = _box(session, member, handle)
        shown = next(one for one in found.threads if handle in vault.handles(one.id, member.pk))
        if letters := [one.id for one in shown.letters if not one.mine]:
            actions.read(_actor(session, member), str(uuid4()), shown.id, letters[-1])
        return _page(request, member, session, found, shown)
    except Refusal as refusal:
        return _refused(request, session, refusal)


def _done(request: HttpRequest, member: Member, session: Session, handle: str) -> HttpResponse:
    """Carry out what a button asks for; then the thread again, or the list when it is gone."""
    _require_own(session, member)
    thread = queries.find_thread(session.room.pk, member.pk, handle)
    _act(request.POST, _actor(session, member), thread)
    if queries.threads_of(session.room.pk, member.pk).filter(pk=thread).exists():
        return redirect("classes:whisper", session.code, handle)
    return redirect("classes:whispers", session.code)


def _box(session: Session, member: Member, handle: str = "") -> WhisperBox:
    _require_own(session, member)
    expire(session.room.pk)
    thread = queries.find_thread(session.room.pk, member.pk, handle) if handle else None
    return queries.box(session.room, member, thread)


def _require_own(session: Session, member: Member) -> None:
    """Raise ``not_in_audience`` for who is not in the class and has no whispers of it either."""
    if not vault.ring():
        raise Refusal("whisper_off")
    mine = queries.threads_of(session.room.pk, member.pk)
    if role_in(session, member) is None and not mine.exists():
        raise Refusal("not_in_audience")


def _actor(session: Session, member: Member) -> Actor:
    role = role_in(session, member) or "member"
    return Actor(session.room.pk, session.code, member.pk, role)


def _act(said: QueryDict, actor: Actor, thread: int) -> None:
    """What a button of the page asks for; 404 for what none of them asks."""
    known: dict[str, Callable[[str], int]] = {
        "answer": lambda id: actions.answer(actor, id, thread, said.get("text", "")),
        "withdraw": lambda id: actions.withdraw(actor, id, _number(said.get("letter", ""))),
        "delete": lambda id: actions.delete(actor, id, thread),
        "block": lambda id: actions.block(actor, id, thread, True),
        "unblock": lambda id: actions.block(actor, id, thread, False),
        "report": lambda id: reports.report(actor, id, thread, said.get("reason", "")),
    }
    act = known.get(said.get("act", ""))
    if act is None:
        raise Http404
    act((said.get("id") or str(uuid4()))[:36])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    return int(text)


def _page(
    request: HttpRequest,
    member: Member,
    session: Session,
    found: WhisperBox,
    shown: WhisperThread | None,
) -> HttpResponse:
    context = {
        "card": card(session, member, timezone.now(), zone()),
        "sheets": [sheet(one) for one in found.threads],
        "open": sheet(shown) if shown else None,
        "answer_by": _answer_by(shown) if shown else None,
        "box": found,
        "recipients": [person_name(one) for one in found.recipients],
        "limit": WHISPER_CHARS,
        "reason_limit": WHISPER_REASON_CHARS,
        "fresh": uuid4,
    }
    return render(request, "liveclass/whisper/whispers.html", context)


def _answer_by(shown: WhisperThread) -> datetime | None:
    """For who receives the thread: the day by which the sender hopes for an answer."""
    if shown.mine or shown.blocked or not shown.letters:
        return None
    newest = shown.letters[-1]
    if newest.mine or newest.withdrawn:
        return None
    return answer_by(moment(newest.at), zone())


def _refused(request: HttpRequest, session: Session, refusal: Refusal) -> HttpResponse:
    back = reverse("classes:detail", args=[session.code])
    return refused(request, _("This is not possible here"), _reason(session, refusal), back=back)


def _reason(session: Session, refusal: Refusal) -> str:
    if refusal.code == "not_in_audience":
        return outside_audience(session)
    return sentence(refusal.code, language())
