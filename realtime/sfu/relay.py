"""Streams between the workers of one machine: each packet crosses once per worker that has viewers.

The worker with the publisher is the *origin*. A sibling whose first viewer comes calls it, is told
the publisher's offer, makes a session of it (``relayed.Relayed``) and is given what the publisher
sends, decrypted. From there on everything is as if the publisher were its own: order, repair,
keyframes, layers. docs/decisions/0010-several-media-workers.md has the reasons.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from realtime.sfu import rtcp
from realtime.sfu.line import (
    DESCRIBE,
    FEEDBACK,
    MEDIA,
    SUBSCRIBE,
    Line,
    Switchboard,
    call,
    unpacked,
)
from realtime.sfu.logs import say
from realtime.sfu.relayed import Relayed
from realtime.sfu.sdp import OfferRefused
from realtime.sfu.session import Publisher, Session
from realtime.sfu.settings import Settings
from realtime.sfu.streams import Streams
from realtime.sfu.tap import Counts, Tap

log = logging.getLogger(__name__)

MOST_LINES = 1024
"""Lines of siblings to streams of this worker."""
READY_S = 2.0
"""How long a viewer waits for a stream to arrive from a sibling."""

Key = tuple[str, str]


class Switch(Protocol):
    """What the relay needs of the engine."""

    live: dict[Key, Publisher]
    streams: Streams

    def adopt(self, room: str, name: str, member: int, text: str) -> Relayed: ...

    def end(self, session: Session, reason: str) -> None: ...

    def tell_peer(self, session: Session, compound: bytes) -> None: ...


class Subscription(msgspec.Struct, frozen=True):
    """A sibling wants a stream."""

    room: str
    stream: str


class Description(msgspec.Struct, frozen=True):
    """Who publishes it: as much as is needed to understand the packets."""

    member: int
    offer: str
    layers: dict[int, str]
    """What the publisher's sources were named when they began (``Publisher.named``)."""
    sizes: dict[str, int]
    """How large its layers were seen to be (``Publisher.sizes``)."""


class Way:
    """A stream's way from its origin to here."""

    def __init__(self, origin: int) -> None:
        self.origin = origin
        self.line: Line | None = None
        self.session: Relayed | None = None
        self.ready = asyncio.Event()


def place(folder: str, worker: int) -> Path:
    """Where a worker listens for its siblings."""
    return Path(folder) / f"relay-{worker}"


