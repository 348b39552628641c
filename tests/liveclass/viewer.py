"""Somebody who looked at a room once and has only heard events since."""

from __future__ import annotations

from msgspec.structs import replace

from liveclass.rooms.actor import Actor
from liveclass.snapshot import room_state
from realtime.protocol.state import RoomState
from tests.liveclass.reference_apply import apply
from tests.liveclass.world import Heard


def fresh(actor: Actor, like: RoomState) -> RoomState:
    """A new snapshot, with the clock, the presence and the lines of ``like``: those are not the
    database's."""
    return replace(room_state(actor, like.presence, like.lines), now=like.now)


class Viewer:
    """The page of one person, without a page."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.state = room_state(actor)

    def hears(self, one: Heard) -> bool:
        """Whether an announcement reaches this person."""
        if one.kind == "private":
            return one.member == self.actor.member
        return one.to == "all" or (one.to == "staff") == self.actor.is_staff

    def hear(self, heard: list[Heard]) -> None:
        """Apply what reaches this person."""
        for one in heard:
            if one.kind != "kick" and self.hears(one):
                self.state = apply(self.state, one.event)

    def check(self) -> None:
        """The law."""
        assert self.state == fresh(self.actor, self.state)
