"""Keyframe requests of many viewers, made into few requests to the publisher."""

from __future__ import annotations

MIN_INTERVAL_S = 0.5
"""Each keyframe costs every viewer bandwidth: a mass join gets one, not one each."""
MAX_TRIES = 6
"""A publisher that does not answer is not asked forever; the next viewer's request starts anew."""


class KeyframeRequests:
    """Wanted, asked, seen: at most one question per half second, repeated until answered."""

    def __init__(self) -> None:
        self._asked_at = float("-inf")
        self._wanted = False
        self._tries = 0
        self.asked = 0
        """Questions to the publisher."""

    def want(self) -> None:
        """A viewer cannot decode."""
        self._wanted = True
        self._tries = 0

    def seen(self) -> None:
        """A keyframe begins: everybody who asked until now gets it."""
        self._wanted = False

    def due(self, now: float) -> bool:
        """Whether to ask the publisher now; true means that it is being asked."""
        if not self._wanted or now - self._asked_at < MIN_INTERVAL_S:
            return False
        self._asked_at = now
        self._tries += 1
        self.asked += 1
        self._wanted = self._tries < MAX_TRIES
        return True