class Relay:
    """Both ends of all lines of one worker; nothing where there is one worker only.

    Args:
        switch: the engine; settings: number and folder of the workers.
    """

    def __init__(self, switch: Switch, settings: Settings) -> None:
        self._switch = switch
        self._folder = settings.run_dir
        self._worker = settings.worker
        self._board: Switchboard | None = None
        self._origins: dict[Key, int] = {}
        self._taps: dict[Key, Tap] = {}
        self._callers: dict[Line, Key | None] = {}
        self._ways: dict[Key, Way] = {}
        self._counts = Counts()
        self._arrived = 0

    def start(self) -> None:
        """Listen for siblings."""
        if self._folder:
            self._board = Switchboard(place(self._folder, self._worker), self._answer)

    def close(self) -> None:
        """Hang up everywhere."""
        if self._board is not None:
            self._board.close()
        for line in [*self._callers, *(way.line for way in self._ways.values() if way.line)]:
            line.close()

    def told(self) -> dict[str, int]:
        """For ``/media/healthz``."""
        return {
            "relays_in": len(self._ways),
            "relays_out": sum(len(tap.lines) for tap in self._taps.values()),
            "relay_packets_in": self._arrived,
            "relay_packets_out": self._counts.relayed,
            "relay_packets_dropped": self._counts.dropped,
            "relay_packets_repaired": self._counts.repaired,
        }

    # ---- the side of the publisher

    def published(self, session: Publisher) -> None:
        """A publisher feeds its stream from now on: siblings go on with it."""
        key = (session.stream.room, session.stream.name)
        tap = self._taps.get(key)
        if tap is None or isinstance(session, Relayed):
            return
        tap.session.tap = None
        tap.session, session.tap = session, tap
        for line in tap.lines:
            self._describe(line, session)

    def ended(self, session: Publisher) -> None:
        """A publisher is gone; siblings hear it unless another has taken its place."""
        key = (session.stream.room, session.stream.name)
        if isinstance(session, Relayed):
            way = self._ways.get(key)
            if way is not None and way.session is session:
                self._drop(key, way)
        elif key not in self._switch.live and (tap := self._taps.pop(key, None)):
            session.tap = None
            for line in tap.lines:
                self._callers.pop(line, None)
                line.close()

    def _answer(self, sock: socket.socket) -> None:
        if len(self._callers) >= MOST_LINES:
            return sock.close()
        self._callers[Line(sock, self._asked, self._left)] = None
        return None

    def _asked(self, line: Line, kind: bytes, body: memoryview) -> None:
        """A sibling subscribes, or reports what its copy lacks."""
        key = self._callers.get(line)
        if kind == SUBSCRIBE and key is None:
            wanted = msgspec.json.decode(body, type=Subscription)
            self._connect(line, (wanted.room, wanted.stream))
        elif kind == FEEDBACK and key is not None and (tap := self._taps.get(key)):
            self._reported(line, tap, bytes(body))

    def _connect(self, line: Line, key: Key) -> None:
        session = self._switch.live.get(key)
        if session is None or isinstance(session, Relayed):
            self._callers.pop(line, None)
            return line.close()
        tap = self._taps.setdefault(key, Tap(session, self._counts))
        session.tap = tap
        tap.flush()
        tap.lines.append(line)
        self._callers[line] = key
        self._describe(line, session)
        return None

    def _describe(self, line: Line, session: Publisher) -> None:
        told = Description(session.member, session.offer, session.named, session.sizes)
        line.say(DESCRIBE, msgspec.json.encode(told))

    def _reported(self, line: Line, tap: Tap, compound: bytes) -> None:
        try:
            messages = rtcp.parse(compound)
        except rtcp.BadRtcp:
            return
        for message in messages:
            if isinstance(message, rtcp.Nack):
                tap.again(line, message)
            elif isinstance(message, rtcp.KeyframeRequest):
                self._switch.tell_peer(tap.session, tap.keyframe(message))

    def _left(self, line: Line) -> None:
        """A sibling has no viewers left, or died."""
        key = self._callers.pop(line, None)
        tap = self._taps.get(key) if key else None
        if key is None or tap is None:
            return
        tap.lines.remove(line)
        if not tap.lines:
            tap.session.tap = None
            del self._taps[key]

    # ---- the side of the viewers

    def set_origins(self, origins: Mapping[Key, int]) -> None:
        """Who has which publisher now. Viewers who wait for one that came back get it."""
        self._origins = dict(origins)
        for key, way in list(self._ways.items()):
            if self._origins.get(key) != way.origin:
                self._drop(key, way)
        for key in list(self._switch.streams):
            if key not in self._switch.live:
                self._open(key)

    async def ready(self, room: str, name: str) -> None:
        """Have the stream here if a sibling has it; returns when it is here or cannot be had."""
        key = (room, name)
        if key in self._switch.live:
            return
        way = self._ways.get(key) or self._open(key)
        if way is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(way.ready.wait(), READY_S)

    def _open(self, key: Key) -> Way | None:
        origin = self._origins.get(key, self._worker)
        if origin == self._worker or key in self._ways:
            return None
        sock = call(place(self._folder, origin))
        if sock is None:
            return None
        way = self._ways[key] = Way(origin)
        way.line = Line(
            sock,
            lambda _, kind, body: self._heard(key, way, kind, body),
            lambda _: self._drop(key, way),
        )
        way.line.say(SUBSCRIBE, msgspec.json.encode(Subscription(*key)))
        return way

    def _heard(self, key: Key, way: Way, kind: bytes, body: memoryview) -> None:
        if kind == DESCRIBE:
            self._described(key, way, msgspec.json.decode(body, type=Description))
        elif kind == MEDIA and way.session is not None:
            for packet in unpacked(body):
                self._arrived += 1
                way.session.take(packet)

    def _described(self, key: Key, way: Way, told: Description) -> None:
        """Let the publisher feed our stream, unless it has come to us meanwhile."""
        live = self._switch.live.get(key)
        if live is not None and not isinstance(live, Relayed):
            return self._drop(key, way)
        way.session = None  # the one before gives way, and the line stays
        try:
            session = self._switch.adopt(*key, told.member, told.offer)
        except OfferRefused:
            log.exception("relay.refused")
            return self._drop(key, way)
        session.know(told.layers, told.sizes)
        line = way.line
        session.ask = lambda compound: line.say(FEEDBACK, compound) if line else False
        way.session = session
        way.ready.set()
        say(log, logging.INFO, "relay.opened", room=key[0], stream=key[1], origin=way.origin)
        return None

    def _drop(self, key: Key, way: Way) -> None:
        """No more comes this way."""
        if self._ways.get(key) is not way:
            return
        del self._ways[key]
        if way.line is not None:
            way.line.close()
        way.ready.set()
        session, way.session = way.session, None
        if session is not None and not session.ended:
            self._switch.end(session, "origin gone")
