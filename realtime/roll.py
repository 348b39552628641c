"""The people of one room: ours, and what other processes say of theirs.

Each process numbers the changes of its own list. Others apply change ``n + 1`` to list ``n`` and
ask for the whole list when a number is missing, so a list is exact or known to be old.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator

import msgspec

from realtime.protocol.state import PRESENCE_NAMES, Person, Presence
from realtime.window import Window

PARCEL_BYTES = 48 * 1024
"""People of one message take at most so much; a parcel is at most 64 KiB."""

_RANK = {"host": 0, "assistant": 1, "member": 2}


class Delta(msgspec.Struct, tag="delta", frozen=True):
    """The list of ``process`` has become ``number`` by these changes."""

    process: str
    number: int
    came: list[Person] = []
    gone: list[int] = []


class Digest(msgspec.Struct, tag="digest", frozen=True):
    """``process`` lives, and its list is still ``number`` with ``count`` people."""

    process: str
    number: int
    count: int
    expected: int


class Full(msgspec.Struct, tag="full", frozen=True):
    """A part of the whole list ``number`` of ``process``, counted from 0."""

    process: str
    number: int
    part: int
    parts: int
    expected: int
    people: list[Person]


class Ask(msgspec.Struct, tag="ask", frozen=True):
    """``process`` wants the whole list of ``of``, or of everybody when that is empty."""

    process: str
    of: str = ""


Message = Delta | Digest | Full | Ask
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Message).decode


class Remote:
    """The list of one other process, as far as it is known."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.number = -1
        self.heard = 0.0
        self.right = False
        """Whether nothing is known to be missing."""
        self._parts: dict[int, list[Person]] = {}
        self._coming = -1

    def apply(self, delta: Delta) -> bool:
        """Whether the change fitted to what is known."""
        if delta.number <= self.number:
            return True
        if self.number < 0 or delta.number != self.number + 1:
            return False
        self.number = delta.number
        for member in delta.gone:
            self.people.pop(member, None)
        self.people.update((person.id, person) for person in delta.came)
        return True

    def agrees(self, digest: Digest) -> bool:
        """Whether what is known is what ``digest`` says."""
        return (digest.number, digest.count) == (self.number, len(self.people))

    def put(self, full: Full) -> bool:
        """Take a part; whether the list is complete now."""
        if full.number < self.number:
            return False
        if full.number != self._coming:
            self._coming, self._parts = full.number, {}
        self._parts[full.part] = full.people
        if len(self._parts) < full.parts:
            return False
        self.number = full.number
        self.people = {one.id: one for part in self._parts.values() for one in part}
        self._coming, self._parts = -1, {}
        return True


class Roll:
    """``flush`` announces the union to the pages here, ``tell`` our changes to other processes."""

    def __init__(self, wait: float, flush: Callable[[], None], tell: Callable[[], None]) -> None:
        self.people: dict[int, Person] = {}
        self.pages: dict[int, int] = {}
        self.leaving: dict[int, asyncio.TimerHandle] = {}
        self.settling: dict[int, asyncio.TimerHandle] = {}
        self.remotes: dict[str, Remote] = {}
        self.expected = 0
        # Never one that this process has used before for the room: others may remember it.
        self.number = time.monotonic_ns() // 1_000_000
        self.told = 0.0
        self.asked = 0.0
        self.answer = False
        """Whether somebody waits for our whole list."""
        self.window = Window(wait, flush)
        self.telling = Window(wait, tell)
        self._came: dict[int, Person] = {}
        self._gone: dict[int, None] = {}
        self._state: Presence | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remember."""
        return not (self.people or self.remotes or self.settling)

    def add(self, person: Person) -> None:
        """``person`` is here."""
        self.people[person.id] = person
        self._gone.pop(person.id, None)
        self._came[person.id] = person
        self.changed()
        self.telling.poke()

    def remove(self, member: int) -> None:
        """``member`` is not here any more."""
        del self.people[member]
        self._came.pop(member, None)
        self._gone[member] = None
        self.changed()
        self.telling.poke()

    def elsewhere(self, member: int) -> Person | None:
        """``member`` as another process has her."""
        for remote in self.remotes.values():
            if member in remote.people:
                return remote.people[member]
        return None

    def changed(self) -> None:
        """The union may be another now."""
        self._state = None
        self.window.poke()

    def forget(self, before: float) -> None:
        """Drop the lists of processes that were last heard before that time."""
        silent = [name for name, remote in self.remotes.items() if remote.heard < before]
        for name in silent:
            del self.remotes[name]
        if silent:
            self.changed()

    def everybody(self) -> dict[int, Person]:
        """The union, by id."""
        found: dict[int, Person] = {}
        for remote in self.remotes.values():
            found.update(remote.people)
        found.update(self.people)
        return found

    def state(self) -> Presence:
        """How many members are here, and the staff before the others by name."""
        if self._state is None or self._state.expected != self.expected:
            found = list(self.everybody().values())
            staff = [one for one in found if one.role != "member"]
            members = [one for one in found if one.role == "member"]
            shown = [*sorted(staff, key=lambda one: _RANK[one.role]), *members[:PRESENCE_NAMES]]
            self._state = Presence(
                online=len(members), expected=self.expected, people=shown[:PRESENCE_NAMES]
            )
        return self._state

    def deltas(self, process: str) -> Iterator[Delta]:
        """What changed since the last call, in pieces of bounded size."""
        came, self._came = list(self._came.values()), {}
        gone, self._gone = list(self._gone), {}
        for piece in pieces(came):
            self.number += 1
            yield Delta(process, self.number, came=piece)
        for start in range(0, len(gone), 4096):
            self.number += 1
            yield Delta(process, self.number, gone=gone[start : start + 4096])

    def fulls(self, process: str) -> Iterator[Full]:
        """Our whole list, in pieces of bounded size. Deltas that wait must be told first."""
        parts = list(pieces(self.people.values())) or [[]]
        for part, people in enumerate(parts):
            yield Full(process, self.number, part, len(parts), self.expected, people)

    def stop(self) -> None:
        """Cancel every timer."""
        self.window.cancel()
        self.telling.cancel()
        for timer in [*self.leaving.values(), *self.settling.values()]:
            timer.cancel()


def pieces(people: Iterable[Person]) -> Iterator[list[Person]]:
    """``people`` in lists that stay below ``PARCEL_BYTES`` when encoded."""
    piece: list[Person] = []
    size = 0
    for person in people:
        more = len(encode(person))
        if piece and size + more > PARCEL_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(person)
        size += more
    if piece:
        yield piece
