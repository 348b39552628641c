"""One hub per process: who sits in which room, and what reaches her.

Every announcement is encoded once and framed once. Four classes (realtime.md 4.2): *durable* events
are ordered by ``seq``, kept in a ring for those who come back, and sent in leading-edge batches;
*keyed* values are coalesced, newest wins; reactions are added up; *private* events go to all pages
of one person.

``durable``, ``keyed``, ``private`` and ``kick`` may be called from any thread, and are called from
``actions.py`` only, after commit (``after_commit``). Everything else belongs to the loop's thread.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from realtime.bus import Audience, Bus, LocalBus, Parcel, make_bus
from realtime.channel import KEYED_WINDOW, Channel, Counts
from realtime.frames import Frame, Need, joined
from realtime.later import Later
from realtime.outbox import Outbox
from realtime.protocol.captions import CaptionHinted
from realtime.protocol.events import (
    ChatRecalled,
    DurableEvent,
    KeyedEvent,
    PollPublished,
    PrivateEvent,
    QuestionChanged,
    ReactionBurst,
    SlidesPointed,
)
from realtime.protocol.refusals import RefusalCode
from realtime.protocol.state import ReactionCount, ReactionKind
from realtime.seat import Seat
from realtime.window import Window

__all__ = ["Hub", "Seat", "after_commit", "hub"]

MAX_PAGES = 8
"""Pages one person may have open in one room and process; one more ends the oldest."""
HIDES = "hides"
"""Key of a durable parcel that takes back something said before."""
STARTED = b'{"type":"class.started"'
IDLE = 600.0
"""Seconds an empty room keeps its ring, so that its members can come back."""

encode = msgspec.json.encode


def after_commit(announce: Callable[[], object]) -> None:
    """Call ``announce`` when the running transaction has committed, and never if it rolls back."""
    transaction.on_commit(announce, robust=True)


def hides(event: DurableEvent) -> bool:
    """Whether something said before must not be told any more."""
    if isinstance(event, QuestionChanged):
        return event.question.phase == "dismissed"
    if isinstance(event, PollPublished):
        return event.answers is not None  # perhaps told anew because one was hidden
    return isinstance(event, ChatRecalled)


class _Reactions:
    """Reactions of this process that wait for their burst, at most five bursts a second."""

    def __init__(self, publish: Callable[[bytes], None]) -> None:
        self._counts: Counter[ReactionKind] = Counter()
        self._publish = publish
        self._window = Window(KEYED_WINDOW, self._flush)

    def add(self, kind: ReactionKind) -> None:
        """Count one."""
        self._counts[kind] += 1
        self._window.poke()

    def stop(self) -> None:
        """Forget what waits."""
        self._window.cancel()

    def _flush(self) -> None:
        counts = [ReactionCount(kind, count) for kind, count in self._counts.items()]
        self._counts.clear()
        self._publish(encode(ReactionBurst(counts=counts)))


class Hub:
    """All rooms of this process.

    ``heal`` is called with a room whose events may be missing here; who set it brings the room up
    to date from the database. ``started`` is called with a room whose class has begun.
    """

    def __init__(self, bus: Bus | None = None) -> None:
        self.trace: Callable[[str, str, Any], None] | None = None
        self.heal: Callable[[str], object] = self._skip_gap
        self.started: Callable[[str], object] = lambda room: None
        self.counts = Counts()
        self.bus = bus or LocalBus()
        self.recounts = Later()
        self._channels: dict[str, Channel] = {}
        self._reactions: dict[str, _Reactions] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    # -- announcing: any thread

    def durable(self, room: str, event: DurableEvent) -> None:
        """Everybody in ``room`` gets ``event``, in the order of its ``seq``, exactly once."""
        self._traced("durable", room, event)
        key = HIDES if hides(event) else ""
        parcel = Parcel(kind="durable", room=room, seq=event.seq, key=key, data=encode(event))
        self.bus.publish(parcel)

    def keyed(self, room: str, key: str, event: KeyedEvent, to: Audience = "all") -> None:
        """``event`` is the newest value of ``key``; older ones that wait are forgotten."""
        self._traced("keyed", room, event)
        self.bus.publish(Parcel(kind="keyed", room=room, key=key, to=to, data=encode(event)))

    def private(self, room: str, member: int, event: PrivateEvent) -> None:
        """All pages of ``member`` in ``room`` get ``event``."""
        self._traced("private", room, event)
        self.bus.publish(Parcel(kind="private", room=room, member=member, data=encode(event)))

    def later(self, key: Hashable, announce: Callable[[], object]) -> None:
        """Call ``announce``, which reads and announces, a few times a second at most per ``key``.

        At once, and on the calling thread, in a process that serves no rooms.
        """
        self.recounts.do(key, announce)

    def kick(self, room: str, member: int, code: RefusalCode) -> None:
        """Send ``member`` out of ``room``: ``bye`` with ``code``, then close."""
        self._traced("kick", room, code)
        self.bus.publish(Parcel(kind="kick", room=room, member=member, data=code.encode()))

    def _traced(self, kind: str, room: str, what: Any) -> None:
        if self.trace is not None:
            self.trace(kind, room, what)

    # -- the loop's thread

    def attach(self) -> None:
        """Serve the running loop from now on; a second call from the same loop does nothing."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._channels.clear()
            self.bus.attach(loop, self.receive, self.doubt)

    def detach(self) -> None:
        """Stop serving: cancel what waits, forget all rooms."""
        self.bus.detach()
        self.recounts.detach()
        for channel in self._channels.values():
            channel.stop()
        for reactions in self._reactions.values():
            reactions.stop()
        self._channels.clear()
        self._reactions.clear()
        self._loop = None

    def receive(self, parcel: Parcel) -> None:
        """One parcel from the bus."""
        match parcel.kind:
            case "durable":
                channel = self.channel(parcel.room)
                channel.add_durable(parcel.seq, parcel.data, hides=parcel.key == HIDES)
                if parcel.data.startswith(STARTED):
                    self.started(parcel.room)
            case "keyed":
                self.channel(parcel.room).add_keyed(parcel.key, parcel.to, parcel.data)
            case "lossy":
                self.channel(parcel.room).add_burst(parcel.data)
            case "private":
                self.tell(parcel.room, parcel.member, [parcel.data])
            case "kick":
                code = msgspec.convert(parcel.data.decode(), RefusalCode)
                self.counts.kicked += 1
                for seat in list(self._seats_of(parcel.room, parcel.member)):
                    seat.end(code)

    def tell(self, room: str, member: int, messages: list[bytes]) -> None:
        """All pages that ``member`` has open here get ``messages``."""
        seats = self._seats_of(room, member)
        if seats:
            frame = Frame(joined(messages))
            for seat in seats:
                seat.tell(frame)

    def doubt(self, room: str) -> None:
        """Something said in ``room`` may not have reached this process."""
        if room in self._channels:
            self.heal(room)

    def react(self, room: str, kind: ReactionKind) -> None:
        """Count one reaction into the next burst."""
        reactions = self._reactions.get(room)
        if reactions is None:
            publish = partial(self._publish_burst, room)
            reactions = self._reactions[room] = _Reactions(publish)
        reactions.add(kind)

    def point(self, room: str, x: float, y: float) -> None:
        """Show the laser pointer; whoever is busy misses it."""
        self._publish_burst(room, encode(SlidesPointed(x=x, y=y)))

    def caption(self, room: str, text: str) -> None:
        """Show what is being said and may still change; whoever is busy misses it."""
        self._publish_burst(room, encode(CaptionHinted(text=text)))

    def join(self, room: str, member: int, staff: bool, outbox: Outbox) -> Seat:
        """Subscribe. Nothing is sent to the seat before ``release`` is called."""
        self.attach()
        seat = Seat(room, member, staff, outbox)
        channel = self.channel(room)
        for oldest in channel.people.get(member, [])[: 1 - MAX_PAGES]:
            oldest.end("too_many_pages")
        channel.enter(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Unsubscribe; harmless when repeated."""
        channel = self._channels.get(seat.room)
        if channel is not None:
            channel.leave(seat)

    def missed(self, room: str, epoch: str, last_seq: int) -> list[bytes] | None:
        """The durable events after ``last_seq``; None when this process does not have them all."""
        channel = self._channels.get(room)
        if channel is None or not epoch or epoch != channel.epoch or channel.ring.last is None:
            return None
        if last_seq > channel.ring.last:
            return None
        events = channel.ring.since(last_seq)
        return None if events is None else [data for _, data in events]

    def release(
        self, seat: Seat, messages: Iterable[bytes], seq: int, after: Iterable[bytes] = ()
    ) -> bool:
        """Send ``messages``, which bring the seat to ``seq``, then everything newer.

        ``after`` are private messages to send behind the events. Returns False, and sends nothing,
        when the ring no longer reaches back to ``seq``: take something newer.
        """
        channel = self.channel(seat.room)
        channel.ring.expect(seq)
        events = channel.ring.since(seq)
        if events is None:
            return False
        newer = [data for _, data in events]
        keyed = channel.keyed.since(seq, seat.staff)
        data = joined([*messages, *newer, *keyed, *after])
        seat.release(Frame(data, Need.ANSWER, last=max(seq, channel.ring.last or 0)))
        return True

    def hold(self, seat: Seat) -> None:
        """Send nothing to the seat until it is released again."""
        seat.cursor = None

    def seq(self, room: str) -> int:
        """The newest durable ``seq`` this process knows of ``room``, 0 when it knows none."""
        channel = self._channels.get(room)
        return (channel.ring.last or 0) if channel else 0

    def online(self, room: str) -> set[int]:
        """The people who have a page open in ``room`` on this process."""
        channel = self._channels.get(room)
        return set(channel.people) if channel else set()

    def seats(self, room: str | None = None) -> list[Seat]:
        """Every seat of this process, or of one room in it."""
        if room is not None:
            channel = self._channels.get(room)
            return list(channel.seats) if channel else []
        return [seat for channel in self._channels.values() for seat in channel.seats]

    def seats_of(self, room: str, members: Iterable[int]) -> list[Seat]:
        """Every seat of some people in one room of this process."""
        return [seat for member in members for seat in self._seats_of(room, member)]

    def rooms(self) -> list[str]:
        """The rooms in which somebody sits in this process."""
        return [code for code, channel in self._channels.items() if channel.seats]

    def channel(self, code: str) -> Channel:
        """The room with this code, opened when it is not."""
        channel = self._channels.get(code)
        if channel is None:
            self._forget_idle()
            channel = Channel(self.counts, partial(self.doubt, code))
            self._channels[code] = channel
            self.bus.open(code)
        return channel

    # -- inside

    def _publish_burst(self, room: str, data: bytes) -> None:
        self.bus.publish(Parcel(kind="lossy", room=room, data=data))

    def _skip_gap(self, room: str) -> None:
        self.channel(room).skip_gap()

    def _forget_idle(self) -> None:
        before = time.monotonic() - IDLE
        for code, channel in list(self._channels.items()):
            if not channel.seats and channel.empty_since < before:
                channel.stop()
                del self._channels[code]
                self.bus.close(code)
                if (reactions := self._reactions.pop(code, None)) is not None:
                    reactions.stop()

    def _seats_of(self, room: str, member: int) -> list[Seat]:
        channel = self._channels.get(room)
        return channel.people.get(member, []) if channel else []


hub = Hub(make_bus(settings.REDIS_URLS))
"""The hub of this process."""
