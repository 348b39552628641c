"""How an announcement travels from whoever made it to the hub of every process.

One parcel per announcement and process, never one per connection. ``LocalBus`` is the bus of an
installation with one web process: a hop to the thread of the event loop and nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

ParcelKind = Literal["durable", "keyed", "private", "kick"]
Audience = Literal["all", "staff", "members"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One encoded announcement for one room.

    ``seq`` belongs to durable, ``key`` and ``to`` to keyed, ``member`` to private and kick parcels.
    """

    kind: ParcelKind
    room: str
    data: bytes = b""
    seq: int = 0
    key: str = ""
    to: Audience = "all"
    member: int = 0


Receiver = Callable[[Parcel], None]


class Bus(Protocol):
    """Carries parcels to receivers, in the order in which one thread published them."""

    def attach(self, loop: asyncio.AbstractEventLoop, receiver: Receiver) -> None:
        """Deliver to ``receiver`` on ``loop`` from now on."""

    def detach(self) -> None:
        """Deliver nothing any more."""

    def publish(self, parcel: Parcel) -> None:
        """Send ``parcel`` on its way; callable from any thread, never blocks."""


class LocalBus:
    """The bus inside one process. Without a loop (management command, test) parcels are dropped."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receiver: Receiver | None = None

    def attach(self, loop: asyncio.AbstractEventLoop, receiver: Receiver) -> None:
        """Deliver to ``receiver`` on ``loop`` from now on."""
        self._loop, self._receiver = loop, receiver

    def detach(self) -> None:
        """Deliver nothing any more."""
        self._loop = self._receiver = None

    def publish(self, parcel: Parcel) -> None:
        """Hop to the loop; from the loop itself too, so that order is the same for everybody."""
        loop, receiver = self._loop, self._receiver
        if loop is not None and receiver is not None and not loop.is_closed():
            loop.call_soon_threadsafe(receiver, parcel)
