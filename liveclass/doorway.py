"""Where people wait to be let in: together, so that a hundred cost little more than one."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from liveclass.arrival import (
    Arrival,
    Shared,
    Wish,
    read_arrivals,
    read_log,
    read_marks,
    read_shared,
)
from realtime.hub import Hub
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import Presence, StreamQuality
from realtime.reader import Reader
from realtime.tickets import RoomTicket

MAX_WAITING = 5000
"""People who may wait to be let in; one more is asked to come back."""
GROUP = 200
"""People let in with one read."""
FRESH = 0.25
"""Seconds for which a shared snapshot serves everybody who comes."""
BUSY_RETRY_MS = 2000


@dataclass(slots=True, eq=False)
class _Waiting:
    wish: Wish
    room: str
    let_in: asyncio.Future[Arrival]


class Doorway:
    """Reads for those who enter. ``presence`` tells who is in a room, as newcomers see it, and
    ``lines`` how its stage arrives."""

    def __init__(
        self,
        hub: Hub,
        reader: Reader,
        presence: Callable[[str], Presence],
        lines: Callable[[str], Sequence[StreamQuality]],
    ) -> None:
        self._hub = hub
        self._reader = reader
        self._presence = presence
        self._lines = lines
        self._queue: deque[_Waiting] = deque()
        self._usher: asyncio.Task[None] | None = None
        self._shared: dict[tuple[str, bool], tuple[float, asyncio.Task[Shared]]] = {}
        self._healing: dict[str, asyncio.Task[None]] = {}

    @property
    def waiting(self) -> int:
        """People in line now."""
        return len(self._queue)

    async def arrive(self, ticket: RoomTicket, epoch: str, last_seq: int) -> Arrival:
        """What the bearer of ``ticket`` needs, who has events up to ``last_seq`` of ``epoch``.

        Raises:
            Refusal: ``removed``, ``ticket_invalid``, or ``busy`` when too many wait.
        """
        if len(self._queue) >= MAX_WAITING:
            raise Refusal("busy", BUSY_RETRY_MS)
        log = bool(epoch) and self._hub.missed(ticket.room, epoch, last_seq) is None
        let_in: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(Wish(ticket, epoch, last_seq, log), ticket.room, let_in))
        if self._usher is None or self._usher.done():
            self._usher = asyncio.create_task(self._let_in(), name="usher")
        return await let_in

    async def shared(self, room: str, *, staff: bool) -> Shared:
        """The snapshot everybody in ``room`` shares, at most ``FRESH`` seconds old."""
        now = time.monotonic()
        made, reading = self._shared.get((room, staff), (0.0, None))
        if reading is None or now - made > FRESH:
            self._forget(now)
            read = self._read_shared(room, staff)
            reading = asyncio.create_task(read, name="snapshot")
            self._shared[room, staff] = (now, reading)
        try:
            return await asyncio.shield(reading)
        except Refusal:
            self._shared.pop((room, staff), None)
            raise

    def too_old(self, room: str, old: Shared, *, staff: bool) -> None:
        """``old`` can no longer be brought up to date: do not give it to anybody else."""
        _, reading = self._shared.get((room, staff), (0.0, None))
        if reading is not None and reading.done() and reading.result() is old:
            del self._shared[room, staff]

    async def know(self, room: str, *, staff: bool) -> None:
        """Make sure that the newest values of ``room`` are known here, for a page that returns."""
        if ("staff" if staff else "members") not in self._hub.channel(room).known:
            await self.shared(room, staff=staff)

    def heal(self, room: str) -> None:
        """Bring ``room`` up to date from the database: something may not have reached us."""
        if room not in self._healing:
            task = asyncio.create_task(self._heal(room), name="heal")
            self._healing[room] = task
            task.add_done_callback(lambda _: self._healing.pop(room, None))

    # -- inside

    async def _let_in(self) -> None:
        while self._queue:
            group = self._next_group()
            read = partial(read_arrivals, group[0].room, [one.wish for one in group])
            try:
                found = await self._reader.run(read)
            except Exception as error:
                for one in group:
                    if not one.let_in.done():
                        one.let_in.set_exception(error)
                continue
            for one, arrival in zip(group, found, strict=True):
                if one.let_in.done():
                    continue  # went away while waiting
                if isinstance(arrival, Arrival):
                    one.let_in.set_result(arrival)
                else:
                    one.let_in.set_exception(Refusal(arrival))

    def _next_group(self) -> list[_Waiting]:
        """The longest waiting, and who wants into the same room."""
        room = self._queue[0].room
        group: list[_Waiting] = []
        others: deque[_Waiting] = deque()
        while self._queue and len(group) < GROUP:
            one = self._queue.popleft()
            (group if one.room == room else others).append(one)
        self._queue.extendleft(reversed(others))
        return group

    async def _read_shared(self, room: str, staff: bool) -> Shared:
        here = self._presence(room), self._lines(room)
        found = await self._reader.run(partial(read_shared, room, staff, *here))
        channel = self._hub.channel(room)
        for key, to, data in found.keyed:
            channel.keyed.fill(key, to, data, found.seq)
        channel.known.add("staff" if staff else "members")
        return found

    async def _heal(self, room: str) -> None:
        """Missing events from the log, newest values anew, own marks to everybody here."""
        try:
            known = await self._find_missing(room)
            for staff in (False, True):
                await self._renew_values(room, staff)
            await self._renew_marks(room)
        except Refusal:
            return  # too much is read at the moment: whoever doubts will doubt again
        if not known:
            for seat in self._hub.seats(room):
                seat.refresh()

    async def _find_missing(self, room: str) -> bool:
        """Bring the events from the log; False when they are too many, and pages have to come for
        a snapshot. A number that others have overtaken and the log does not hold is given up."""
        channel = self._hub.channel(room)
        overtaken = channel.ring.first_early
        events = await self._reader.run(partial(read_log, room, self._hub.seq(room)))
        for seq, data in events or ():
            channel.add_durable(seq, data)
        if overtaken is not None and self._hub.seq(room) < overtaken:
            channel.skip_gap()
        return events is not None

    async def _renew_values(self, room: str, staff: bool) -> None:
        channel = self._hub.channel(room)
        found = await self._reader.run(partial(read_shared, room, staff, None))
        for key, to, data in found.keyed:
            if channel.keyed.differs(key, to, data):
                channel.add_keyed(key, to, data)

    async def _renew_marks(self, room: str) -> None:
        people = list(self._hub.channel(room).people)
        for first in range(0, len(people), GROUP):
            group = people[first : first + GROUP]
            marks = await self._reader.run(partial(read_marks, room, group))
            for member, own in marks.items():
                self._hub.tell(room, member, own)

    def _forget(self, now: float) -> None:
        for key, (made, reading) in list(self._shared.items()):
            if now - made > FRESH and reading.done():
                del self._shared[key]
