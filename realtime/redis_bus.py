"""The bus between processes, over Redis or Valkey: channels_redis' pub/sub and a stream per room.

Local first: what a process publishes reaches its own seats at once, whatever Redis does. For the
others a thread sends it to the server that has the room; there one script numbers, stores and
publishes it (``redis_wire``). Each process follows the rooms it has open (``redis_receiver``): it
sees by the numbers when one is missing, fetches it from the stream, and says *doubt* when the
stream cannot help. The ``seq`` of durable events is not given here: docs/decisions/0005.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import logging
import secrets
import weakref
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError

from realtime.bus import Doubt, LocalBus, Parcel, Receiver, nothing_lost
from realtime.redis_link import Link
from realtime.redis_publisher import Publisher
from realtime.redis_receiver import Receiver as RoomReceiver
from realtime.redis_receiver import end_tasks
from realtime.redis_seam import Names, make_layer
from realtime.redis_wire import Sent, decode, split

LAST_SECONDS = 1.0
"""How long a process that ends waits for what it has not sent yet."""
RETRY = 0.1
"""Seconds before the layer's connection is made anew; once, then the layer waits a second."""
KEEPALIVE = 10
"""Seconds between two pings of a silent subscription, so that a dead connection is noticed."""

logger = logging.getLogger(__name__)


def prefix_for(url: str) -> str:
    """Pub/sub knows no databases: the number of the database keeps two installations apart."""
    parts = urlsplit(url)
    database = parts.path.strip("/") if parts.scheme != "unix" else ""
    return f"liveclass{database or 0}"


class RedisBus:
    """One ``Link``, one publisher and one receiver for each server; a room has one server."""

    def __init__(self, urls: Sequence[str], prefix: str = "liveclass0") -> None:
        self.origin = secrets.token_hex(6)
        self.received = 0
        self.repaired = 0
        self.doubts = 0
        self._urls = list(urls)
        self._prefix = prefix
        self._names = Names(self._urls, prefix)
        self._links = [Link(url) for url in self._urls]
        self._publishers = [
            Publisher(url, prefix, self.origin, link, self._names.channel)
            for url, link in zip(self._urls, self._links, strict=True)
        ]
        self._local = LocalBus()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receiver: Receiver | None = None
        self._doubt: Doubt = nothing_lost
        self._listener: Receiver | None = None
        self._listener_doubt: Doubt = nothing_lost
        self._following: _Following | None = None
        self._closing: asyncio.Task[None] | None = None
        atexit.register(_send_the_rest, weakref.ref(self))

    @property
    def down(self) -> bool:
        """At least one server cannot be reached now."""
        return any(link.down for link in self._links)

    @property
    def published(self) -> int:
        """Parcels that were stored in Redis."""
        return sum(publisher.published for publisher in self._publishers)

    @property
    def dropped(self) -> int:
        """Parcels that were given up: the queue was full, or they had become stale."""
        return sum(publisher.dropped for publisher in self._publishers)

    def attach(
        self, loop: asyncio.AbstractEventLoop, receiver: Receiver, doubt: Doubt = nothing_lost
    ) -> None:
        """See ``Bus``. Must be called on ``loop``."""
        self.detach()
        self._loop, self._receiver, self._doubt = loop, receiver, doubt
        self._local.attach(loop, receiver)
        self._following = _Following(self, self._urls, self._prefix, self._links)

    def listen(self, receiver: Receiver, doubt: Doubt) -> None:
        """See ``Bus``."""
        self._listener, self._listener_doubt = receiver, doubt

    def detach(self) -> None:
        """See ``Bus``; connections are closed soon after, ``wait_closed`` tells when."""
        following, loop = self._following, self._loop
        self._local.detach()
        self._following = self._loop = self._receiver = None
        if following is None or loop is None or loop.is_closed():
            return
        for publisher in self._publishers:
            publisher.end()
        self._closing = loop.create_task(self._close(following), name="bus closing")

    async def wait_closed(self) -> None:
        """After ``detach``: until no task, thread or connection of the bus is left."""
        if self._closing is not None:
            await self._closing

    def publish(self, parcel: Parcel) -> None:
        """See ``Bus``: to our own seats at once, to the others through Redis."""
        self._local.publish(parcel)
        self._publishers[self._names.shard(parcel.room)].put(parcel)

    def open(self, room: str) -> None:
        """See ``Bus``."""
        if self._following is not None:
            self._following.receivers[self._names.shard(room)].open(room)

    def close(self, room: str) -> None:
        """See ``Bus``."""
        if self._following is not None:
            self._following.receivers[self._names.shard(room)].close(room)

    def flush(self, seconds: float) -> bool:
        """Wait until everything published is in Redis, at most ``seconds``; whether it is."""
        return all(publisher.flush(seconds) for publisher in self._publishers)

    # -- what comes in; the loop's thread

    def take(self, message: bytes) -> None:
        """A published parcel, from the layer."""
        following = self._following
        if following is None:
            return
        epoch, number, body = split(message)
        room = decode(body).room
        following.receivers[self._names.shard(room)].take(room, epoch, number, body)

    def deliver(self, sent: Sent, fetched: bool) -> None:
        """The next parcel of a room, ours among them; what passes by is not delivered late."""
        if sent.origin == self.origin:
            return
        if sent.parcel is None:
            self.doubt(sent.room)
            return
        self.received += 1
        self.repaired += fetched
        if sent.parcel.kind == "here":
            if self._listener is not None:
                self._listener(sent.parcel)
        elif self._receiver is not None and not (fetched and sent.parcel.kind == "lossy"):
            self._receiver(sent.parcel)

    def doubt(self, room: str) -> None:
        """Something said in ``room`` will not arrive."""
        if self._following is None:
            return
        self.doubts += 1
        self._doubt(room)
        self._listener_doubt(room)

    def opened(self, room: str, spoken: bool) -> None:
        """``room`` is subscribed from now on."""
        if spoken:
            self.doubt(room)
        elif self._following is not None:
            self._listener_doubt(room)

    async def _close(self, following: _Following) -> None:
        await following.stop()
        loop = asyncio.get_running_loop()
        for publisher in self._publishers:
            await loop.run_in_executor(None, publisher.join, LAST_SECONDS)


