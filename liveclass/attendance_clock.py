"""Turns presence into attendance: comings, goings and a heartbeat, written through the writer.

The heartbeat is what survives a crash: an interval that nobody closed ends where it was last seen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from realtime.presence import Change
from realtime.protocol.refusals import Refusal
from realtime.writer import Writer

HEARTBEAT = 15.0
"""Seconds between two heartbeats."""
ATTEMPTS = 5

logger = logging.getLogger(__name__)


class AttendanceClock:
    """Knows the actor of everybody present and writes for them, in order."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._actors: dict[tuple[str, int], Actor] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._heart: asyncio.Task[None] | None = None

    def know(self, actor: Actor) -> None:
        """``actor`` is about to be announced as present."""
        self._actors[actor.room, actor.member] = actor

    def changed(self, room: str, member: int, change: Change) -> None:
        """Somebody's first page came, or her last one is gone."""
        if change == "first":
            actor = self._actors[room, member]
            self._write(partial(rooms.enter, actor))
            return
        gone = self._actors.pop((room, member), None)
        if gone is not None:
            self._write(partial(rooms.leave, gone))

    async def start(self) -> None:
        """Close what an earlier process left open, then beat."""
        await self._attempt(rooms.close_stale)
        self._heart = asyncio.create_task(self._beat(), name="attendance heartbeat")

    async def stop(self) -> None:
        """End the heartbeat, and the attendance of everybody still here."""
        if self._heart is not None:
            self._heart.cancel()
        for actor in list(self._actors.values()):
            self._write(partial(rooms.leave, actor))
        self._actors.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)

    async def beat_once(self) -> None:
        """Tell the database who is here now."""
        here: dict[str, set[int]] = {}
        for room, member in self._actors:
            here.setdefault(room, set()).add(member)
        if here:
            await self._attempt(lambda: rooms.touch(here))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            await self.beat_once()

    def _write(self, work: Callable[[], Any]) -> None:
        task = asyncio.get_running_loop().create_task(self._attempt(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, work: Callable[[], Any]) -> None:
        """A full queue is asked again a little later; a rule that says no is final."""
        for attempt in range(ATTEMPTS):
            try:
                await self._writer.run(work)
            except Refusal as refusal:
                if refusal.code != "busy":
                    return
                await asyncio.sleep(0.2 * 2**attempt)
            except Exception:
                logger.exception("attendance was not written")
                return
            else:
                return
