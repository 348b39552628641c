"""What all connections of one web process share: hub, writer, reader, and who is here."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils.encoding import force_bytes

from liveclass.attendance_clock import AttendanceClock
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from realtime.hub import Hub, hub
from realtime.presence import Roster
from realtime.protocol.state import Person
from realtime.reader import Reader, reader
from realtime.writer import Writer, writer

MAX_ENTERING = 64
"""People whose entry is worked on at the same time; the others wait in line."""
MAX_REMEMBERED = 10_000
"""People whose names are kept for their return."""
GOODBYE_SECONDS = 0.3

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
    entrance: asyncio.Semaphore = field(init=False)
    _people: OrderedDict[tuple[str, int], Person] = field(init=False, default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.clock = AttendanceClock(self.writer)
        self.roster = Roster(self.hub, self.clock.changed)
        self.entrance = asyncio.Semaphore(MAX_ENTERING)

    def remember(self, actor: Actor, person: Person) -> None:
        """``person`` was admitted as ``actor``."""
        self.clock.know(actor)
        self._people[actor.room, person.id] = person
        self._people.move_to_end((actor.room, person.id))
        if len(self._people) > MAX_REMEMBERED:
            self._people.popitem(last=False)

    def remembered(self, room: str, member: int) -> Person | None:
        """``member`` as she was last seen in ``room``."""
        return self._people.get((room, member))

    async def start(self) -> None:
        """Begin to serve this loop."""
        self.hub.attach()
        rooms.present_members = self.roster.members
        await self.clock.start()

    async def stop(self) -> None:
        """Goodbye to everybody; then write what is still queued."""
        for seat in self.hub.seats():
            seat.end(None)
        await asyncio.sleep(GOODBYE_SECONDS if self.hub.seats() else 0)
        self.roster.close()
        await self.clock.stop()
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(None, self.writer.stop):
            logger.error("the writer did not finish in time")
        self.reader.stop()
        self.hub.detach()


@cache
def switchboard() -> Switchboard:
    """The switchboard of this process."""
    return Switchboard(hub, writer, reader, force_bytes(settings.SECRET_KEY))
