"""Keys for streaming programs: an address and a key that a lecturer copies into OBS.

Such a program cannot ask for a new token every two minutes. So it has a key that lives as long as
the class may last; web looks at it whenever it is used, and hands a token of a moment on to media.
What a key may do is thus decided anew each time: a class that has ended, a person who was sent out
or no longer holds the class, an account that was closed, a key that was renewed or revoked – and
it opens nothing. A room has one key at a time, the lecturer's.
"""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from functools import partial
from typing import TypedDict

from django.conf import settings

from courses.activities.intervals import moment, unix
from courses.activities.models import Session
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_host
from liveclass.rooms.log import in_transaction
from liveclass.rooms.models import Phase, Room, StreamKey
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from realtime import media_control
from realtime.hub import after_commit
from realtime.media_control import TOKEN_SECONDS
from realtime.protocol.refusals import Refusal
from realtime.tickets import MediaToken, PublishKey, TicketError, sign, verify

AFTER_S = 12 * 3600
"""How long a key outlives the planned end of its class, or its making if that is later."""


class PublishAddress(TypedDict):
    """What the lecturer copies: the path of the WHIP endpoint, the key, its end (unix seconds).

    Key and end are empty and 0 while there is no key.
    """

    path: str
    key: str
    expires: int


def current_key(session: Session, member: Member) -> PublishAddress:
    """The key of ``session`` that can be used now, if there is one.

    Raises:
        Room.DoesNotExist: the session is not online.
        Refusal: ``not_in_audience``, ``removed``, ``host_only`` or ``class_ended``.
    """
    actor = _require_right(session.code, member)
    row = StreamKey.objects.filter(room=actor.room_id, member=member).first()
    if row is None or unix(row.expires_at) <= time.time():
        return _address(actor, "", 0)
    return _address(actor, row.nonce, int(unix(row.expires_at)))


def issue_key(session: Session, member: Member) -> PublishAddress:
    """A new key for the camera stream of ``session``; the one before opens nothing any more, and
    what is sent with it ends.

    Raises:
        As ``current_key``.
    """
    actor = _require_right(session.code, member)
    end = session.starts_at + timedelta(minutes=session.minutes)
    expires = int(max(time.time(), end.timestamp())) + AFTER_S
    fresh = {"member": member, "nonce": secrets.token_urlsafe(12), "expires_at": moment(expires)}
    with in_transaction():
        _withdraw(actor)
        StreamKey.objects.create(room_id=actor.room_id, **fresh)
    return _address(actor, str(fresh["nonce"]), expires)


def revoke_key(session: Session, member: Member) -> PublishAddress:
    """No key opens the camera stream of ``session`` from now on, and what is sent with one ends.

    Raises:
        As ``current_key``.
    """
    actor = _require_right(session.code, member)
    with in_transaction():
        _withdraw(actor)
    return _address(actor, "", 0)


def _withdraw(actor: Actor) -> None:
    """Take the key away. Who published with it is sent away from media: a page of hers comes back
    by itself with a token of its own, a program with the old key does not."""
    for row in StreamKey.objects.select_for_update().filter(room=actor.room_id):
        row.delete()
        after_commit(partial(media_control.expel, actor.room, row.member_id))


def _address(actor: Actor, nonce: str, expires: int) -> PublishAddress:
    key = PublishKey(room=actor.room, member=actor.member, nonce=nonce, exp=expires)
    return {
        "path": f"/media/whip/{actor.room}/camera",
        "key": sign(key, settings.SECRET_KEY.encode()) if nonce else "",
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
        Room.DoesNotExist: the class was taken back; StreamKey.DoesNotExist: the key was replaced
            or revoked.
        Refusal: as in ``issue_key``; also for an account that was closed.
    """
    now = int(time.time())  # before what is read, as in ``passes``
    member = Member.objects.filter(pk=key.member, is_active=True).first()
    if member is None:
        raise Refusal("not_in_audience")
    actor = _require_right(key.room, member)
    StreamKey.objects.get(room=actor.room_id, member=member, nonce=key.nonce)
    token = MediaToken(room=key.room, member=key.member, act="publish", exp=now + TOKEN_SECONDS)
    return sign(token, settings.MEDIA_SECRET.encode())


def _require_right(code: str, member: Member) -> Actor:
    actor = admit(code, member)
    require_host(actor)
    if Room.objects.filter(pk=actor.room_id, state=Phase.ENDED).exists():
        raise Refusal("class_ended")
    return actor
