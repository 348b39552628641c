"""Copies of what one publisher sends, on their way to sibling workers."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from realtime.sfu import rtcp
from realtime.sfu.keyframes import MIN_INTERVAL_S
from realtime.sfu.line import MEDIA, MESSAGE_BYTES, Line, packed
from realtime.sfu.session import Publisher

KEPT = 1024
"""Packets that a sibling may ask for again when its line was full."""
SOURCES = 16
"""Sources of one publisher whose keyframes are asked for at their own pace."""


@dataclass(slots=True)
class Counts:
    """Of a whole worker."""

    relayed: int = 0
    """Packets given to siblings."""
    dropped: int = 0
    """Packets that a line had no room for."""
    repaired: int = 0
    """Packets given again."""


class Tap:
    """Gathers the packets of one turn of the event loop and sends them to every line at once.

    Args:
        session: whose packets; counts: where they are counted.
    """

    def __init__(self, session: Publisher, counts: Counts) -> None:
        self.session = session
        self.lines: list[Line] = []
        self._counts = counts
        self._kept: deque[bytes] = deque(maxlen=KEPT)
        self._batch: list[bytes] = []
        self._size = 0
        self._asked: dict[int, float] = {}

    def __call__(self, packet: bytes) -> None:
        """Take a copy of one packet."""
        self._kept.append(packet)
        if not self._batch:
            asyncio.get_running_loop().call_soon(self.flush)
        self._batch.append(packet)
        self._size += len(packet)
        if self._size > MESSAGE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Send what was gathered."""
        batch, self._batch, self._size = self._batch, [], 0
        if batch:
            body = packed(batch)
            for line in self.lines:
                if line.say(MEDIA, body):
                    self._counts.relayed += len(batch)
                else:
                    self._counts.dropped += len(batch)

    def again(self, line: Line, wanted: rtcp.Nack) -> None:
        """Answer a sibling that misses packets: what we have goes to it alone. What we miss too is
        asked for already, and comes to it like everything else."""
        found = [packet for packet in self._kept if _source(packet) == wanted.ssrc]
        lost = set(wanted.lost)
        packets = [packet for packet in found if int.from_bytes(packet[2:4], "big") in lost]
        if packets and line.say(MEDIA, packed(packets)):
            self._counts.repaired += len(packets)

    def keyframe(self, wanted: rtcp.KeyframeRequest) -> bytes:
        """What to tell the publisher; empty when it was told just before, by any sibling."""
        now = time.monotonic()
        if now - self._asked.get(wanted.ssrc, float("-inf")) < MIN_INTERVAL_S:
            return b""
        self._asked[wanted.ssrc] = now
        if len(self._asked) > SOURCES:
            del self._asked[next(iter(self._asked))]
        return rtcp.picture_loss(self.session.ssrc, wanted.ssrc)


def _source(packet: bytes) -> int:
    """SSRC of an RTP packet; 0 for RTCP and for what is too short."""
    if len(packet) < 12 or 192 <= packet[1] <= 223:
        return 0
    return int.from_bytes(packet[8:12], "big")
