"""Packets of a track in the order of their numbers, with a bounded wait for those that are missing.

Repaired packets come up to eight questions late (``realtime.sfu.nack``); while nothing is missing
nothing waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from realtime.sfu.rtp import sequence_of, uint16_diff

WAIT_S = 0.7
"""How long a missing packet is waited for, from the arrival of the first behind it."""
MOST = 1024
"""Packets that may wait: more than five seconds of a lecture; then the hole is passed at once."""


class Reorder:
    """A window over one track's (wrapping) sequence numbers."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._waiting: dict[int, tuple[bytes, float]] = {}
        self.lost = 0
        """Packets that never came in time."""

    def put(self, packet: bytes, now: float) -> None:
        """Take a packet that arrived at ``now``; what comes too late or again is forgotten."""
        sequence = sequence_of(packet)
        if self._next is None:
            self._next = sequence
        number = self._next + uint16_diff(sequence, self._next & 0xFFFF)
        if number >= self._next:
            self._waiting.setdefault(number, (packet, now))

    def take(self, now: float) -> Iterator[bytes | None]:
        """What is next, in order; None stands for a hole of any length."""
        while self._waiting and self._next is not None:
            found = self._waiting.pop(self._next, None)
            if found is not None:
                self._next += 1
                yield found[0]
                continue
            first = min(self._waiting)
            if now - self._waiting[first][1] < WAIT_S and len(self._waiting) < MOST:
                return
            self.lost += first - self._next
            self._next = first
            yield None
