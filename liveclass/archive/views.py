"""The chat of a class as its room asks for it: a stretch of it, and what was found in it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from liveclass.archive import queries
from liveclass.archive.pace import searches
from liveclass.chat.models import Message
from liveclass.classes.names import language
from liveclass.classes.refusals import find_session, outside_audience
from liveclass.guests.door import visitor
from liveclass.sentences import sentence
from members.accounts.models import Member
from realtime.protocol.refusals import Refusal

MAX_NUMBER = 2**53 - 1
"""The largest number of a line that a page can hold exactly."""
DOORS = frozenset({"not_in_audience", "removed", "lobby", "locked"})
"""Refusals of the person, not of what she asks for."""

Answer = queries.Stretch | queries.Found


@require_GET
@never_cache
def stretch(request: HttpRequest, code: str) -> HttpResponse:
    """The lines ``?before=``, ``?after=`` or ``?around=`` a line, as JSON."""

    def read(lines: QuerySet[Message], member: Member) -> Answer:
        for name in ("before", "after", "around"):
            if (number := _number(request.GET, name)) is not None:
                return getattr(queries, name)(lines, number)  # type: ignore[no-any-return]
        raise Refusal("malformed")

    return _answer(request, code, read)


@require_GET
@never_cache
def find(request: HttpRequest, code: str) -> HttpResponse:
    """The lines that say ``?q=``, perhaps ``?before=`` a line, as JSON."""

    def read(lines: QuerySet[Message], member: Member) -> Answer:
        number = _number(request.GET, "before")
        if not searches.allows(member.pk):
            raise Refusal("too_fast")
        return queries.search(lines, request.GET.get("q", ""), number)

    return _answer(request, code, read)


def _answer(
    request: HttpRequest, code: str, read: Callable[[QuerySet[Message], Member], Answer]
) -> HttpResponse:
    """401 when signed out, 403 for whoever may not read it, 422 for what cannot be answered, 429
    for who searches too fast. Asked from inside a room, so it is answered, not redirected."""
    member = visitor(request, code)
    if member is None:
        message = _("Please sign in again.")
        return JsonResponse({"code": "signed_out", "message": message}, status=401)
    session = find_session(code)
    try:
        found = read(queries.readable(session, member), member)
    except Refusal as refusal:
        message = sentence(refusal.code, language())
        if refusal.code == "not_in_audience":
            message = outside_audience(session)
        status = 429 if refusal.code == "too_fast" else 403 if refusal.code in DOORS else 422
        return JsonResponse({"code": refusal.code, "message": message}, status=status)
    return HttpResponse(msgspec.json.encode(found), content_type="application/json")


def _number(asked: QueryDict, name: str) -> int | None:
    """The number of a line; None when there is none.

    Raises:
        Refusal: ``malformed`` for anything else.
    """
    text = asked.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= MAX_NUMBER):
        raise Refusal("malformed")
    return int(text)