class _Following:
    """Everything of one ``attach`` that lives on its loop."""

    def __init__(self, bus: RedisBus, urls: list[str], prefix: str, links: list[Link]) -> None:
        self.receivers = [
            RoomReceiver(url, prefix, link, bus.deliver, bus.doubt, bus.opened)
            for url, link in zip(urls, links, strict=True)
        ]
        retry = Retry(ConstantBackoff(RETRY), 1)
        options = {"retry": retry, "socket_connect_timeout": 1.0, "socket_timeout": 1.0}
        self._layer: Any = make_layer(urls, prefix, {**options, "health_check_interval": KEEPALIVE})
        self._channel = f"{prefix}.{bus.origin}"
        self._hearing = asyncio.create_task(self._hear(bus), name="bus hearing")
        for receiver in self.receivers:
            receiver.start(self._layer, self._channel)

    async def stop(self) -> None:
        """End all tasks, close all connections."""
        await end_tasks([self._hearing])
        for receiver in self.receivers:
            await receiver.stop()
        with contextlib.suppress(RedisError, OSError, asyncio.TimeoutError):
            await asyncio.wait_for(self._layer.flush(), LAST_SECONDS)

    async def _hear(self, bus: RedisBus) -> None:
        while True:
            try:
                bus.take(await self._layer.receive(self._channel))
            except (RedisError, OSError):
                await asyncio.sleep(RETRY)  # the channel's own name; the groups matter
            except Exception:
                logger.exception("a parcel could not be delivered")


def _send_the_rest(found: weakref.ref[RedisBus]) -> None:
    bus = found()
    if bus is not None and not bus.down:
        bus.flush(LAST_SECONDS)
