"""What all connections of one web process share: hub, writer, reader, and who is here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from weakref import WeakValueDictionary

from django.conf import settings
from django.utils.encoding import force_bytes

from liveclass.arrival import Arrival
from liveclass.attendance.clock import AttendanceClock
from liveclass.checks.clock import CheckClock
from liveclass.doorway import Doorway
from liveclass.pollclock import PollClock
from liveclass.rooms import actions as rooms
from liveclass.warden import Warden
from realtime import media_stats
from realtime.channel import SLICE
from realtime.hub import Hub, hub
from realtime.limits import Limits
from realtime.presence import Roster
from realtime.reader import Reader, reader
from realtime.stage_watch import StageWatch
from realtime.writer import Writer, writer

GOODBYE_SECONDS = 0.3
MAX_SILENT = 1024
"""Connections that may be open without having said hello."""
RETURNS_A_SECOND = 800
"""People who can come back to one process in a second: 60 % of what it can greet."""
LEAST_SPREAD_MS, MOST_SPREAD_MS = 500, 15_000
"""Over how long the members of a stopping server spread their return."""

logger = logging.getLogger(__name__)


@dataclass
class Switchboard:
    """Shared parts; ``start`` and ``stop`` are called by the server on its loop."""

    hub: Hub
    writer: Writer
    reader: Reader
    secret: bytes
    clock: AttendanceClock = field(init=False)
    roster: Roster = field(init=False)
    doorway: Doorway = field(init=False)
    warden: Warden = field(init=False)
    poll_clock: PollClock = field(init=False)
    check_clock: CheckClock = field(init=False)
    stage_watch: StageWatch = field(init=False)
    limits: WeakValueDictionary[tuple[str, int], Limits] = field(
        init=False, default_factory=WeakValueDictionary
    )
    """How fast each person may go, shared by her pages."""
    _silent: dict[object, Callable[[], None]] = field(init=False, default_factory=dict)
    spread_ms: int = LEAST_SPREAD_MS
    """Over how long those who are here come back after a restart."""

    def __post_init__(self) -> None:
        self.clock = AttendanceClock(self.writer, _watching, self._present)
        self.roster = Roster(self.hub, self.clock.changed)
        self.roster.on_moved = self.clock.moved
        self.stage_watch = StageWatch(self.hub, _published)
        outside = self.roster.state, self.stage_watch.lines
        self.doorway = Doorway(self.hub, self.reader, *outside)
        self.warden = Warden(self.hub, self.reader)
        self.poll_clock = PollClock(self.hub, self.reader, self.writer)
        self.check_clock = CheckClock(self.hub, self.reader, self.writer)
        self.hub.heal = self.doorway.heal
        self.hub.started = lambda room: self.clock.beat_soon()

    def _present(self, room: str) -> list[int]:
        return self.roster.members(room)

    def admit(self, arrival: Arrival) -> None:
        """Somebody's page is in the room now."""
        actor = arrival.actor
        self.clock.know(actor)
        self.roster.enter(actor.room, arrival.person, arrival.expected)

    @contextmanager
    def greeting(self, give_way: Callable[[], None]) -> Iterator[None]:
        """While a connection has not said who it is. When too many keep silent, the one that has
        done so longest is told to give way: honest pages say hello at once."""
        mark = object()
        self._silent[mark] = give_way
        if len(self._silent) > MAX_SILENT:
            self._silent.pop(next(iter(self._silent)))()
        try:
            yield
        finally:
            self._silent.pop(mark, None)

    def limits_of(self, room: str, member: int) -> Limits:
        """The limits of ``member`` in ``room``; kept while one of her pages holds them."""
        found = self.limits.get((room, member))
        if found is None:
            found = self.limits[room, member] = Limits()
        return found

    async def start(self) -> None:
        """Begin to serve this loop."""
        self.hub.attach()
        self.hub.recounts.attach(asyncio.get_running_loop(), self.reader.run)
        rooms.present_members = self.roster.members
        await self.clock.start()
        self.warden.start()
        self.poll_clock.start()
        self.check_clock.start()
        self.stage_watch.start()

    async def stop(self) -> None:
        """Goodbye to everybody; then write what is still queued."""
        seats = self.hub.seats()
        needed = len(seats) * 1000 // RETURNS_A_SECOND
        self.spread_ms = min(max(needed, LEAST_SPREAD_MS), MOST_SPREAD_MS)
        for start in range(0, len(seats), SLICE):
            for seat in seats[start : start + SLICE]:
                seat.end(None)
            await asyncio.sleep(0)
        await asyncio.sleep(GOODBYE_SECONDS if seats else 0)
        self.warden.stop()
        self.poll_clock.stop()
        self.check_clock.stop()
        self.stage_watch.stop()
        self.roster.close()
        await self.clock.stop()
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(None, self.writer.stop):
            logger.error("the writer did not finish in time")
        self.reader.stop()
        self.hub.detach()
        await self.hub.bus.wait_closed()


async def _published() -> media_stats.MediaStats | None:
    """The published streams of all rooms."""
    url, secret = settings.MEDIA_URL_INTERNAL, settings.MEDIA_SECRET
    return await media_stats.ask(url, secret, viewers=False)


async def _watching(room: str) -> media_stats.MediaStats | None:
    """Who receives what in ``room``."""
    return await media_stats.ask(settings.MEDIA_URL_INTERNAL, settings.MEDIA_SECRET, room)


@cache
def switchboard() -> Switchboard:
    """The switchboard of this process."""
    return Switchboard(hub, writer, reader, force_bytes(settings.SECRET_KEY))
