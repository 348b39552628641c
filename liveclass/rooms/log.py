"""The room's log: one durable event per number, one carrying out per command. Writes, never tells.

Every writer of a room goes through ``lock_room``: on PostgreSQL the row lock keeps the numbers of a
room in the order of their commits, on SQLite the one write lock does.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

import msgspec
from django.db import connection, transaction

from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room, RoomEvent
from realtime.protocol.events import DurableEvent


def in_transaction() -> AbstractContextManager[object]:
    """The running transaction, or one of its own for callers that have none.

    The writer gives every command a savepoint already; a second one would only cost.
    """
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


def lock_room(room_id: int) -> Room:
    """The room as it is now, nobody else writing to it until the transaction ends."""
    rooms = Room.objects.select_related("session").select_for_update(of=("self",))
    return rooms.get(pk=room_id)


def earlier_seq(actor: Actor, command_id: str) -> int | None:
    """The event this command of this person has caused already, None if it has not."""
    mine = RoomEvent.objects.filter(room=actor.room_id, actor=actor.member, client_id=command_id)
    return mine.values_list("seq", flat=True).first()


def next_seq(room: Room) -> int:
    """Take the next number of a locked room."""
    room.last_seq += 1
    room.save(update_fields=["last_seq"])
    return room.last_seq


def write_event(
    room: Room, event: DurableEvent, at: datetime, member: int | None, command_id: str | None
) -> None:
    """Store ``event`` exactly as it is sent; ``command_id`` None marks one that accompanies."""
    payload = msgspec.to_builtins(event)
    RoomEvent.objects.create(
        room=room,
        seq=event.seq,
        type=payload["type"],
        payload=payload,
        actor_id=member,
        client_id=command_id,
        at=at,
    )
