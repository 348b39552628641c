"""What waits to be sent to one connection: nothing, as long as its line takes it.

A phone that stops reading must cost neither memory nor anybody else's time. What its line does not
take waits in a box bounded in bytes and in age. When the box is full, lossy frames go first; if
that is not enough it is *lagging*: everything but answers to its own commands is dropped, and once
the line is clear again its owner is asked for one resynchronisation. Still stuck, or full again
soon after: the connection is given up and the page resumes on a new one.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from realtime.frames import Frame, Need
from realtime.lines import Line

MAX_QUEUED_BYTES = 256 * 1024
"""Bytes one connection may have waiting in the box, beside what line and kernel hold."""
MAX_AGE = 5.0
"""Seconds the line may stay blocked before the connection is given up."""
POLL = 0.05
"""Seconds between two looks at the blocked lines of this process."""
RESYNC_REST = 30.0
"""Seconds after a resynchronisation in which a second overflow closes the connection."""


@dataclass(slots=True)
class Losses:
    """What boxes of this process had to drop, and why; shown by ``/metrics``."""

    lossy: int = 0
    events: int = 0
    lagging: int = 0
    resyncs: int = 0
    too_slow: int = 0


losses = Losses()


class Outbox:
    """The queue of one connection.

    Args:
        line: the wire.
        resync: called once a lagging line is clear again.
        give_up: called once when the other side does not read.

    ``sent_seq`` is the newest durable event the line took: where a lagging page stands.
    """

    __slots__ = (
        "_blocked_since", "_give_up", "_line", "_queue", "_resync", "_resynced_at",
        "closed", "lagging", "queued_bytes", "sent_seq",
    )  # fmt: skip

    def __init__(
        self,
        line: Line,
        resync: Callable[[], object] = lambda: None,
        give_up: Callable[[], object] = lambda: None,
    ) -> None:
        self._line = line
        self._resync = resync
        self._give_up = give_up
        self._queue: deque[Frame] | None = None
        self._blocked_since = 0.0
        self._resynced_at = -RESYNC_REST
        self.queued_bytes = 0
        self.sent_seq = 0
        self.lagging = False
        self.closed = False

    def put(self, frame: Frame) -> None:
        """Send ``frame``, or let it wait, or drop it when the box is closed, lagging or full."""
        if self._queue is None and not self.closed and self._line.send(frame):
            if frame.last > self.sent_seq:
                self.sent_seq = frame.last
            return
        self._wait(frame)

    def put_message(self, data: bytes) -> None:
        """An answer to this connection's own command."""
        self.put(Frame(data, Need.ANSWER))

    def close(self) -> None:
        """Forget everything and take nothing any more."""
        self.closed = True
        self._queue = None
        self.queued_bytes = 0
        jam.leave(self)

    def retry(self, now: float) -> None:
        """The jam has another look: ``now`` is its clock."""
        queue = self._queue
        while queue and self._line.send(queue[0]):
            frame = queue.popleft()
            self.queued_bytes -= frame.size
            self.sent_seq = max(self.sent_seq, frame.last)
            self._blocked_since = now
        if not queue and self._line_is_clear():
            self._queue = None
            jam.leave(self)
            if self.lagging:
                self._catch_up(now)
        elif now - self._blocked_since > MAX_AGE:
            self._stop()

    def _line_is_clear(self) -> bool:
        """Whether the jam is over. A lagging page must have read everything before it goes on."""
        return not self.lagging or self._line.backlog() == 0

    def _wait(self, frame: Frame) -> None:
        if self.closed:
            return
        if self.lagging and frame.need < Need.ANSWER:
            losses.events += 1
            return
        if self._queue is None:
            self._queue = deque()
            self._blocked_since = jam.clock()
            jam.enter(self)
        self._queue.append(frame)
        self.queued_bytes += frame.size
        if self.queued_bytes > MAX_QUEUED_BYTES:
            self._overflow()

    def _overflow(self) -> None:
        losses.lossy += self._keep(Need.EVENT)
        if self.queued_bytes <= MAX_QUEUED_BYTES:
            return
        if self.lagging:  # its own answers alone fill the box
            self._stop()
            return
        self.lagging = True
        losses.lagging += 1
        losses.events += self._keep(Need.ANSWER)

    def _keep(self, need: Need) -> int:
        """Drop what is needed less than ``need``; how many frames that were."""
        queue = self._queue or deque()
        self._queue = deque(frame for frame in queue if frame.need >= need)
        self.queued_bytes = sum(frame.size for frame in self._queue)
        return len(queue) - len(self._queue)

    def _catch_up(self, now: float) -> None:
        if now - self._resynced_at < RESYNC_REST:
            self._stop()
            return
        self._resynced_at = now
        self.lagging = False
        losses.resyncs += 1
        self._resync()

    def _stop(self) -> None:
        losses.too_slow += 1
        self.close()
        self._give_up()


class Jam:
    """Has a look at all blocked boxes of this process, and sleeps while there is none."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._boxes: dict[Outbox, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._boxes)

    def enter(self, box: Outbox) -> None:
        """``box`` has something its line does not take."""
        self._boxes[box] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(POLL, self._look)

    def leave(self, box: Outbox) -> None:
        """``box`` waits for nothing any more."""
        self._boxes.pop(box, None)

    def _look(self) -> None:
        self._timer = None
        now = self.clock()
        for box in list(self._boxes):
            box.retry(now)
        if self._boxes:
            self._timer = asyncio.get_running_loop().call_later(POLL, self._look)


jam = Jam()
"""The blocked boxes of this process."""
