"""The wire under one connection, as its outbox sees it: take this frame, or say that it is full.

Three lines with one behaviour, held to it by ``tests/realtime/test_lines.py``:

- ``RawLine`` (``realtime.daphne_seam``): plain TCP under daphne; one ``send`` call per frame;
- ``TransportLine`` (ditto): TLS and Unix sockets under daphne; through Twisted's transport;
- ``AsgiLine``: any other server; through the ``send`` of ASGI.

A server that knows its sockets puts a line into the scope (``LINE``); without one it is ASGI.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from realtime.frames import Frame

LINE = "liveclass.line"
"""Name of our ASGI extension in a WebSocket scope; its value is a ``Line``."""
HIGH_WATER = 64 * 1024
"""Bytes that may wait between us and the kernel before a line takes nothing more."""

Send = Callable[[Any], Awaitable[None]]


class Line(Protocol):
    """Frames leave in the order in which they were taken, whole, or not at all."""

    def send(self, frame: Frame) -> bool:
        """Take ``frame``; False, and nothing taken, while too much waits.

        A line whose other end is gone takes everything and drops it: the end of the connection
        is told by the server, not by us.
        """

    def backlog(self) -> int:
        """Bytes taken and not yet handed to the kernel."""

    async def flush(self) -> None:
        """Return when a closing frame sent now would come behind everything taken."""

    def abort(self) -> None:
        """Reset the connection; what still waits is dropped."""


def line_of(scope: MutableMapping[str, Any], send: Send) -> Line:
    """The best line this server offers."""
    line: Line | None = scope.get("extensions", {}).get(LINE)
    return line or AsgiLine(send)


class AsgiLine:
    """Any ASGI server: a task that exists only while something waits awaits its ``send``."""

    __slots__ = ("_pump", "_queue", "_send", "_waiting")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: deque[Frame] | None = None
        self._waiting = 0
        self._pump: asyncio.Task[None] | None = None

    def send(self, frame: Frame) -> bool:
        """See ``Line``."""
        if self._waiting > HIGH_WATER:
            return False
        if self._queue is None:
            self._queue = deque()
        self._queue.append(frame)
        self._waiting += frame.size
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._empty())
        return True

    def backlog(self) -> int:
        """See ``Line``."""
        return self._waiting

    async def flush(self) -> None:
        """See ``Line``."""
        if self._pump is not None:
            await asyncio.wait([self._pump])

    def abort(self) -> None:
        """See ``Line``: ASGI can close, not reset; what waits is dropped."""
        if self._pump is not None:
            self._pump.cancel()

    async def _empty(self) -> None:
        queue = self._queue
        try:
            while queue:
                frame = queue.popleft()
                await self._send(frame.message)
                self._waiting -= frame.size
        except Exception:  # a server may raise anything once its client is gone
            self._waiting = 0
        finally:
            self._queue = self._pump = None
