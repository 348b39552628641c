"""Where the page of a replay sends the answer to a poll."""

from __future__ import annotations

from typing import Annotated

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from liveclass.classes.refusals import find_session, signed_in
from liveclass.recordings.queries import newest
from liveclass.replay import asking, queries
from liveclass.sentences import SENTENCES
from members.accounts.models import Member
from realtime.protocol.base import Uuid
from realtime.protocol.polls import POLL_OPTIONS, POLL_WORDS
from realtime.protocol.refusals import Refusal, RefusalCode

LARGEST = 8192
"""Bytes of an answer at most: all the options and the longest words."""

Key = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Said(msgspec.Struct):
    """An answer as the page sends it; ``id`` is new for every answer and the same when resent."""

    id: Uuid
    options: Annotated[list[Key], msgspec.Meta(max_length=POLL_OPTIONS)] = []
    answers: Annotated[list[str], msgspec.Meta(max_length=POLL_WORDS)] = []


@signed_in
@require_POST
def answer(request: HttpRequest, member: Member, code: str, poll: int) -> HttpResponse:
    """Keep an answer. A refusal carries its code and a sentence to be shown: 403 for whom it is not
    meant, 400 for what cannot be read, 409 for what cannot be."""
    session = find_session(code)
    if not queries.may_watch(session, member):
        return _no("not_in_audience", 403)
    if newest(session.room.pk) is None:
        raise Http404(code)
    try:
        said = _read(request)
        kept = asking.answer(session, member, said.id, poll, said.options, said.answers)
    except Refusal as refusal:
        status = {"members_only": 403, "malformed": 400, "poll_unknown": 404}
        return _no(refusal.code, status.get(refusal.code, 409))
    return JsonResponse({"poll": poll, "options": kept.options, "answers": kept.answers})


def _read(request: HttpRequest) -> Said:
    try:
        length = int(request.headers.get("Content-Length") or 0)
        if length > LARGEST:
            raise Refusal("malformed")
        said = msgspec.json.decode(request.body, type=Said)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Refusal("malformed") from None
    if any("\0" in text for text in said.answers):
        raise Refusal("malformed")
    return said


def _no(code: RefusalCode, status: int) -> HttpResponse:
    return JsonResponse({"code": code, "sentence": str(SENTENCES[code])}, status=status)
