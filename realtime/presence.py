"""Who is here: people, not connections; counts and a few names, at most once a second.

Two tabs are one person. A reload is no departure: somebody counts as gone only when no page of hers
came back within ``GRACE`` seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from realtime.hub import Hub
from realtime.protocol.events import PresenceChanged
from realtime.protocol.state import PRESENCE_NAMES, Person, Presence
from realtime.window import Window

WINDOW = 1.0
GRACE = 3.0

Change = Literal["first", "last"]
OnChange = Callable[[str, int, Change], None]

_RANK = {"host": 0, "assistant": 1, "member": 2}


class _Roll:
    """The people of one room, in order of arrival."""

    def __init__(self, flush: Callable[[], None]) -> None:
        self.people: dict[int, Person] = {}
        self.pages: dict[int, int] = {}
        self.leaving: dict[int, asyncio.TimerHandle] = {}
        self.expected = 0
        self.window = Window(WINDOW, flush)

    def state(self) -> Presence:
        """The counts, and the staff before the others."""
        shown = sorted(self.people.values(), key=lambda person: _RANK[person.role])
        return Presence(
            online=len(self.people), expected=self.expected, people=shown[:PRESENCE_NAMES]
        )


class Roster:
    """Presence in all rooms of this process; used on the loop's thread only.

    ``on_change(room, member, "first" | "last")`` is called when somebody comes or is gone.
    """

    def __init__(self, hub: Hub, on_change: OnChange, grace: float = GRACE) -> None:
        self._hub = hub
        self._on_change = on_change
        self._grace = grace
        self._rolls: dict[str, _Roll] = {}

    def enter(self, room: str, person: Person, expected: int | None = None) -> None:
        """A page of ``person`` is in ``room``; ``expected`` is how many people could come."""
        roll = self._rolls.get(room) or self._open(room)
        roll.expected = roll.expected if expected is None else expected
        returning = roll.leaving.pop(person.id, None)
        if returning is not None:
            returning.cancel()
        new = person.id not in roll.people
        roll.people[person.id] = person
        roll.pages[person.id] = roll.pages.get(person.id, 0) + 1
        if new:
            self._on_change(room, person.id, "first")
            roll.window.poke()

    def leave(self, room: str, member: int) -> None:
        """A page of ``member`` went away."""
        roll = self._rolls.get(room)
        if roll is None or roll.pages.get(member, 0) == 0:
            return
        roll.pages[member] -= 1
        if roll.pages[member] == 0:
            loop = asyncio.get_running_loop()
            roll.leaving[member] = loop.call_later(self._grace, self._gone, room, member)

    def known(self, room: str, member: int) -> Person | None:
        """``member`` as she was last seen in ``room``, while she counts as present."""
        roll = self._rolls.get(room)
        return roll.people.get(member) if roll else None

    def state(self, room: str, expected: int = 0) -> Presence:
        """What a newcomer is told."""
        roll = self._rolls.get(room)
        if roll is None:
            return Presence(online=0, expected=expected, people=[])
        return roll.state()

    def members(self, room: str) -> list[int]:
        """Who is present in ``room``; callable from any thread."""
        roll = self._rolls.get(room)
        return list(roll.people) if roll else []

    def close(self) -> None:
        """The server stops: cancel every timer, call nobody."""
        for roll in self._rolls.values():
            roll.window.cancel()
            for timer in roll.leaving.values():
                timer.cancel()
        self._rolls.clear()

    def _open(self, room: str) -> _Roll:
        roll = self._rolls[room] = _Roll(lambda: self._announce(room))
        return roll

    def _gone(self, room: str, member: int) -> None:
        roll = self._rolls[room]
        del roll.leaving[member], roll.pages[member], roll.people[member]
        self._on_change(room, member, "last")
        roll.window.poke()
        if not roll.people:
            roll.window.cancel()
            del self._rolls[room]

    def _announce(self, room: str) -> None:
        roll = self._rolls.get(room)
        if roll is not None:
            self._hub.keyed(room, "presence", PresenceChanged(presence=roll.state()))
