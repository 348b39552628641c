"""What is read from the database when people enter a room or come back to it.

Two things keep a storm of returning members cheap (realtime.md 4.3): the shared part of a snapshot
is read and encoded once for all who come within ``FRESH`` seconds, and the own marks of everybody
who waits are read together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from liveclass import log, snapshot
from liveclass.questions import queries as questions
from liveclass.rooms import queries as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.entry import Doors, doors_for
from liveclass.rooms.models import Room
from liveclass.rooms.people import find_people, person
from realtime.bus import Audience
from realtime.protocol.events import Snapshot
from realtime.protocol.refusals import RefusalCode
from realtime.protocol.state import Person, Presence, StreamQuality
from realtime.tickets import RoomTicket

_ME = b'"me":"@"'

encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants to enter: who, and which events of which epoch she has already."""

    ticket: RoomTicket
    epoch: str
    last_seq: int
    log: bool
    """Whether the events after ``last_seq`` must come from the log."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one person needs beside the shared snapshot, as of ``seq`` in ``epoch``."""

    actor: Actor
    person: Person
    epoch: str
    seq: int
    expected: int
    marks: list[bytes] = field(default_factory=list)
    """For a snapshot or, when ``returns``, for a page that only missed events."""
    returns: bool = False
    missed: list[bytes] | None = None
    """From the log, when asked for and not too many."""
    own: bytes | None = None
    """A snapshot of her own, for the few whom the shared one does not show everything."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A snapshot for all members or all of the staff, with a gap for the person."""

    seq: int
    head: bytes
    tail: bytes
    keyed: list[tuple[str, Audience, bytes]]

    def for_person(self, one: Person) -> bytes:
        """The encoded ``Snapshot`` that shows ``one`` as oneself."""
        return self.head + b'"me":' + encode(one) + self.tail


def read_arrivals(code: str, wishes: Sequence[Wish]) -> list[Arrival | RefusalCode]:
    """Everything ``wishes`` need, of one moment, in their order; a code for who may not enter."""
    try:
        room = rooms.find_room(code)
    except Room.DoesNotExist:
        return ["ticket_invalid"] * len(wishes)
    members = {wish.ticket.member for wish in wishes}
    admitted = members - rooms.removed(room.pk, members)
    back = {wish.ticket.member for wish in wishes if _returns(wish, room)}
    new = {wish.ticket.member for wish in wishes if not _returns(wish, room)}
    read = _Reading(room, code)
    read.people(admitted)
    read.marks(admitted & back, every=True)
    read.marks(admitted & new, every=False)
    read.log([wish.last_seq for wish in wishes if wish.log and _returns(wish, room)])
    return [read.arrival(wish, _returns(wish, room)) for wish in wishes]


def _returns(wish: Wish, room: Room) -> bool:
    return wish.epoch == room.epoch and wish.last_seq <= room.last_seq


class _Reading:
    """What one group of people shares while it is read."""

    def __init__(self, room: Room, code: str) -> None:
        self._room = room
        self._code = code
        self._expected = rooms.expected_count(code)
        self._doors = Doors({})
        self._members: dict[int, Person] = {}
        self._marks: dict[tuple[int, bool], list[bytes]] = {}
        self._log: dict[bool, list[log.Numbered] | None] = {}
        self._aside: set[int] = set()
        self._found = find_people(())

    def people(self, members: set[int]) -> None:
        self._found = find_people(members)
        self._doors = doors_for(self._room, members)
        self._aside = questions.set_aside(self._room.pk, members)

    def marks(self, members: set[int], *, every: bool) -> None:
        if members:
            found = snapshot.marks(self._room, members, every=every)
            for member, own in found.items():
                self._marks[member, every] = [encode(mark) for mark in own]

    def log(self, since: list[int]) -> None:
        """One read for all: from the one who has been away longest but is still worth it."""
        near = [seq for seq in since if self._room.last_seq - seq <= log.MOST]
        for staff in (False, True) if near else ():
            self._log[staff] = log.told(self._room.pk, min(near), staff=staff)

    def arrival(self, wish: Wish, returns: bool) -> Arrival | RefusalCode:
        """The role is the one of now: a ticket of a minute ago makes nobody an assistant again."""
        ticket = wish.ticket
        member = self._found.get(ticket.member)
        if member is None:
            return "removed"
        role = self._doors.roles.get(member.pk)
        if role is None:
            return self._doors.refused.get(member.pk, "not_in_audience")
        actor = Actor(self._room.pk, self._code, member.pk, role)
        own: bytes | None = None
        if member.pk in self._aside and not actor.is_staff:
            own = encode(Snapshot(state=snapshot.room_state(actor)))
        return Arrival(
            actor=actor,
            person=person(member, role),
            epoch=self._room.epoch,
            seq=self._room.last_seq,
            expected=self._expected,
            marks=self._marks.get((member.pk, returns), []),
            returns=returns and own is None,
            missed=self._missed(wish, actor.is_staff) if returns and wish.log else None,
            own=own,
        )

    def _missed(self, wish: Wish, staff: bool) -> list[bytes] | None:
        events = self._log.get(staff)
        if events is None or self._room.last_seq - wish.last_seq > log.MOST:
            return None
        return [data for seq, data in events if seq > wish.last_seq]


def read_shared(
    code: str, staff: bool, presence: Presence | None, lines: Sequence[StreamQuality] = ()
) -> Shared:
    """The room as one audience sees it, encoded once."""
    state = snapshot.shared_state(code, staff=staff, presence=presence, lines=lines)
    blank = msgspec.structs.replace(state, me="@")  # cut out just below
    head, _, tail = encode(Snapshot(state=blank)).partition(_ME)
    mine: Audience = "staff" if staff else "members"
    values = snapshot.keyed_values(state, rooms.hand_count(rooms.find_room(code).pk))
    keyed = [(key, "all" if same else mine, encode(value)) for key, value, same in values]
    return Shared(seq=state.seq, head=head, tail=tail, keyed=keyed)


def read_log(code: str, since: int) -> list[log.Numbered] | None:
    """The durable events after ``since`` as all may be told them, if not too many."""
    return log.told(rooms.find_room(code).pk, since, staff=False)


def read_marks(code: str, members: Sequence[int]) -> dict[int, list[bytes]]:
    """The own marks of ``members``, each encoded."""
    found = snapshot.marks(rooms.find_room(code), members, every=True)
    return {member: [encode(mark) for mark in own] for member, own in found.items()}
