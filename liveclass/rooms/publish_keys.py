"""Keys for streaming programs: an address and a key that a lecturer copies into OBS.

Such a program cannot ask for a new token every two minutes. So it has a key that lives as long as
the class may last; web looks at it whenever it is used, and hands a token of a moment on to media.
What a key may do is thus decided anew each time: a class that has ended, a person who was sent out
or has lost her role, an account that was closed – and the key opens nothing.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TypedDict

from django.conf import settings

from courses.activities.models import Session
from liveclass.rooms.models import Phase, Room
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from realtime.media_control import TOKEN_SECONDS
from realtime.protocol.refusals import Refusal
from realtime.tickets import MediaToken, PublishKey, TicketError, sign, verify

AFTER_S = 12 * 3600
"""How long a key outlives the planned end of its class, or its making if that is later."""


class PublishAddress(TypedDict):
    """What the lecturer copies: the path of the WHIP endpoint, the key, its end (unix seconds)."""

    path: str
    key: str
    expires: int


def issue_key(session: Session, member: Member) -> PublishAddress:
    """A key for the camera stream of ``session``.

    Raises:
        Room.DoesNotExist: the session is not online.
        Refusal: ``not_in_audience``, ``removed``, ``staff_only`` or ``class_ended``.
    """
    _require_right(session.code, member)
    end = session.starts_at + timedelta(minutes=session.minutes)
    expires = int(max(time.time(), end.timestamp())) + AFTER_S
    key = PublishKey(room=session.code, member=member.pk, exp=expires)
    return {
        "path": f"/media/whip/{session.code}/camera",
        "key": sign(key, settings.SECRET_KEY.encode()),
        "expires": expires,
    }


def opened(text: str) -> PublishKey | None:
    """The key in ``text``, if it is one and not too old. Touches no database."""
    try:
        return verify(text, PublishKey, settings.SECRET_KEY.encode(), time.time())
    except TicketError:
        return None


def token_for(key: PublishKey) -> str:
    """A media token of a moment for who holds ``key``.

    Raises:
        Room.DoesNotExist: the class was taken back.
        Refusal: as in ``issue_key``; also for an account that was closed.
    """
    now = int(time.time())  # before what is read, as in ``passes``
    member = Member.objects.filter(pk=key.member, is_active=True).first()
    if member is None:
        raise Refusal("not_in_audience")
    _require_right(key.room, member)
    token = MediaToken(room=key.room, member=key.member, act="publish", exp=now + TOKEN_SECONDS)
    return sign(token, settings.MEDIA_SECRET.encode())


def _require_right(code: str, member: Member) -> None:
    actor = admit(code, member)
    if not actor.is_staff:
        raise Refusal("staff_only")
    if Room.objects.filter(pk=actor.room_id, state=Phase.ENDED).exists():
        raise Refusal("class_ended")
