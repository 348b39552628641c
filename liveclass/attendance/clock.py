"""Turns presence into attendance: comings, goings and a heartbeat, written through the writer.

What happened while the last write ran is written together: one by one in a quiet room, by hundreds
when everybody comes back at once. The heartbeat is what survives a crash: an interval that nobody
closed ends where it was last seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from liveclass.attendance import actions
from liveclass.attendance.lingering import Heard, Lingering
from liveclass.rooms.actor import Actor
from realtime.media_stats import MediaStats
from realtime.presence import Change
from realtime.protocol.refusals import Refusal
from realtime.writer import Writer

HEARTBEAT = 15.0
"""Seconds between two heartbeats."""
ATTEMPTS = 5
MOST = 500
"""People written in one transaction."""

Ask = Callable[[str], Awaitable[MediaStats | None]]
"""The media process about a room; None when it does not tell."""

logger = logging.getLogger(__name__)


class AttendanceClock:
    """Knows the actor of everybody present and writes for them, in order."""

    def __init__(self, writer: Writer, ask: Ask, present: Callable[[str], Iterable[int]]) -> None:
        self._writer = writer
        self._present = present
        self._lingering = Lingering(ask)
        self._stopping = False
        self._actors: dict[tuple[str, int], Actor] = {}
        self._changes: dict[tuple[str, int], tuple[Actor, Change]] = {}
        self._scribe: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._beating = asyncio.Event()

    def know(self, actor: Actor) -> None:
        """``actor`` is about to be announced as present."""
        self._actors[actor.room, actor.member] = actor

    def changed(self, room: str, member: int, change: Change) -> None:
        """Somebody's first page came, or her last one is gone."""
        key = (room, member)
        if change == "first":
            self._lingering.back(room, member)
        actor = self._actors[key] if change == "first" else self._actors.pop(key, None)
        if actor is None:
            return
        # Who came and went before it was written was here for a moment: only the last state counts,
        # and it is written last.
        self._changes.pop(key, None)
        self._changes[key] = (actor, change)
        if self._scribe is None or self._scribe.done():
            self._scribe = asyncio.create_task(self._write_changes(), name="attendance")

    def moved(self, room: str, member: int) -> None:
        """Somebody is gone from here and present in another process, which writes for her."""
        self._actors.pop((room, member), None)

    async def start(self) -> None:
        """Close what an earlier process left open, then beat."""
        await self._attempt(actions.close_stale)
        self._heart = asyncio.create_task(self._beat(), name="attendance heartbeat")

    async def stop(self) -> None:
        """End the heartbeat, and the attendance of everybody still here."""
        self._stopping = True
        if self._heart is not None:
            self._heart.cancel()
        for room, member in list(self._actors):
            self.changed(room, member, "last")
        if self._scribe is not None:
            await asyncio.wait([self._scribe], timeout=2.0)
        await self._write_left(self._lingering.everybody())

    def beat_soon(self) -> None:
        """A class has begun: do not wait for the next heartbeat."""
        self._beating.set()

    async def beat_once(self) -> None:
        """Tell the database who is here now."""
        here: dict[str, set[int]] = {}
        for room, member in self._actors:
            here.setdefault(room, set()).add(member)
        if here:
            await self._attempt(partial(actions.touch, here))
        for code in self._lingering.rooms():
            for member in self._present(code):  # in another process, which writes for her
                self._lingering.back(code, member)
            stay, left = await self._lingering.look(code)
            if stay:
                until = {one.actor.member: one.until for one in stay}
                await self._attempt(partial(actions.linger, stay[0].actor.room_id, until))
            await self._write_left(left)

    async def _write_left(self, left: list[Heard]) -> None:
        rooms: dict[int, dict[int, datetime]] = {}
        for one in left:
            rooms.setdefault(one.actor.room_id, {})[one.actor.member] = one.until
        for room_id, until in rooms.items():
            await self._attempt(partial(actions.leave_at, room_id, until))

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._beating.wait(), HEARTBEAT)
            self._beating.clear()
            await self.beat_once()

    async def _write_changes(self) -> None:
        while self._changes:
            (actor, change), *_ = self._changes.values()
            same = [
                (key, one)
                for key, (one, what) in self._changes.items()
                if what == change and one.room_id == actor.room_id
            ][:MOST]
            for key, _ in same:
                del self._changes[key]
            people = [one for _, one in same]
            if change == "first":
                await self._attempt(partial(actions.enter, actor.room_id, people))
                continue
            staying = set() if self._stopping else await self._lingering.stay(actor.room, people)
            gone = [one for one in people if one.member not in staying]
            await self._attempt(partial(actions.leave, actor.room_id, gone))

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
