"""Sends parcels to one Redis server from a thread of its own, so that nobody waits for Redis."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from realtime.bus import Parcel
from realtime.redis_link import Link
from realtime.redis_wire import (
    KEPT,
    KEPT_SECONDS,
    SCRIPT,
    SCRIPT_SHA,
    Sent,
    encode,
    room_keys,
)

MOST_PARCELS = 10_000
MOST_BYTES = 16 * 1024 * 1024
OVERHEAD = 200
"""Bytes a waiting parcel takes besides its data."""
BATCH = 256
TIMEOUT = 1.0
"""Seconds after which a server that does not answer counts as away."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
STALE = 2.0
"""Seconds after which what is only true for a moment is not worth sending any more."""
IDLE = 10.0
"""Seconds without work after which the thread ends; the next parcel starts another."""
PASSING = frozenset({"lossy", "keyed", "here"})
"""Kinds that a newer value, or the next exchange, makes up for: they go first."""


@dataclass(slots=True)
class _Waiting:
    room: str
    parcel: Parcel | None
    serial: int
    since: float

    @property
    def size(self) -> int:
        return OVERHEAD + (len(self.parcel.data) if self.parcel else 0)


class Publisher:
    """A bounded queue and its thread. ``channel`` names the pub/sub channel of a room.

    A full queue loses what passes by (``PASSING``), then everything: other processes are told
    afterwards in which rooms, so that they doubt them.
    """

    def __init__(
        self, url: str, prefix: str, origin: str, link: Link, channel: Callable[[str], str]
    ) -> None:
        self.published = 0
        self.dropped = 0
        self._url = url
        self._prefix = prefix
        self._origin = origin
        self._link = link
        self._channel = channel
        self._queue: deque[_Waiting] = deque()
        self._bytes = 0
        self._serials = count(1)
        self._epochs = count(1)
        self._lost: dict[str, None] = {}
        self._sending = 0
        self._ending = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, parcel: Parcel) -> None:
        """Send ``parcel`` soon; any thread."""
        with self._changed:
            one = _Waiting(parcel.room, parcel, next(self._serials), time.monotonic())
            self._make_room(one.size)
            self._queue.append(one)
            self._bytes += one.size
            self._ending = False
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
                self._thread.start()
            elif len(self._queue) == 1:
                self._changed.notify_all()

    def flush(self, seconds: float) -> bool:
        """Wait until everything is sent, at most ``seconds``; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue and not self._sending, seconds)

    def end(self) -> None:
        """Send what waits if the server answers, then let the thread go. Does not wait."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for the thread after ``end``, at most ``seconds``."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    # -- under the lock

    def _full(self, more: int = 0) -> bool:
        return len(self._queue) >= MOST_PARCELS or self._bytes + more > MOST_BYTES

    def _make_room(self, size: int) -> None:
        if self._full(size):
            self._drop(one for one in self._queue if one.parcel and one.parcel.kind in PASSING)
        if self._full(size):
            self._drop(self._queue)

    def _drop(self, victims: Iterable[_Waiting]) -> None:
        gone = {one.serial for one in victims}
        for one in self._queue:
            if one.serial in gone and (one.parcel is None or one.parcel.kind != "lossy"):
                self._lost[one.room] = None
        self.dropped += len(gone)
        self._queue = deque(one for one in self._queue if one.serial not in gone)
        self._bytes = sum(one.size for one in self._queue)

    def _take(self) -> list[_Waiting]:
        """The next parcels, and a mark for each room that lost some before them."""
        marks = list(self._lost)[:BATCH]
        for room in marks:
            del self._lost[room]
        now = time.monotonic()
        batch = [_Waiting(room, None, 0, now) for room in marks]
        while self._queue and len(batch) < BATCH:
            one = self._queue.popleft()
            self._bytes -= one.size
            batch.append(one)
        self._sending = len(batch)
        return batch

    def _put_back(self, batch: list[_Waiting]) -> None:
        self._lost.update((one.room, None) for one in batch if one.parcel is None)
        back = [one for one in batch if one.parcel is not None]
        self._queue.extendleft(reversed(back))
        self._bytes += sum(one.size for one in back)
        before = time.monotonic() - STALE
        self._drop(
            [one for one in self._queue if one.since < before and _passing(one)]
            if any(one.since < before for one in back)
            else ()
        )

    # -- the thread

    def _run(self) -> None:
        client: Any = redis.Redis.from_url(
            self._url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )  # fmt: skip
        pause = FIRST_PAUSE
        try:
            while batch := self._next():
                left = self._send(client, batch)
                with self._changed:
                    if left:
                        self._put_back(left)
                    self._sending = 0
                    self._changed.notify_all()
                    if left and not self._ending:
                        self._changed.wait_for(lambda: self._ending, pause)
                pause = min(pause * 2, LONGEST_PAUSE) if left else FIRST_PAUSE
                if left and self._ending:
                    self._leave()
        finally:
            client.close()

    def _next(self) -> list[_Waiting]:
        """Wait for work; nothing when there is none for long, or no more: the thread ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._lost or self._ending, IDLE)
            batch = self._take()
            if not batch:
                self._thread = None
            return batch

    def _leave(self) -> None:
        """Nobody will try again: what waits is lost to the others, who doubt when Redis is back."""
        with self._changed:
            self._drop(self._queue)
            self._lost.clear()

    def _send(self, client: Any, batch: list[_Waiting]) -> list[_Waiting]:
        """One call per room; returns what has not been stored."""
        rooms: dict[str, list[_Waiting]] = {}
        for one in batch:
            rooms.setdefault(one.room, []).append(one)
        try:
            failed = self._call(client, rooms)
            if any(isinstance(error, NoScriptError) for error in failed.values()):
                client.script_load(SCRIPT)
                failed = self._call(client, {room: rooms[room] for room in failed})
        except (RedisError, OSError) as error:
            self._link.failed("sending", error)
            return batch
        left = [one for one in batch if one.room in failed]
        self.published += len(batch) - len(left)
        if failed:
            self._link.failed("sending", next(iter(failed.values())))
        else:
            self._link.works("sending")
        return left

    def _call(self, client: Any, rooms: dict[str, list[_Waiting]]) -> dict[str, Exception]:
        pipe = client.pipeline(transaction=False)
        for room, waiting in rooms.items():
            sent = [encode(Sent(self._origin, one.serial, room, one.parcel)) for one in waiting]
            epoch = f"{self._origin}-{next(self._epochs)}"
            pipe.evalsha(
                SCRIPT_SHA, 2, *room_keys(self._prefix, room),
                self._channel(room), KEPT, KEPT_SECONDS, epoch, *sent,
            )  # fmt: skip
        results = pipe.execute(raise_on_error=False)
        answers = zip(rooms, results, strict=True)
        return {room: found for room, found in answers if isinstance(found, Exception)}


def _passing(one: _Waiting) -> bool:
    return one.parcel is not None and one.parcel.kind in PASSING


def waiting_kinds(publisher: Publisher) -> Counter[str]:
    """How many parcels of each kind wait; for tests and for whoever looks into a sick process."""
    with publisher._changed:
        return Counter(one.parcel.kind for one in publisher._queue if one.parcel)
