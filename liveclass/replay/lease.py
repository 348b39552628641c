"""The right of one replay page to say what it plays: what is seen is presence in the class."""

from __future__ import annotations

import time
from typing import Annotated

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.completion.actions import open_lease
from courses.completion.ranges import LONGEST, TICKS_PER_SECOND
from courses.player.actions import is_current
from liveclass.classes.refusals import find_session, signed_in
from liveclass.replay import queries
from members.accounts.models import Member
from realtime.tickets import LessonLease, sign

LIVES = 24 * 3600
"""Seconds for which a page may report with one lease, also what it kept while it was offline."""


class Wish(msgspec.Struct, frozen=True):
    """What a page asks: to take over from another; ``own`` is the lease it had before a reload."""

    take_over: bool = False
    own: Annotated[str, msgspec.Meta(max_length=2048)] = ""


@signed_in
@require_POST
def lease(request: HttpRequest, member: Member, code: str) -> HttpResponse:
    """Open the replay on this page. 409 while another page plays something, unless ``take_over``.

    Answers the sealed lease for ``POST /watched``; ranges are tenths of a second since the class
    began.
    """
    session = find_session(code)
    if not queries.may_watch(session, member):
        return JsonResponse({"code": "not_in_audience"}, status=403)
    try:
        wish = msgspec.json.decode(request.body or b"{}", type=Wish)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return JsonResponse({"code": "malformed"}, status=400)
    take_over = wish.take_over or is_current(member.pk, wish.own)
    opened = open_lease(member.pk, None, 0, session=session.pk, take_over=take_over)
    if opened is None:
        return JsonResponse({"code": "playing_elsewhere"}, status=409)
    room = session.room
    ended = room.ended_at or timezone.now()
    began = room.started_at or ended
    length = int((ended - began).total_seconds() * TICKS_PER_SECOND)
    ticket = LessonLease(
        lease=opened.pk, member=member.pk, lesson=0, version=0,
        length=min(max(length, 1), LONGEST), exp=int(time.time()) + LIVES,
    )  # fmt: skip
    sealed = sign(ticket, settings.SECRET_KEY.encode())
    answer = {"lease": sealed, "watched": [], "position": 0, "permille": 0}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})
