"""How an announcement travels from whoever made it to the hub of every process.

One parcel per announcement and process, never one per connection. ``LocalBus`` is the bus of an
installation with one web process: a hop to the thread of the event loop and nothing else. Several
processes are joined by ``realtime.redis_bus``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec

ParcelKind = Literal["durable", "keyed", "private", "kick", "lossy", "here"]
Audience = Literal["all", "staff", "members"]


class Parcel(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One encoded announcement for one room.

    ``seq`` belongs to durable, ``key`` and ``to`` to keyed, ``member`` to private and kick parcels.
    ``here`` is what processes tell each other about who is present; no page ever sees one.
    """

    kind: ParcelKind
    room: str
    data: bytes = b""
    seq: int = 0
    key: str = ""
    to: Audience = "all"
    member: int = 0


Receiver = Callable[[Parcel], None]
Doubt = Callable[[str], None]


def nothing_lost(room: str) -> None:
    """The doubt of a receiver that does not mind."""


class Bus(Protocol):
    """Carries parcels to receivers, in the order in which one thread published them."""

    @property
    def down(self) -> bool:
        """Publications do not reach other processes now."""

    def attach(
        self, loop: asyncio.AbstractEventLoop, receiver: Receiver, doubt: Doubt = nothing_lost
    ) -> None:
        """Deliver to ``receiver`` on ``loop`` from now on.

        ``doubt`` is called there with an open room when something said in it until now may not have
        arrived and never will; once also when the room has been opened and somebody had spoken.
        """

    def listen(self, receiver: Receiver, doubt: Doubt) -> None:
        """Deliver ``here`` parcels of other processes to ``receiver``, and to it alone.

        ``doubt`` is called like that of ``attach``, and always once when a room has been opened.
        """

    def detach(self) -> None:
        """Deliver nothing any more."""

    async def wait_closed(self) -> None:
        """After ``detach``: until no task, thread or connection of the bus is left."""

    def publish(self, parcel: Parcel) -> None:
        """Send ``parcel`` on its way; callable from any thread, never blocks."""

    def open(self, room: str) -> None:
        """This process has seats in ``room`` now. Loop's thread."""

    def close(self, room: str) -> None:
        """This process has no seats in ``room`` any more. Loop's thread."""


class LocalBus:
    """The bus inside one process. Without a loop (management command, test) parcels are dropped."""

    down = False

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receiver: Receiver | None = None

    def attach(
        self, loop: asyncio.AbstractEventLoop, receiver: Receiver, doubt: Doubt = nothing_lost
    ) -> None:
        """Deliver to ``receiver`` on ``loop`` from now on; nothing is ever lost on the way."""
        self._loop, self._receiver = loop, receiver

    def listen(self, receiver: Receiver, doubt: Doubt) -> None:
        """There are no other processes to hear from."""

    def detach(self) -> None:
        """Deliver nothing any more."""
        self._loop = self._receiver = None

    async def wait_closed(self) -> None:
        """Nothing is left open."""

    def publish(self, parcel: Parcel) -> None:
        """Hop to the loop; from the loop itself too, so that order is the same for everybody."""
        loop, receiver = self._loop, self._receiver
        if loop is None or receiver is None or parcel.kind == "here":
            return
        if not loop.is_closed():
            loop.call_soon_threadsafe(receiver, parcel)

    def open(self, room: str) -> None:
        """Everything is delivered anyway."""

    def close(self, room: str) -> None:
        """Everything is delivered anyway."""


def make_bus(urls: Sequence[str]) -> Bus:
    """The bus over the Redis servers at ``urls``, or the one inside this process without any."""
    if not urls:
        return LocalBus()
    from realtime.redis_bus import RedisBus, prefix_for  # redis is not loaded without need

    return RedisBus(urls, prefix_for(urls[0]))
