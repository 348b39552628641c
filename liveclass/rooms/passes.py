"""What the page of a room needs to connect: signed, short-lived, renewed by asking."""

from __future__ import annotations

import time
from typing import Literal, TypedDict

from django.conf import settings

from courses.activities.models import Session
from liveclass.rooms.actor import Actor
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from realtime.tickets import MediaToken, RoomTicket, sign

TICKET_SECONDS = 120
"""Time to connect in. A page that reconnects later asks for a new one, and is checked anew."""


class MediaPass(TypedDict):
    """Tokens for the media process; ``publish`` only for those who may be on stage."""

    watch: str
    publish: str | None


class RoomPass(TypedDict):
    """Answer of the ticket page."""

    ticket: str
    expires_in: int
    media: MediaPass


def issue_ticket(session: Session, member: Member, login: str = "") -> RoomPass:
    """Let ``member`` into the room of ``session``; ``login`` names her sign-in, shortened.

    Raises:
        Room.DoesNotExist: the session is not online.
        Refusal: ``not_in_audience`` or ``removed``.
    """
    actor = admit(session.code, member)
    expires = int(time.time()) + TICKET_SECONDS
    ticket = RoomTicket(
        room=actor.room,
        member=member.pk,
        name=member.name,
        role=actor.role,
        session=login[:16],
        exp=expires,
    )
    return {
        "ticket": sign(ticket, settings.SECRET_KEY.encode()),
        "expires_in": TICKET_SECONDS,
        "media": {
            "watch": _media_token(actor, "watch", expires),
            "publish": _media_token(actor, "publish", expires) if actor.is_staff else None,
        },
    }


def _media_token(actor: Actor, act: Literal["publish", "watch"], expires: int) -> str:
    token = MediaToken(room=actor.room, member=actor.member, act=act, exp=expires)
    return sign(token, settings.MEDIA_SECRET.encode())
