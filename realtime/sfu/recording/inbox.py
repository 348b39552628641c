"""The way from the media loop to the recorder's thread: never waits, never grows without end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

MOST_BYTES = 16 << 20
"""Half a minute of four publishers: when the disk hangs for longer, packets are lost to it."""
MOST_CALLS = 100_000


class Inbox:
    """Calls for the thread, in order. One side only puts, the other only takes: no lock."""

    def __init__(self) -> None:
        self._calls: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._put = 0
        self._taken = 0
        self.refused = 0
        """Packets there was no room for."""

    def packet(self, take: Callable[[bytes, float], None], packet: bytes, now: float) -> None:
        """A packet for ``take``; forgotten when too much waits."""
        size = len(packet)
        if self._put + size - self._taken > MOST_BYTES or len(self._calls) >= MOST_CALLS:
            self.refused += 1
            return
        self._put += size
        self._calls.append((take, (packet, now)))

    @property
    def waiting(self) -> int:
        """Calls that wait."""
        return len(self._calls)

    def call(self, act: Callable[..., None], *given: Any) -> None:
        """Anything else: rare, and never lost."""
        self._calls.append((act, given))

    def drain(self, crashed: Callable[[], None]) -> None:
        """Carry out what waits now; ``crashed`` hears of a mistake of ours, and it goes on."""
        for _ in range(len(self._calls)):
            act, given = self._calls.popleft()
            if given and isinstance(given[0], bytes):
                self._taken += len(given[0])
            try:
                act(*given)
            except Exception:
                crashed()
