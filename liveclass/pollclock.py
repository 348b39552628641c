"""Closes polls whose countdown is over, whether or not anybody looks.

The deadline stands in the database, so a process that was killed meanwhile closes them when it is
back; a vote after the grace is refused in any case (``polls.ballots``).
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from django.utils import timezone

from liveclass.polls import actions, queries
from realtime.hub import Hub
from realtime.protocol.refusals import Refusal
from realtime.reader import Reader
from realtime.writer import Writer

ROUND = 1.0
"""Seconds between two looks at the rooms in which somebody is."""

logger = logging.getLogger(__name__)


class PollClock:
    """Looks once a second which polls are over."""

    name = "poll clock"

    def __init__(self, hub: Hub, reader: Reader, writer: Writer) -> None:
        self._hub = hub
        self._reader = reader
        self._writer = writer
        self._rounds: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._rounds = asyncio.create_task(self._go_round(), name=self.name)

    def stop(self) -> None:
        """Look no more."""
        if self._rounds is not None:
            self._rounds.cancel()

    async def look(self) -> None:
        """Close what is over in the rooms of this process. Another process may have done so."""
        rooms = list(self._hub.rooms())
        if not rooms:
            return
        late = partial(queries.overdue, timezone.now(), rooms)
        for room_id, code, poll in await self._reader.run(late):
            await self._writer.run(partial(actions.close_late_poll, room_id, code, poll))

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            try:
                await self.look()
            except Refusal:
                continue  # much is read or written at the moment: the next look comes soon
            except Exception:
                logger.exception("%s: what is over could not be closed", self.name)
