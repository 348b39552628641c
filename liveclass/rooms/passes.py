"""What the page of a room needs to connect: signed, short-lived, renewed by asking."""

from __future__ import annotations

import time
from typing import Literal, TypedDict

from django.conf import settings

from courses.activities.models import Session
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Phase, Room, Speaker
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from realtime.media_control import TOKEN_SECONDS
from realtime.tickets import MediaToken, RoomTicket, sign
from realtime.turn import IceServer, ice_servers

TICKET_SECONDS = 120
"""Time to connect in. A page that reconnects later asks for a new one, and is checked anew."""


class MediaPass(TypedDict):
    """Tokens for the media process; ``publish`` only for those who may be on stage.

    Once the class has ended there are none: ``watch`` is empty.
    """

    watch: str
    publish: str | None
    speak: str | None
    """For a member who was asked to speak."""
    ice_servers: list[IceServer]


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
    # The clock first: what is read after it may have changed meanwhile, and then the token is
    # older than the call that voids it (realtime.media_control).
    now = int(time.time())
    actor = admit(session.code, member)
    ticket = RoomTicket(
        room=actor.room,
        member=member.pk,
        name=member.name,
        role=actor.role,
        session=login[:16],
        exp=now + TICKET_SECONDS,
    )
    return {
        "ticket": sign(ticket, settings.SECRET_KEY.encode()),
        "expires_in": TICKET_SECONDS,
        "media": _media_pass(actor, now + TOKEN_SECONDS),
    }


def _media_pass(actor: Actor, expires: int) -> MediaPass:
    if Room.objects.filter(pk=actor.room_id, state=Phase.ENDED).exists():
        return {"watch": "", "publish": None, "speak": None, "ice_servers": []}
    return {
        "watch": _media_token(actor, "watch", expires),
        "publish": _media_token(actor, "publish", expires) if actor.is_staff else None,
        "speak": _media_token(actor, "speak", expires) if _may_speak(actor) else None,
        "ice_servers": _ice_servers(actor.member),
    }


def _may_speak(actor: Actor) -> bool:
    return Speaker.objects.filter(room=actor.room_id, member=actor.member).exists()


def _ice_servers(member: int) -> list[IceServer]:
    secret = settings.TURN_SECRET.encode()
    return ice_servers(settings.TURN_URLS, secret, member, time.time())


def _media_token(actor: Actor, act: Literal["publish", "speak", "watch"], expires: int) -> str:
    token = MediaToken(room=actor.room, member=actor.member, act=act, exp=expires)
    return sign(token, settings.MEDIA_SECRET.encode())
