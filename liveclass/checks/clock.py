"""Settles checks whose time is over, whether or not anybody looks; as ``pollclock`` does polls."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from courses.activities.presence import queries
from liveclass.checks import actions as checks
from liveclass.pollclock import PollClock


class CheckClock(PollClock):
    """Looks once a second which checks are over."""

    name = "check clock"

    async def look(self) -> None:
        """Settle what is over in the rooms of this process. Another process may have done so."""
        rooms = list(self._hub.rooms())
        if not rooms:
            return
        late = partial(queries.overdue, timezone.now() - checks.GRACE, rooms)
        for code, check in await self._reader.run(late):
            await self._writer.run(partial(checks.settle_late, code, check))
