"""How often one person may send each kind of command: token buckets.

A person types and taps; a script floods. The sizes let every honest hand through and bound what one
person can cost the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from realtime.protocol.refusals import Refusal

Kind = Literal[
    "chat", "reaction", "vote", "slides", "point", "caption", "whisper", "other", "ping", "any"
]

RATES: dict[Kind, tuple[float, int]] = {
    "chat": (1.0, 5),
    "reaction": (3.0, 6),
    "vote": (2.0, 6),
    "slides": (5.0, 20),
    "point": (20.0, 20),
    "caption": (4.0, 12),
    "whisper": (0.25, 6),
    "other": (2.0, 8),
    "ping": (2.0, 20),
    "any": (40.0, 160),
}
"""Per kind: commands a second in the long run, and how many may come at once. ``any`` counts every
message, refused ones too: who exceeds it is no person, and the connection ends."""


class TokenBucket:
    """Lets ``burst`` through at once and ``rate`` a second afterwards."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one token. Returns 0.0, or the seconds until one is there when none was taken."""
        refilled = self._tokens + max(0.0, now - self._at) * self._rate
        self._tokens = min(float(self._burst), refilled)
        self._at = now
        if self._tokens >= 1.0:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._rate


class Limits:
    """The buckets of one person in one room, made when first needed; all her pages share them."""

    __slots__ = ("__weakref__", "_buckets", "_clock")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[Kind, TokenBucket] = {}

    def wait(self, kind: Kind) -> float:
        """Count one command of ``kind``; seconds to wait when it is one too many, else 0.0."""
        now = self._clock()
        bucket = self._buckets.get(kind)
        if bucket is None:
            bucket = self._buckets[kind] = TokenBucket(*RATES[kind], now)
        return bucket.take(now)

    def take(self, kind: Kind) -> None:
        """Count one command of ``kind``; Refusal ``too_fast`` when it is one too many."""
        seconds = self.wait(kind)
        if seconds > 0.0:
            raise Refusal("too_fast", retry_ms=int(seconds * 1000) + 1)
