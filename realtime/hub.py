"""One hub per process: who sits in which room, and what reaches her.

Every announcement is encoded once. Four classes (realtime.md 4.2): *durable* events are ordered by
``seq``, kept in a ring for those who come back, and sent in leading-edge batches; *keyed* values
are coalesced, newest wins; reactions are added up; *private* events go to all pages of one person.

``durable``, ``keyed``, ``private`` and ``kick`` may be called from any thread, and are called from
``actions.py`` only, after commit (``after_commit``). Everything else belongs to the loop's thread.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.db import transaction

from realtime.bus import Audience, Bus, LocalBus, Parcel
from realtime.keyed import Keyed
from realtime.outbox import Frame, Need, Outbox, joined
from realtime.protocol.events import (
    DurableEvent,
    KeyedEvent,
    PrivateEvent,
    ReactionBurst,
)
from realtime.protocol.refusals import RefusalCode
from realtime.protocol.state import ReactionCount, ReactionKind
from realtime.ring import Ring
from realtime.window import Window

DURABLE_WINDOW = 0.04
KEYED_WINDOW = 0.2
CROWDED_WINDOW = 0.5
CROWD = 2000
"""Seats above which keyed values go out twice a second instead of five times."""
SLICE = 256
"""Seats served before the loop gets a turn for others."""
GAP_WAIT = 0.5
"""Seconds a missing durable event is waited for."""
IDLE = 600.0
"""Seconds an empty room keeps its ring, so that its members can come back."""
HELD = 64
"""Private frames kept for a seat that still waits for its snapshot."""

encode = msgspec.json.encode


def after_commit(announce: Callable[[], object]) -> None:
    """Call ``announce`` when the running transaction has committed, and never if it rolls back."""
    transaction.on_commit(announce, robust=True)


class Seat:
    """One connection of one person in one room.

    ``cursor`` is the durable ``seq`` it has been sent, None until it got its snapshot. ``end`` is
    called with a refusal code when the person is sent out, with None when the server stops.
    """

    __slots__ = ("cursor", "end", "held", "member", "outbox", "room", "staff")

    def __init__(self, room: str, member: int, staff: bool, outbox: Outbox) -> None:
        self.room = room
        self.member = member
        self.staff = staff
        self.outbox = outbox
        self.cursor: int | None = None
        self.held: deque[Frame] = deque(maxlen=HELD)
        self.end: Callable[[RefusalCode | None], None] = lambda code: None

    def hears(self, to: Audience) -> bool:
        """Whether something said to ``to`` is for this seat."""
        return to == "all" or (to == "staff") == self.staff


class _Room:
    """The seats of one room and what is on its way to them."""

    def __init__(self) -> None:
        self.seats: dict[Seat, None] = {}
        self.people: dict[int, set[Seat]] = {}
        self.ring = Ring()
        self.keyed = Keyed()
        self.reactions: Counter[ReactionKind] = Counter()
        self.empty_since = time.monotonic()
        self._batch: list[tuple[int, bytes]] = []
        self._outgoing: deque[tuple[Frame, Audience]] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._gap: asyncio.TimerHandle | None = None
        self._durable_window = Window(DURABLE_WINDOW, self._flush_durable)
        self.keyed_window = Window(KEYED_WINDOW, self._flush_keyed)
        self.reaction_window = Window(KEYED_WINDOW, self._flush_reactions)

    # -- what arrives

    def add_durable(self, seq: int, data: bytes) -> None:
        """Deliver an event as soon as all before it are here."""
        self._deliver_in_order(self.ring.add(seq, data))
        if self.ring.waiting and self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(GAP_WAIT, self._accept_gap)

    def add_keyed(self, key: str, to: Audience, data: bytes) -> None:
        """Replace a value and send it soon."""
        self.keyed.set(key, to, data)
        self.keyed_window.seconds = CROWDED_WINDOW if len(self.seats) > CROWD else KEYED_WINDOW
        self.keyed_window.poke()

    def stop(self) -> None:
        """Cancel timers and deliveries."""
        for window in (self._durable_window, self.keyed_window, self.reaction_window):
            window.cancel()
        if self._gap is not None:
            self._gap.cancel()
        if self._pump is not None:
            self._pump.cancel()

    def _accept_gap(self) -> None:
        self._gap = None
        self._deliver_in_order(self.ring.accept_gap())

    def _deliver_in_order(self, events: Iterable[tuple[int, bytes]]) -> None:
        for event in events:
            self._batch.append(event)
            self._durable_window.poke()

    # -- what leaves

    def _flush_durable(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            data = joined([data for _, data in batch])
            self._fan(Frame(data, first=batch[0][0], last=batch[-1][0]), "all")

    def _flush_keyed(self) -> None:
        for to, values in self.keyed.take(self.ring.last or 0).items():
            self._fan(Frame(joined(values)), to)

    def _flush_reactions(self) -> None:
        counts = [ReactionCount(kind, count) for kind, count in self.reactions.items()]
        self.reactions.clear()
        self._fan(Frame(encode(ReactionBurst(counts=counts)), Need.LOSSY), "all")

    def _fan(self, frame: Frame, to: Audience) -> None:
        """To every seat; at once in a small room, else in slices that let others have the loop."""
        if self._pump is None and len(self.seats) <= SLICE:
            self._serve(frame, to, self.seats)
            return
        self._outgoing.append((frame, to))
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._pump_out())

    async def _pump_out(self) -> None:
        try:
            while self._outgoing:
                frame, to = self._outgoing.popleft()
                seats = list(self.seats)
                for start in range(0, len(seats), SLICE):
                    self._serve(frame, to, seats[start : start + SLICE])
                    await asyncio.sleep(0)
        finally:
            self._pump = None

    def _serve(self, frame: Frame, to: Audience, seats: Iterable[Seat]) -> None:
        for seat in seats:
            if seat.cursor is None or not seat.hears(to):
                continue
            if frame.last == 0:
                seat.outbox.put(frame)
            elif seat.cursor < frame.last:
                self._serve_durable(frame, seat, seat.cursor)

    def _serve_durable(self, frame: Frame, seat: Seat, cursor: int) -> None:
        """The frame as it is, or only its newer half to a seat that entered in between."""
        if seat.outbox.lagging:
            return  # its resynchronisation brings this event too
        if cursor + 1 > frame.first:
            events = self.ring.since(cursor) or []
            newer = [data for seq, data in events if seq <= frame.last]
            frame = Frame(joined(newer), first=cursor + 1, last=frame.last)
        seat.cursor = frame.last
        seat.outbox.put(frame)


class Hub:
    """All rooms of this process. ``epoch`` names this life of the process on the wire."""

    def __init__(self, bus: Bus | None = None) -> None:
        self.epoch = secrets.token_hex(8)
        self.trace: Callable[[str, str, Any], None] | None = None
        self._bus = bus or LocalBus()
        self._rooms: dict[str, _Room] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    # -- announcing: any thread

    def durable(self, room: str, event: DurableEvent) -> None:
        """Everybody in ``room`` gets ``event``, in the order of its ``seq``, exactly once."""
        self._traced("durable", room, event)
        self._bus.publish(Parcel(kind="durable", room=room, seq=event.seq, data=encode(event)))

    def keyed(self, room: str, key: str, event: KeyedEvent, to: Audience = "all") -> None:
        """``event`` is the newest value of ``key``; older ones that wait are forgotten."""
        self._traced("keyed", room, event)
        self._bus.publish(Parcel(kind="keyed", room=room, key=key, to=to, data=encode(event)))

    def private(self, room: str, member: int, event: PrivateEvent) -> None:
        """All pages of ``member`` in ``room`` get ``event``."""
        self._traced("private", room, event)
        self._bus.publish(Parcel(kind="private", room=room, member=member, data=encode(event)))

    def kick(self, room: str, member: int, code: RefusalCode) -> None:
        """Send ``member`` out of ``room``: ``bye`` with ``code``, then close."""
        self._traced("kick", room, code)
        self._bus.publish(Parcel(kind="kick", room=room, member=member, data=code.encode()))

    def _traced(self, kind: str, room: str, what: Any) -> None:
        if self.trace is not None:
            self.trace(kind, room, what)

    # -- the loop's thread

    def attach(self) -> None:
        """Serve the running loop from now on; a second call from the same loop does nothing."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._rooms.clear()
            self._bus.attach(loop, self.receive)

    def detach(self) -> None:
        """Stop serving: cancel what waits, forget all rooms."""
        self._bus.detach()
        for room in self._rooms.values():
            room.stop()
        self._rooms.clear()
        self._loop = None

    def receive(self, parcel: Parcel) -> None:
        """One parcel from the bus."""
        match parcel.kind:
            case "durable":
                self._room(parcel.room).add_durable(parcel.seq, parcel.data)
            case "keyed":
                self._room(parcel.room).add_keyed(parcel.key, parcel.to, parcel.data)
            case "private":
                self._deliver_private(parcel)
            case "kick":
                code = msgspec.convert(parcel.data.decode(), RefusalCode)
                for seat in self._seats_of(parcel.room, parcel.member):
                    seat.end(code)

    def react(self, room: str, kind: ReactionKind) -> None:
        """Count one reaction into the next burst."""
        state = self._room(room)
        state.reactions[kind] += 1
        state.reaction_window.poke()

    def join(self, room: str, member: int, staff: bool, outbox: Outbox) -> Seat:
        """Subscribe. Nothing is sent to the seat before ``resume`` or ``release`` is called."""
        self.attach()
        state = self._room(room)
        seat = Seat(room, member, staff, outbox)
        state.seats[seat] = None
        state.people.setdefault(member, set()).add(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Unsubscribe; harmless when repeated."""
        state = self._rooms.get(seat.room)
        if state is None or seat not in state.seats:
            return
        del state.seats[seat]
        state.people[seat.member].discard(seat)
        if not state.people[seat.member]:
            del state.people[seat.member]
        if not state.seats:
            state.empty_since = time.monotonic()

    def missed(self, room: str, epoch: str, last_seq: int) -> list[bytes] | None:
        """The durable events after ``last_seq``; None when only a snapshot can help."""
        state = self._rooms.get(room)
        if state is None or epoch != self.epoch or state.ring.last is None:
            return None
        if last_seq > state.ring.last:
            return None
        events = state.ring.since(last_seq)
        return None if events is None else [data for _, data in events]

    def keyed_now(self, room: str, staff: bool, since: int = 0) -> list[bytes]:
        """The keyed values that somebody who last saw ``since`` may not have seen."""
        return self._room(room).keyed.since(since, staff)

    def release(self, seat: Seat, first: bytes, seq: int, after: Iterable[bytes] = ()) -> bool:
        """Send ``first`` (a snapshot or ``resumed``, as of ``seq``), then everything newer.

        ``after`` are private messages to send behind the events. Returns False, and sends nothing,
        when the ring no longer reaches back to ``seq``: take a newer snapshot.
        """
        state = self._room(seat.room)
        state.ring.expect(seq)
        events = state.ring.since(seq)
        if events is None:
            return False
        newer = [data for _, data in events]
        messages = [first, *newer, *state.keyed.since(seq, seat.staff), *after]
        seat.cursor = max(seq, state.ring.last or 0)
        seat.outbox.put(Frame(joined(messages), Need.ANSWER, last=seat.cursor))
        while seat.held:
            seat.outbox.put(seat.held.popleft())
        return True

    def hold(self, seat: Seat) -> None:
        """Send nothing to the seat until it is released again."""
        seat.cursor = None

    def seq(self, room: str) -> int:
        """The newest durable ``seq`` this process knows of ``room``, 0 when it knows none."""
        state = self._rooms.get(room)
        return (state.ring.last or 0) if state else 0

    def online(self, room: str) -> set[int]:
        """The people who have a page open in ``room`` on this process."""
        state = self._rooms.get(room)
        return set(state.people) if state else set()

    def seats(self) -> list[Seat]:
        """Every seat of this process."""
        return [seat for room in self._rooms.values() for seat in room.seats]

    # -- inside

    def _room(self, code: str) -> _Room:
        room = self._rooms.get(code)
        if room is None:
            self._forget_idle()
            room = self._rooms[code] = _Room()
        return room

    def _forget_idle(self) -> None:
        before = time.monotonic() - IDLE
        for code, room in list(self._rooms.items()):
            if not room.seats and room.empty_since < before:
                room.stop()
                del self._rooms[code]

    def _seats_of(self, room: str, member: int) -> list[Seat]:
        state = self._rooms.get(room)
        return list(state.people.get(member, ())) if state else []

    def _deliver_private(self, parcel: Parcel) -> None:
        frame = Frame(parcel.data, Need.EVENT)
        for seat in self._seats_of(parcel.room, parcel.member):
            if seat.cursor is None:
                seat.held.append(frame)
            else:
                seat.outbox.put(frame)


hub = Hub()
"""The hub of this process."""
