"""The room's log: one durable event per number, one carrying out per command. Writes, never tells.

Every writer of a room goes through ``lock_room``: on PostgreSQL the row lock keeps the numbers of a
room in the order of their commits, on SQLite the one write lock does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
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


def earlier_seqs(room_id: int, commands: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The events that commands (person and id) have caused already; new ones are absent."""
    members, ids = zip(*commands, strict=True)
    # Named by person too: it is the index of the unique constraint that answers.
    rows = RoomEvent.objects.filter(room=room_id, actor__in=set(members), client_id__in=set(ids))
    found = rows.values_list("actor", "client_id", "seq")
    return {(member, id): seq for member, id, seq in found if member is not None and id is not None}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to be written: who did it, with which command (None: it accompanies another)."""

    member: int
    command_id: str | None
    make: Callable[[int], DurableEvent]
    """The event with the number it is given."""


def write_events(room: Room, entries: Sequence[Entry], at: datetime) -> list[DurableEvent]:
    """Number the events of a locked room and store them exactly as they are sent."""
    events = [entry.make(room.last_seq + place) for place, entry in enumerate(entries, 1)]
    payloads = [msgspec.to_builtins(event) for event in events]
    RoomEvent.objects.bulk_create(
        RoomEvent(
            room=room,
            seq=event.seq,
            type=payload["type"],
            payload=payload,
            actor_id=entry.member,
            client_id=entry.command_id,
            at=at,
        )
        for entry, event, payload in zip(entries, events, payloads, strict=True)
    )
    room.last_seq += len(events)
    Room.objects.filter(pk=room.pk).update(last_seq=room.last_seq)
    return events
