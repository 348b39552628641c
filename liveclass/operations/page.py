"""One synthetic member: a bare WebSocket client (RFC 6455) that counts what it is told.

Frames for many are the same bytes for everybody: the book reads each of them once.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import ssl
import struct
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from liveclass.operations.tally import Delays
from realtime.protocol.version import PROTOCOL_VERSION

MARK = re.compile(rb"loadtest#(\d{7})")
ANSWERS = (b'"type":"accepted"', b'"type":"refused"')
FIRST_WORDS = (b'"type":"snapshot"', b'"type":"resumed"')
REMEMBERED = 256
"""Frames whose numbers are kept, for the others who get the same bytes."""
FILLER = "一二三四五六七八九十" * 2
HANDSHAKE_BYTES = 8192
SECONDS = 20.0

Answer = Callable[[dict[str, Any]], None]


class Refused(Exception):
    """The server did not let a page in; the text says why."""


@dataclass
class Book:
    """What all pages of one test know together."""

    lines: int
    sent: list[float] = field(init=False)
    accepted: set[int] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, tuple[float, Answer]] = field(default_factory=dict)
    delivery: Delays = field(default_factory=Delays)
    ack: Delays = field(default_factory=Delays)
    deliveries: int = 0
    duplicates: int = 0
    heard_bytes: int = 0
    _read: dict[bytes, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sent = [0.0] * self.lines

    def numbers(self, payload: bytes) -> tuple[int, ...]:
        """The numbered lines in a frame."""
        found = self._read.get(payload)
        if found is None:
            if len(self._read) >= REMEMBERED:
                self._read.clear()
            marks = MARK.findall(payload)
            found = self._read[payload] = tuple(n for n in map(int, marks) if n < self.lines)
        return found

    def answered(self, message: dict[str, Any]) -> None:
        """``accepted`` or ``refused`` for a command of one of our pages."""
        asked = self.waiting.pop(str(message.get("id")), None)
        if asked is None:
            return
        began, then = asked
        self.ack.add(time.perf_counter() - began)
        if message["type"] == "refused":
            self.refused[str(message.get("code"))] += 1
        then(message)


class Page(asyncio.Protocol):
    """A member's page in a room."""

    def __init__(self, book: Book) -> None:
        loop = asyncio.get_running_loop()
        self._book = book
        self._buffer = bytearray()
        self._upgraded: asyncio.Future[None] = loop.create_future()
        self.entered: asyncio.Future[None] = loop.create_future()
        self.seen = bytearray(book.lines)
        self.heard: Callable[[dict[str, Any]], None] | None = None
        self.leaving = False
        self.lost = ""
        self.gone = asyncio.Event()
        """Nothing comes any more: what is waited for in vain need not be waited for."""

    # -- the life of the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type
        self._transport = transport

    async def enter(self, host: str, origin: str, path: str, ticket: str) -> None:
        """Upgrade, say hello, and wait for the room. Refused when that is not granted."""
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._transport.write(head.encode())
        async with asyncio.timeout(SECONDS):
            await self._upgraded
            self.say({"type": "hello", "ticket": ticket, "version": PROTOCOL_VERSION})
            await self.entered

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: remember when it was not our doing."""
        self._end(f"connection lost ({type(exc).__name__})" if exc else "connection closed")

    def close(self) -> None:
        """Leave, in good order."""
        self.leaving = True
        self._send(8, struct.pack("!H", 1000))
        self._transport.close()

    def _end(self, why: str) -> None:
        if not self.leaving and not self.lost:
            self.lost = why
        self.gone.set()
        for waiting in (self._upgraded, self.entered):
            if not waiting.done():
                waiting.set_exception(Refused(self.lost or why))
                waiting.exception()  # asked for here, so that nobody complains when none waits

    # -- saying

    def command(self, then: Answer, type: str, **fields: Any) -> None:
        """Send a command; ``then`` gets its answer."""
        id = str(uuid.uuid4())
        self._book.waiting[id] = (time.perf_counter(), then)
        self.say({"type": type, "id": id, **fields})

    def post(self, number: int) -> None:
        """Say the numbered line."""

        def answered(message: dict[str, Any]) -> None:
            if message["type"] == "accepted":
                self._book.accepted.add(number)

        self._book.sent[number] = time.perf_counter()
        self.command(answered, "chat.post", text=f"loadtest#{number:07d} {FILLER}")

    def say(self, message: dict[str, Any]) -> None:
        """Send one message."""
        self._send(1, json.dumps(message).encode())

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        long = struct.pack("!BBH", 128 | opcode, 128 | 126, size)
        head = struct.pack("!BB", 128 | opcode, 128 | size) if size < 126 else long
        if not self._transport.is_closing():
            self._transport.write(head + b"\0\0\0\0" + payload)  # masked with zeros

    # -- hearing

    def data_received(self, data: bytes) -> None:
        """asyncio's."""
        self._buffer += data
        if not self._upgraded.done() and not self._handshake():
            return
        while self._frame():
            pass

    def _handshake(self) -> bool:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            if len(self._buffer) > HANDSHAKE_BYTES:
                self._transport.abort()
            return False
        status = head.split(b"\r\n", 1)[0]
        self._buffer = bytearray(rest)
        if b" 101 " in status:
            self._upgraded.set_result(None)
            return True
        self._end(status.decode("latin-1"))
        self._transport.abort()
        return False

    def _frame(self) -> bool:
        """Take one frame (RFC 6455 §5.2) from the buffer; whether there was one."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1] & 127, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(buffer) < start:
                return False
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + size:
            return False
        self._take(buffer[0] & 15, bytes(buffer[start : start + size]))
        del buffer[: start + size]
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self._send(10, payload)
            return
        if opcode == 8:
            code = int.from_bytes(payload[:2], "big") if payload else 1005
            self._end(f"closed by the server with {code}")
            self._transport.close()
            return
        self._book.heard_bytes += len(payload)
        again = any(word in payload for word in FIRST_WORDS)
        self._count(payload, again)
        if again or self.heard or any(word in payload for word in ANSWERS):
            self._read(payload)

    def _count(self, payload: bytes, again: bool) -> None:
        """Note the lines; a snapshot may repeat them, an event may not."""
        book = self._book
        numbers = book.numbers(payload)
        if not numbers:
            return
        now = time.perf_counter()
        for number in numbers:
            if not self.seen[number]:
                self.seen[number] = 1
                book.deliveries += 1
                book.delivery.add(now - book.sent[number])
            elif not again:
                book.duplicates += 1

    def _read(self, payload: bytes) -> None:
        frame = json.loads(payload)
        for message in frame if isinstance(frame, list) else [frame]:
            kind = message.get("type")
            if kind in {"snapshot", "resumed"} and not self.entered.done():
                self.entered.set_result(None)
            elif kind in {"accepted", "refused"}:
                self._book.answered(message)
            elif kind == "bye":
                self._end(f"bye: {message.get('code') or 'the server stops'}")
            if self.heard:
                self.heard(message)


@dataclass(frozen=True)
class Server:
    """Where to connect. ``name`` is the host the server knows itself by."""

    url: str
    name: str = ""

    async def page(self, book: Book, code: str, ticket: str) -> Page:
        """A page in the room ``code``. Refused, or OSError, when that is not to be had."""
        parts = urlsplit(self.url)
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        _, page = await asyncio.get_running_loop().create_connection(
            lambda: Page(book),
            parts.hostname or "",
            port,
            ssl=ssl.create_default_context() if secure else None,
        )
        host = self.name or parts.netloc.rpartition("@")[2]
        try:
            await page.enter(host, f"{parts.scheme}://{host}", f"/ws/room/{code}/", ticket)
        except (TimeoutError, Refused):
            page.leaving = True
            page._transport.abort()
            raise
        return page
