"""A line to the media port that is narrow, loses datagrams, or dies as when a machine changes its
network."""

from __future__ import annotations

import asyncio
import random
from typing import Any

Address = tuple[str, int]
QUEUE_S = 0.3
IP_UDP = 28
"""Bytes of headers that a line carries with each datagram (RFC 791, RFC 768)."""


class Way(asyncio.DatagramProtocol):
    """One socket of the relay; what it reads is passed on, or lost."""

    def __init__(self, relay: Relay, client: Address | None = None) -> None:
        self.relay = relay
        self.client = client
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Address) -> None:
        if self.relay.loses(data, self.client or address):
            return
        if self.client is not None:
            self.relay.backward(data, self.client)
        else:
            self.relay.forward(data, address)


class Relay:
    """One socket per client, so that media tells them apart.

    ``loss`` is the part of SRTP and SRTCP that is lost each way, at random. ``rate`` is how many
    bits a second pass towards each client, None: all; what would wait longer than ``QUEUE_S`` is
    lost, as in a modem.
    """

    def __init__(self, target: int) -> None:
        self.target = ("127.0.0.1", target)
        self.loss = 0.0
        self.rate: float | None = None
        self._free_at: dict[Address, float] = {}
        self.chance = random.Random(5)  # noqa: S311
        self.front = Way(self)
        self._ways: dict[Address, asyncio.Task[Way]] = {}
        self._dead: set[Address] = set()

    async def open(self) -> int:
        """The port that clients are told."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self.front, ("127.0.0.1", 0))
        port: int = self.front.transport.get_extra_info("sockname")[1]
        return port

    def close(self) -> None:
        """Nothing passes any more."""
        for way in [one.result() for one in self._ways.values() if one.done()]:
            way.transport.close()
        self.front.transport.close()

    def cut(self) -> None:
        """The addresses clients have now are gone; nobody tells them. New ones work."""
        self._dead.update(self._ways)

    @property
    def clients(self) -> int:
        """Addresses that were heard and work."""
        return len(self._ways.keys() - self._dead)

    def loses(self, data: bytes, client: Address) -> bool:
        """Whether a datagram from or to ``client`` is lost."""
        if client in self._dead:
            return True
        return 128 <= data[0] < 192 and self.chance.random() < self.loss

    def backward(self, data: bytes, client: Address) -> None:
        """To the client, when the line is free."""
        if self.rate is None:
            return self.front.transport.sendto(data, client)
        loop = asyncio.get_running_loop()
        now = loop.time()
        begins = max(now, self._free_at.get(client, now))
        if begins - now > QUEUE_S:
            return None
        ends = begins + (len(data) + IP_UDP) * 8 / self.rate
        self._free_at[client] = ends
        loop.call_at(ends, self._deliver, data, client)
        return None

    def _deliver(self, data: bytes, client: Address) -> None:
        if not self.front.transport.is_closing():
            self.front.transport.sendto(data, client)

    def forward(self, data: bytes, client: Address) -> None:
        """To media, from the client's own socket; the first datagrams wait for nothing."""
        way = self._ways.get(client)
        if way is None:
            self._ways[client] = asyncio.ensure_future(self._way(client))
        elif way.done():
            way.result().transport.sendto(data)

    async def _way(self, client: Address) -> Way:
        loop = asyncio.get_running_loop()
        make = lambda: Way(self, client)  # noqa: E731
        return (await loop.create_datagram_endpoint(make, remote_addr=self.target))[1]
