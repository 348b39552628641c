"""Follows the rooms of one Redis server that are open here; used on the loop's thread only.

The layer's subscription brings parcels; ``Track`` puts them in order. Once a second the newest
number of every open room is read as well: a lost last parcel would be noticed by nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from realtime.redis_link import Link
from realtime.redis_track import Ready, Track
from realtime.redis_wire import Sent, decode, entries, room_keys, tail

LOOK = 1.0
"""Seconds between two looks at the newest numbers."""
LOOK_SOON = 0.25
"""The same while the server is away, and while subscriptions come back."""
SOON = 3.0
"""Seconds after its return in which we look that often."""
IN_FLIGHT = 0.1
"""Seconds a parcel may need from Redis' answer to us before it counts as missing."""
HEAL = 2.0
"""Seconds between two doubts of a room while the server is away."""
TIMEOUT = 1.0
ATTEMPTS = 3
MANY = 200
"""Rooms asked about in one go."""
FAILURES = (RedisError, OSError, asyncio.TimeoutError)

logger = logging.getLogger(__name__)


async def end_tasks(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel and wait, never for ever: a cancellation can be lost where a timeout meets it."""
    running = set(tasks)
    for _ in range(ATTEMPTS):
        if not running:
            return
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=TIMEOUT)


class Receiver:
    """``deliver`` gets each parcel once, in order, and whether it was fetched from the stream.

    ``doubt`` is called with a room that lost some; ``opened`` when a room is subscribed, with
    whether something may have been said in it before.
    """

    def __init__(
        self,
        url: str,
        prefix: str,
        link: Link,
        deliver: Callable[[Sent, bool], None],
        doubt: Callable[[str], None],
        opened: Callable[[str, bool], None],
    ) -> None:
        self._prefix = prefix
        self._link = link
        self._deliver = deliver
        self._doubt = doubt
        self._opened = opened
        self._tracks: dict[str, Track] = {}
        self._left: set[str] = set()
        self._wanted = asyncio.Event()
        self._repairs: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._away = False
        self._soon = 0.0
        self._late = False
        """Rooms could not be subscribed at once: nobody knows what was said meanwhile."""
        self._client: Any = aioredis.Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )  # fmt: skip

    def start(self, layer: Any, channel: str) -> None:
        """Subscribe through ``layer``, for its local ``channel``."""
        self._tasks = [
            asyncio.create_task(self._subscribe(layer, channel), name="bus subscriptions"),
            asyncio.create_task(self._watch(), name="bus watch"),
        ]

    async def stop(self) -> None:
        """End all tasks and close the connection."""
        await end_tasks([*self._tasks, *self._repairs.values()])
        self._link.forget("receiving")
        await self._client.aclose()

    def open(self, room: str) -> None:
        """Follow ``room`` from now on."""
        if room not in self._tracks:
            self._tracks[room] = Track()
            self._wanted.set()

    def close(self, room: str) -> None:
        """Do not follow ``room`` any more."""
        if self._tracks.pop(room, None) is not None:
            self._left.add(room)
            self._wanted.set()

    def take(self, room: str, epoch: bytes, number: int, body: bytes) -> None:
        """A published parcel came."""
        track = self._tracks.get(room)
        if track is None:
            return
        self._hand_on(room, track, track.take(epoch, number, body))
        if track.gap:
            self._repair_soon(room)

    # -- subscriptions

    async def _subscribe(self, layer: Any, channel: str) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._leave_rooms(layer, channel)
                await self._join_rooms(layer, channel)
            except Exception as error:
                self._failed(error)
                self._late = True
                self._wanted.set()
                await asyncio.sleep(LOOK_SOON)
            else:
                self._late = False

    async def _leave_rooms(self, layer: Any, channel: str) -> None:
        for room in list(self._left):
            await layer.group_discard(room, channel)
            self._left.discard(room)

    async def _join_rooms(self, layer: Any, channel: str) -> None:
        new = [room for room, track in self._tracks.items() if not track.joined]
        for room in new:
            await layer.group_add(room, channel)
        for start in range(0, len(new), MANY):
            await self._look(new[start : start + MANY])
        for room in new:
            track = self._tracks.get(room)
            if track is None:
                continue
            track.joined = True
            if not track.opened:
                track.opened = True
                self._opened(room, self._late or track.last > 0)

    # -- looking

    async def _watch(self) -> None:
        healed = 0.0
        while True:
            await asyncio.sleep(LOOK_SOON if self._away or time.monotonic() < self._soon else LOOK)
            rooms = [room for room, track in self._tracks.items() if track.joined]
            try:
                await self._look_at_all(rooms)
            except Exception as error:
                self._failed(error)
                if time.monotonic() - healed >= HEAL:
                    healed = time.monotonic()
                    self._doubt_all(list(self._tracks))

    async def _look_at_all(self, rooms: list[str]) -> None:
        behind: list[str] = []
        if not rooms:
            await self._client.ping()
        for start in range(0, len(rooms), MANY):
            behind += await self._look(rooms[start : start + MANY])
        back, self._away = self._away, False
        self._link.works("receiving")
        if back:
            for room in rooms:  # also those that seem to be right: the server may be another
                await self._repair(room)
            self._doubt_all(rooms)
        elif behind:
            await self._catch_up(behind)

    async def _look(self, rooms: list[str]) -> list[str]:
        """Read the newest numbers; the rooms that are behind them."""
        pipe = self._client.pipeline(transaction=False)
        for room in rooms:
            pipe.hmget(room_keys(self._prefix, room)[0], "e", "n")
        found = await pipe.execute()
        behind = []
        for room, answer in zip(rooms, found, strict=True):
            track = self._tracks.get(room)
            if track is None:
                continue
            if track.look(*tail(answer)):
                behind.append(room)
            else:
                track.misses = 0
            self._hand_on(room, track, [])
        return behind

    async def _catch_up(self, rooms: list[str]) -> None:
        """Fetch what is still missing when everything in flight has landed."""
        before = {room: self._tracks[room].last for room in rooms if room in self._tracks}
        await asyncio.sleep(IN_FLIGHT)
        for room, last in before.items():
            track = self._tracks.get(room)
            if track is None or track.last > last:
                continue
            await self._repair(room)
            track.misses += 1
            if track.misses >= 2:  # the subscription itself is broken: make it anew
                track.misses, track.joined = 0, False
                self._left.add(room)
                self._wanted.set()

    # -- repairing

    def _repair_soon(self, room: str) -> None:
        if room not in self._repairs:
            task = asyncio.create_task(self._try_repair(room), name="bus repair")
            self._repairs[room] = task
            task.add_done_callback(lambda _: self._repairs.pop(room, None))

    async def _try_repair(self, room: str) -> None:
        try:
            await self._repair(room)
        except Exception as error:
            self._failed(error)  # the next look that succeeds repairs it

    async def _repair(self, room: str) -> None:
        track = self._tracks.get(room)
        if track is None:
            return
        place, stream = room_keys(self._prefix, room)
        pipe = self._client.pipeline(transaction=True)
        pipe.hmget(place, "e", "n")
        pipe.xrange(stream, min=track.last, max="+")
        newest, found = await pipe.execute()
        if self._tracks.get(room) is track:
            self._hand_on(room, track, track.fill(*tail(newest), entries(found)))

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, FAILURES):
            logger.error("the bus stumbled", exc_info=error)
        self._link.failed("receiving", error)
        self._away = True
        self._soon = time.monotonic() + SOON

    # -- handing on

    def _hand_on(self, room: str, track: Track, ready: Ready) -> None:
        for body, fetched in ready:
            sent = decode(body)
            if sent.parcel is not None and track.heard(sent.origin, sent.serial):
                continue
            self._deliver(sent, fetched)
        if track.lost:
            track.lost = False
            self._doubt(room)

    def _doubt_all(self, rooms: list[str]) -> None:
        for room in rooms:
            if room in self._tracks:
                self._doubt(room)
