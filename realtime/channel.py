"""The seats of one room in this process, and what is on its way to them.

Nothing queues here: each class of events (durable, keyed, lossy) is turned into a frame when its
turn has come, with everything that has happened until then. So a room that is slower than its
events sends fewer, larger frames instead of falling behind.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from realtime.bus import Audience
from realtime.frames import Frame, Need, joined
from realtime.keyed import Keyed
from realtime.ring import Ring
from realtime.seat import Seat
from realtime.window import Window

DURABLE_WINDOW = 0.04
DURABLE_WINDOW_MOST = 0.12
"""Seconds in which durable events share a frame: in a small room, and in the largest."""
SHARE = 5.0
"""The window of durable events, in times of what one delivery to the whole room takes."""
KEYED_WINDOW = 0.2
CROWDED_WINDOW = 0.5
CROWD = 2000
"""Seats above which keyed values go out twice a second instead of five times."""
SLICE = 256
"""Seats served before the loop gets a turn for others: about 3 ms."""
GAP_WAIT = 0.5
"""Seconds a missing durable event is waited for before somebody is asked to find it."""
BURSTS = 16
"""Bursts of reactions that may wait for their frame; the oldest go first."""

Kind = Literal["durable", "keyed", "lossy"]


@dataclass
class Counts:
    """What this process has delivered; shown by ``/metrics``.

    ``frames`` were encoded for many, each once; ``deliveries`` are frames handed to connections.
    """

    frames: int = 0
    deliveries: int = 0
    bytes: int = 0
    events: int = 0
    batches: int = 0
    kicked: int = 0
    refused: dict[str, int] = field(default_factory=dict)


class Channel:
    """One room. ``doubt`` is called when a durable event stays missing."""

    def __init__(self, counts: Counts, doubt: Callable[[], None] = lambda: None) -> None:
        self.seats: dict[Seat, None] = {}
        self.people: dict[int, list[Seat]] = {}
        self.ring = Ring()
        self.keyed = Keyed()
        self.epoch = ""
        self.known: set[Audience] = set()
        """Whose newest values have been read from the database once."""
        self.empty_since = time.monotonic()
        self._counts = counts
        self._doubt = doubt
        self._batch: list[tuple[int, bytes]] = []
        self._serving: list[tuple[int, bytes]] = []
        self._bursts: list[bytes] = []
        self._due: dict[Kind, None] = {}
        self._pump: asyncio.Task[None] | None = None
        self._gap: asyncio.TimerHandle | None = None
        self._durable_window = Window(DURABLE_WINDOW, lambda: self._flush("durable"))
        self._keyed_window = Window(KEYED_WINDOW, lambda: self._flush("keyed"))

    # -- what arrives

    def add_durable(self, seq: int, data: bytes, *, hides: bool = False) -> None:
        """Deliver an event as soon as all before it are here.

        One that ``hides`` something said before makes the ring forget: who comes back gets it from
        the log, as it may be told now.
        """
        if hides:
            self.ring.forget()
        self._deliver(self.ring.add(seq, data))
        if self.ring.waiting and self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(GAP_WAIT, self._miss)

    def skip_gap(self) -> None:
        """Nobody can find the missing event: go on behind it."""
        self._deliver(self.ring.accept_gap())

    def add_keyed(self, key: str, to: Audience, data: bytes) -> None:
        """Replace a value and send it soon."""
        self.keyed.set(key, to, data)
        self._keyed_window.seconds = CROWDED_WINDOW if len(self.seats) > CROWD else KEYED_WINDOW
        self._keyed_window.poke()

    def add_burst(self, data: bytes) -> None:
        """Send a burst of reactions now or never."""
        self._bursts.append(data)
        del self._bursts[:-BURSTS]
        self._flush("lossy")

    def _miss(self) -> None:
        """The missing event has not come by itself; ask for it until it is found or given up."""
        self._gap = None
        if self.ring.waiting:
            self._gap = asyncio.get_running_loop().call_later(GAP_WAIT, self._miss)
            self._doubt()

    def _deliver(self, events: Iterable[tuple[int, bytes]]) -> None:
        for event in events:
            self._batch.append(event)
            self._durable_window.poke()

    # -- who listens

    def enter(self, seat: Seat) -> None:
        """Add a seat; it is sent nothing before it is released."""
        self.seats[seat] = None
        self.people.setdefault(seat.member, []).append(seat)

    def stand_in(self, epoch: str) -> None:
        """The room's numbers count in ``epoch``; those of another one mean nothing any more."""
        if self.epoch and self.epoch != epoch:
            self.ring, self.keyed = Ring(), Keyed()
            self.known.clear()
        self.epoch = epoch

    def leave(self, seat: Seat) -> None:
        """Remove a seat; harmless when repeated."""
        if seat not in self.seats:
            return
        del self.seats[seat]
        mine = self.people[seat.member]
        mine.remove(seat)
        if not mine:
            del self.people[seat.member]
        if not self.seats:
            self.empty_since = time.monotonic()

    def stop(self) -> None:
        """Cancel timers and deliveries."""
        self._durable_window.cancel()
        self._keyed_window.cancel()
        if self._gap is not None:
            self._gap.cancel()
        if self._pump is not None:
            self._pump.cancel()

    # -- what leaves

    def _flush(self, kind: Kind) -> None:
        """At once in a small room, else in slices that let others have the loop."""
        if self._pump is None and len(self.seats) <= SLICE:
            for frame, to in self._take(kind):
                self._serve(frame, to, list(self.seats))
            return
        self._due[kind] = None
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._pump_out())

    async def _pump_out(self) -> None:
        try:
            while self._due:
                kind = next(iter(self._due))
                del self._due[kind]
                cost = 0.0
                for frame, to in self._take(kind):
                    cost += await self._fan(frame, to)
                if kind == "durable":
                    widest = min(cost * SHARE, DURABLE_WINDOW_MOST)
                    self._durable_window.seconds = max(DURABLE_WINDOW, widest)
        finally:
            self._pump = None

    async def _fan(self, frame: Frame, to: Audience) -> float:
        """To every seat, slice by slice; the seconds it took without what others did between."""
        seats, cost = list(self.seats), 0.0
        for start in range(0, len(seats), SLICE):
            began = time.perf_counter()
            self._serve(frame, to, seats[start : start + SLICE])
            cost += time.perf_counter() - began
            await asyncio.sleep(0)
        return cost

    def _take(self, kind: Kind) -> Iterator[tuple[Frame, Audience]]:
        """The frames for everything of one kind that waits now."""
        if kind == "durable" and self._batch:
            batch, self._batch = self._batch, []
            self._serving = batch
            self._counts.batches += 1
            self._counts.events += len(batch)
            self._counts.frames += 1
            data = joined([data for _, data in batch])
            yield Frame(data, first=batch[0][0], last=batch[-1][0]), "all"
        elif kind == "keyed":
            for to, values in self.keyed.take(self.ring.last or 0).items():
                self._counts.frames += 1
                yield Frame(joined(values)), to
        elif kind == "lossy" and self._bursts:
            bursts, self._bursts = self._bursts, []
            self._counts.frames += 1
            yield Frame(joined(bursts), Need.LOSSY), "all"

    def _serve(self, frame: Frame, to: Audience, seats: list[Seat]) -> None:
        served = 0
        first, last = frame.first, frame.last
        for seat in seats:
            cursor = seat.cursor
            if cursor is None or (to != "all" and not seat.hears(to)):
                continue
            if last:
                if cursor >= last:
                    continue
                if cursor + 1 > first:
                    self._serve_newer(frame, seat, cursor)
                    continue
                seat.cursor = last
            seat.outbox.put(frame)
            served += 1
        self._counts.deliveries += served
        self._counts.bytes += served * frame.size

    def _serve_newer(self, frame: Frame, seat: Seat, cursor: int) -> None:
        """Only the newer half to a seat that entered in between."""
        newer = [data for seq, data in self._serving if seq > cursor]
        seat.cursor = frame.last
        seat.outbox.put(Frame(joined(newer), first=cursor + 1, last=frame.last))
