"""What waits to be sent to one connection: bounded in bytes and in age.

A phone that stops reading must cost neither memory nor anybody else's time. When its box is full,
lossy frames go first; if that is not enough the box is *lagging*: everything but answers to its own
commands is dropped, and once the line is clear again the owner is asked for one resynchronisation.
Still stuck, or full again soon after: the connection is closed and the page resumes on a new one.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from enum import IntEnum

from realtime.protocol.version import CLOSE_TOO_SLOW

MAX_QUEUED_BYTES = 256 * 1024
"""Bytes one connection may have waiting in the box, beside what the kernel holds."""
MAX_AGE = 5.0
"""Seconds the line may stay blocked before the connection is given up."""
HIGH_WATER = 64 * 1024
"""Bytes in the server's own socket buffer above which nothing more is handed to it."""
POLL = 0.05
"""Seconds between two looks at a blocked line."""
RESYNC_REST = 30.0
"""Seconds after a resynchronisation in which a second overflow closes the connection."""


class Need(IntEnum):
    """How badly a frame must arrive; a full box drops from the top of this list."""

    LOSSY = 0
    EVENT = 1
    ANSWER = 2


class Frame:
    """One WebSocket text message, encoded once and shared by every connection it goes to.

    ``first`` and ``last`` are the durable sequence numbers inside it, 0 when it holds none.
    """

    __slots__ = ("first", "last", "message", "need", "size")

    def __init__(self, data: bytes, need: Need = Need.EVENT, first: int = 0, last: int = 0) -> None:
        self.message = {"type": "websocket.send", "text": data.decode()}
        self.size = len(data)
        self.need = need
        self.first = first
        self.last = last


def joined(messages: list[bytes]) -> bytes:
    """Several encoded messages as the content of one frame."""
    return messages[0] if len(messages) == 1 else b"[" + b",".join(messages) + b"]"


class TooSlow(Exception):
    """The line stayed blocked, or filled up again at once: close with ``CLOSE_TOO_SLOW``."""

    code = CLOSE_TOO_SLOW


Send = Callable[[dict[str, str]], Awaitable[None]]


class Outbox:
    """The queue of one connection and the loop that empties it.

    Args:
        send: the ``send`` of the ASGI connection.
        backlog: bytes the server has accepted but not yet handed to the kernel.
        clock: monotonic seconds.

    ``sent_seq`` is the newest durable event handed to the server: where a lagging page stands.
    ``resync`` is awaited once a lagging line is clear again.
    """

    def __init__(
        self,
        send: Send,
        backlog: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._backlog = backlog
        self.resync: Callable[[], Awaitable[None]] | None = None
        self._clock = clock
        self._queue: deque[Frame] = deque()
        self._wake = asyncio.Event()
        self._resynced_at = -RESYNC_REST
        self.queued_bytes = 0
        self.sent_seq = 0
        self.lagging = False
        self.closed = False

    def put(self, frame: Frame) -> None:
        """Queue ``frame``, or drop it when the box is closed, lagging or full."""
        if self.closed or (self.lagging and frame.need < Need.ANSWER):
            return
        self._queue.append(frame)
        self.queued_bytes += frame.size
        if self.queued_bytes > MAX_QUEUED_BYTES:
            self._overflow()
        self._wake.set()

    def put_message(self, data: bytes) -> None:
        """Queue an answer to this connection's own command."""
        self.put(Frame(data, Need.ANSWER))

    def close(self) -> None:
        """Forget everything and end ``run`` at its next step."""
        self.closed = True
        self._queue.clear()
        self.queued_bytes = 0
        self._wake.set()

    def _overflow(self) -> None:
        self._keep(Need.EVENT)
        if self.queued_bytes > MAX_QUEUED_BYTES:
            self.lagging = True
            self._keep(Need.ANSWER)

    def _keep(self, need: Need) -> None:
        self._queue = deque(frame for frame in self._queue if frame.need >= need)
        self.queued_bytes = sum(frame.size for frame in self._queue)

    async def run(self) -> None:
        """Send until closed.

        Raises:
            TooSlow: the other side does not read.
        """
        while not self.closed:
            await self._wake.wait()
            self._wake.clear()
            await self._empty()
            if self.lagging:
                await self._catch_up()

    async def _empty(self) -> None:
        while self._queue:
            if self._backlog() > HIGH_WATER:
                await self._clear_line(HIGH_WATER)
            if not self._queue:
                return
            frame = self._queue.popleft()
            self.queued_bytes -= frame.size
            await self._send(frame.message)
            self.sent_seq = max(self.sent_seq, frame.last)

    async def _clear_line(self, below: int) -> None:
        """Wait until the server's socket buffer holds at most ``below`` bytes."""
        since = self._clock()
        while self._backlog() > below and not self.closed:
            if self._clock() - since > MAX_AGE:
                raise TooSlow
            await asyncio.sleep(POLL)

    async def _catch_up(self) -> None:
        now = self._clock()
        if now - self._resynced_at < RESYNC_REST:
            raise TooSlow
        await self._clear_line(0)
        self._resynced_at = now
        self.lagging = False
        if self.resync is not None:
            await self.resync()
