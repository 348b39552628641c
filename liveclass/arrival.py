"""What is read from the database when somebody enters a room or comes back to it."""

from __future__ import annotations

import msgspec

from liveclass import snapshot
from liveclass.rooms import queries as rooms
from liveclass.rooms.actor import Actor
from realtime.protocol.state import RoomState
from realtime.tickets import RoomTicket


def arrive(ticket: RoomTicket) -> tuple[Actor, RoomState]:
    """Everything a newcomer needs, of one moment. Refusal when she was sent out."""
    actor = _actor(ticket)
    return actor, snapshot.room_state(actor)


def come_back(ticket: RoomTicket) -> tuple[Actor, list[bytes]]:
    """Her own marks, which the ring of events does not hold. Refusal as in ``arrive``."""
    actor = _actor(ticket)
    return actor, [msgspec.json.encode(event) for event in snapshot.mine(actor)]


def _actor(ticket: RoomTicket) -> Actor:
    """The bearer: audience and role were decided a minute ago, being sent out may be newer."""
    actor = rooms.actor_of(ticket.room, ticket.member, ticket.role)
    rooms.require_not_removed(actor.room_id, actor.member)
    return actor
