"""Signed, short-lived tickets: who may enter a room and who may publish or watch its media.

A ticket is checked with one HMAC, without the database and without a session, so that a storm of
reconnecting members costs the server almost nothing. The media process shares this file.

Format: ``base64url(json) "." base64url(hmac_sha256(json))``, without padding.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Annotated, Literal, TypeVar

import msgspec

MAX_TICKET_CHARS = 2048
"""A longer string is refused before it is decoded."""


class TicketError(Exception):
    """Base of the two ways a ticket can fail; ``code`` is stable and goes over the wire."""

    code = "ticket_invalid"


class TicketInvalid(TicketError):
    """Malformed, or not signed by this installation."""

    code = "ticket_invalid"


class TicketExpired(TicketError):
    """Properly signed, but its time is over: the page asks for a new one."""

    code = "ticket_expired"


Role = Literal["host", "assistant", "member"]


class RoomTicket(msgspec.Struct, frozen=True, kw_only=True):
    """Right to enter one room as one person, until ``exp`` (unix seconds)."""

    room: str
    member: int
    name: str
    role: Role
    session: str
    exp: int


class MediaToken(msgspec.Struct, frozen=True, kw_only=True):
    """Right to publish into, or watch, the media of one room, until ``exp`` (unix seconds).

    ``publish`` includes ``watch``: a lecturer may look at her own stream. ``speak`` is to watch,
    and to publish as a speaker: one's own voice and picture and nothing else.
    """

    room: str
    member: int
    act: Literal["publish", "speak", "watch"]
    exp: int


class PublishKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a streaming program shows for a whole class. Web alone takes it, asks each time whether
    ``member`` may still publish, and gives media a token instead."""

    room: str
    member: int
    nonce: str
    """Tells the newest key of a room from those it replaced."""
    exp: int


class LessonLease(msgspec.Struct, frozen=True, kw_only=True):
    """Right of one page to say what ``member`` plays of a lesson, until ``exp`` (unix seconds).

    ``length``: ticks or pages of the material ``version``, so that a report needs no look at it;
    ``price``: what one of them costs of the time that is believed.
    """

    lease: int
    member: int
    lesson: int
    version: int
    length: int
    price: Annotated[int, msgspec.Meta(ge=1)] = 1
    exp: int


Ticket = TypeVar("Ticket", RoomTicket, MediaToken, PublishKey, LessonLease)


def bearer_text(authorization: str) -> str:
    """The token in an Authorization header (RFC 6750 §2.1); empty when there is none.

    Streaming programs have a field for the token and differ in whether they write the word before
    it; people paste it with the word. None, one and two of them mean the same.
    """
    words = authorization.split()
    while words and words[0].lower() == "bearer":
        words.pop(0)
    return words[0] if len(words) == 1 else ""


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _mac(kind: str, body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, kind.encode() + b":" + body, hashlib.sha256).digest()


def sign(ticket: RoomTicket | MediaToken | PublishKey | LessonLease, secret: bytes) -> str:
    """Seal ``ticket``. The kind is part of the MAC: a room ticket is no media token."""
    body = msgspec.json.encode(ticket)
    return f"{_b64(body)}.{_b64(_mac(type(ticket).__name__, body, secret))}"


def verify(token: str, kind: type[Ticket], secret: bytes, now: float) -> Ticket:
    """Open ``token`` as a ``kind`` at time ``now`` (unix seconds).

    Raises:
        TicketInvalid: malformed, of another kind, or the signature does not match.
        TicketExpired: the signature is good and ``exp`` has passed.
    """
    if len(token) > MAX_TICKET_CHARS or token.count(".") != 1:
        raise TicketInvalid
    try:
        body, mac = (_unb64(part) for part in token.split("."))
    except (binascii.Error, ValueError) as bad:
        raise TicketInvalid from bad
    if not hmac.compare_digest(mac, _mac(kind.__name__, body, secret)):
        raise TicketInvalid
    try:
        ticket = msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as bad:
        raise TicketInvalid from bad
    if ticket.exp <= now:
        raise TicketExpired
    return ticket
