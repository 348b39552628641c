"""Who is here, in all processes: people, not connections; a few names, at most once a second.

Two tabs are one person, also in two processes. A reload is no departure: somebody counts as gone
only when no page of hers came back within ``GRACE`` seconds, to this process or to another.

Each process tells the others who came and went with it (``realtime.roll``), once a second at most
and by its changes; a whole list is sent to who asks for it. Who is not heard for ``SILENCE``
seconds is forgotten with all her people, unless the bus itself is away.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Literal

import msgspec

from realtime.bus import Parcel
from realtime.hub import Hub
from realtime.protocol.events import PresenceChanged
from realtime.protocol.state import Person, Presence
from realtime.roll import Ask, Delta, Digest, Full, Message, Remote, Roll, decode, encode

WINDOW = 1.0
GRACE = 3.0
SETTLE = 2.5
"""Seconds until what another process says of somebody is certain: longer than its window."""
BEAT = 1.0
"""Seconds between two looks at who is silent."""
DIGEST = 5.0
"""Seconds between two signs of life to the other processes."""
SILENCE = 15.0
"""A process not heard for so long is gone."""

Change = Literal["first", "last"]
OnChange = Callable[[str, int, Change], None]


def _not_followed(room: str, member: int) -> None:
    """Nobody wants to know who moved."""


class Roster:
    """Presence in all rooms; used on the loop's thread only.

    ``on_change(room, member, "first")`` is called when somebody comes to this process, ``"last"``
    when she is gone from all of them and was here until then. ``on_moved(room, member)`` when she
    is gone from here but present in another process, which writes for her from now on.
    """

    def __init__(
        self,
        hub: Hub,
        on_change: OnChange,
        grace: float = GRACE,
        *,
        settle: float = SETTLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.on_moved: Callable[[str, int], None] = _not_followed
        self.process = secrets.token_hex(6)
        self._hub = hub
        self._on_change = on_change
        self._grace = grace
        self._settle = settle
        self._clock = clock
        self._rolls: dict[str, Roll] = {}
        self._beating: asyncio.TimerHandle | None = None
        hub.bus.listen(self.hear, self.doubt)

    def enter(self, room: str, person: Person, expected: int | None = None) -> None:
        """A page of ``person`` is in ``room``; ``expected`` is how many members could come."""
        roll = self._roll(room)
        roll.expected = roll.expected if expected is None else expected
        returning = roll.leaving.pop(person.id, None)
        if returning is not None:
            returning.cancel()
        settling = roll.settling.pop(person.id, None)
        if settling is not None:
            settling.cancel()
        roll.pages[person.id] = roll.pages.get(person.id, 0) + 1
        before = roll.people.get(person.id)
        if before is None and settling is None:
            self._on_change(room, person.id, "first")
        if before != person:
            roll.add(person)

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
        return (roll.people.get(member) or roll.elsewhere(member)) if roll else None

    def state(self, room: str, expected: int = 0) -> Presence:
        """What a newcomer is told."""
        roll = self._rolls.get(room)
        if roll is None:
            return Presence(online=0, expected=expected, people=[])
        return roll.state()

    def members(self, room: str) -> list[int]:
        """Who is present in ``room``, in any process; callable from any thread."""
        roll = self._rolls.get(room)
        return list(roll.everybody()) if roll else []

    def close(self) -> None:
        """The server stops: cancel every timer, call nobody.

        Others keep our people until we have been silent for long: by then they have come back.
        """
        for roll in self._rolls.values():
            roll.stop()
        self._rolls.clear()
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None

    # -- other processes

    def hear(self, parcel: Parcel) -> None:
        """What another process says of its people."""
        try:
            message = decode(parcel.data)
        except msgspec.MsgspecError:
            return  # of another version; its people are missing until both run the same
        if message.process == self.process:
            return
        roll = self._roll(parcel.room)
        if isinstance(message, Ask):
            if message.of in ("", self.process) and roll.people:
                roll.answer = True
                roll.telling.poke()
            return
        remote = roll.remotes.setdefault(message.process, Remote())
        remote.heard = self._clock()
        remote.right = self._learn(roll, remote, message)
        if not remote.right:
            self._ask(parcel.room, roll, message.process)

    def doubt(self, room: str) -> None:
        """``room`` was opened, or something said in it was lost: compare lists with everybody."""
        roll = self._roll(room)
        roll.asked = 0.0
        self._ask(room, roll)
        if roll.people:
            self._sign(room, roll)

    def beat(self) -> None:
        """Say that we live, forget who does not; called every ``BEAT`` seconds."""
        now = self._clock()
        for room, roll in list(self._rolls.items()):
            if self._hub.bus.down:  # nobody can be heard: that says nothing about them
                for remote in roll.remotes.values():
                    remote.heard = now
            roll.forget(now - SILENCE)
            for name in [name for name, remote in roll.remotes.items() if not remote.right]:
                self._ask(room, roll, name)
            if roll.people and now - roll.told >= DIGEST:
                self._sign(room, roll)
            if roll.empty:
                self._forget(room)

    def _learn(self, roll: Roll, remote: Remote, message: Delta | Digest | Full) -> bool:
        """Take in what was said; False when it does not fit to what is known."""
        if isinstance(message, Digest):
            if not roll.people:
                roll.expected = message.expected
            return remote.agrees(message)
        if isinstance(message, Full):
            if not roll.people:
                roll.expected = message.expected
            complete = remote.put(message)
            if complete:
                roll.changed()
            return complete or message.part < message.parts - 1
        fits = remote.apply(message)
        roll.changed()
        return fits

    def _ask(self, room: str, roll: Roll, of: str = "") -> None:
        """At most once a second: the answer may be long."""
        now = self._clock()
        if roll.asked == 0.0 or now - roll.asked >= WINDOW:
            roll.asked = now
            self._send(room, Ask(self.process, of))

    def _sign(self, room: str, roll: Roll) -> None:
        self._tell_changes(room, roll)
        roll.told = self._clock()
        self._send(room, Digest(self.process, roll.number, len(roll.people), roll.expected))

    def _tell(self, room: str) -> None:
        """What changed with us since the last time; the whole list if somebody wants it."""
        roll = self._rolls.get(room)
        if roll is None:
            return
        self._tell_changes(room, roll)
        if roll.answer:
            roll.answer = False
            for full in roll.fulls(self.process):
                self._send(room, full)

    def _tell_changes(self, room: str, roll: Roll) -> None:
        for delta in roll.deltas(self.process):
            self._send(room, delta)

    def _send(self, room: str, message: Message) -> None:
        self._hub.bus.publish(Parcel(kind="here", room=room, data=encode(message)))

    # -- inside

    def _roll(self, room: str) -> Roll:
        roll = self._rolls.get(room)
        if roll is None:
            roll = Roll(WINDOW, lambda: self._announce(room), lambda: self._tell(room))
            self._rolls[room] = roll
            self._ask(room, roll)
        if self._beating is None:
            self._beating = asyncio.get_running_loop().call_later(BEAT, self._beat)
        return roll

    def _beat(self) -> None:
        self._beating = None
        self.beat()
        if self._rolls:
            self._beating = asyncio.get_running_loop().call_later(BEAT, self._beat)

    def _gone(self, room: str, member: int) -> None:
        """The grace is over. Who seems to be in another process may be on her way out there too:
        only when she is still there a little later, that process writes for her."""
        roll = self._rolls[room]
        del roll.leaving[member], roll.pages[member]
        roll.remove(member)
        if roll.elsewhere(member) is None:
            self._on_change(room, member, "last")
            self._forget_if_empty(room, roll)
            return
        loop = asyncio.get_running_loop()
        roll.settling[member] = loop.call_later(self._settle, self._settled, room, member)

    def _settled(self, room: str, member: int) -> None:
        roll = self._rolls[room]
        del roll.settling[member]
        if roll.elsewhere(member) is None:
            self._on_change(room, member, "last")
        else:
            self.on_moved(room, member)
        self._forget_if_empty(room, roll)

    def _forget_if_empty(self, room: str, roll: Roll) -> None:
        if roll.empty:
            self._announce(room)
            self._forget(room)

    def _forget(self, room: str) -> None:
        self._tell(room)
        self._rolls.pop(room).stop()

    def _announce(self, room: str) -> None:
        """To the pages of this process: every process has the union itself."""
        roll = self._rolls.get(room)
        if roll is not None and self._hub.online(room):
            data = msgspec.json.encode(PresenceChanged(presence=roll.state()))
            self._hub.channel(room).add_keyed("presence", "all", data)
