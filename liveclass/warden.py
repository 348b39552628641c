"""Sees to it that rights end when they end, also for pages that are open already.

A ticket is checked when somebody enters. What changes later (another lecturer, an account that was
closed, an audience without her department) is noticed here within ``ROUND`` seconds, whoever
changed it and however.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from courses.activities.queries import RoleName
from liveclass.rooms import queries as rooms
from liveclass.rooms.entry import roles_of
from realtime import media_control
from realtime.hub import Hub
from realtime.protocol.refusals import Refusal
from realtime.reader import Reader

ROUND = 20.0
"""Seconds between two rounds through all rooms of this process."""
GROUP = 500
"""People asked about at once."""

logger = logging.getLogger(__name__)


def read_roles(code: str, members: Sequence[int]) -> dict[int, RoleName]:
    """What each of ``members`` is in the room now; who may not be there is absent."""
    room = rooms.find_room(code)
    gone = rooms.removed(room.pk, members)
    return roles_of(room, [one for one in members if one not in gone])


class Warden:
    """Goes round and ends the pages of those whose rights have changed."""

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self._hub = hub
        self._reader = reader
        self._rounds: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to go round."""
        self._rounds = asyncio.create_task(self._go_round(), name="warden")

    def stop(self) -> None:
        """Stop going round."""
        if self._rounds is not None:
            self._rounds.cancel()

    async def look_into(self, room: str) -> None:
        """Compare everybody in ``room`` with what the database says. A page whose role has changed
        is asked to come back with a new ticket, one without any is sent out."""
        members = list(self._hub.online(room))
        for first in range(0, len(members), GROUP):
            group = members[first : first + GROUP]
            roles = await self._reader.run(partial(read_roles, room, group))
            for seat in self._hub.seats_of(room, group):
                role = roles.get(seat.member)
                if seat.role is None or role == seat.role:
                    continue
                # Sound and picture end too; a new ticket brings the tokens of the new role.
                media_control.expel(room, seat.member)
                seat.end("not_in_audience" if role is None else "ticket_expired")

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            for room in self._hub.rooms():
                try:
                    await self.look_into(room)
                except Refusal:
                    break  # much is read at the moment: the next round comes soon
                except Exception:
                    logger.exception("the rights in room %s could not be checked", room)
