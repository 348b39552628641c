"""When a room accepts what its people do. Knows no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from liveclass.rooms.actor import Actor
from realtime.protocol.refusals import Refusal

OPENS_BEFORE = timedelta(minutes=30)
"""How long before the start people may write, ask, vote and raise hands."""


class HasPhase(Protocol):
    """A room, as far as its doors are concerned."""

    state: str


def require_open(room: HasPhase, starts_at: datetime, now: datetime) -> None:
    """Raise unless the room takes part in the class: shortly before the start until the end."""
    require_not_ended(room)
    if room.state == "scheduled" and now < starts_at - OPENS_BEFORE:
        raise Refusal("class_not_live")


def require_not_ended(room: HasPhase) -> None:
    """Raise when the class is over."""
    if room.state == "ended":
        raise Refusal("class_ended")


def require_staff(actor: Actor) -> None:
    """Raise unless host or assistant."""
    if not actor.is_staff:
        raise Refusal("staff_only")


def require_host(actor: Actor) -> None:
    """Raise unless host."""
    if not actor.is_host:
        raise Refusal("host_only")
