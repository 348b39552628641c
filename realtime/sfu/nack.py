"""Which packets to ask a publisher for again, and when to stop asking."""

from __future__ import annotations

REORDER_S = 0.015
"""A gap younger than this may just be reordering."""
RETRY_S = 0.08
"""Between two requests for one packet: about a round trip on a usual line."""
MAX_TRIES = 8
MAX_MISSING = 256
"""A larger hole is not repaired: a keyframe is cheaper."""


class NackGenerator:
    """Missing packets of one source, by extended sequence number."""

    def __init__(self) -> None:
        self._missing: dict[int, tuple[float, int]] = {}
        self.highest: int | None = None
        self.given_up = 0

    def __len__(self) -> int:
        return len(self._missing)

    def add(self, extended: int, now: float) -> bool:
        """Note an arrival. False: the hole before it is too large, ask for a keyframe instead."""
        if self.highest is None or extended <= self.highest:
            self._missing.pop(extended, None)
            self.highest = extended if self.highest is None else self.highest
            return True
        gap = range(self.highest + 1, extended)
        self.highest = extended
        if len(gap) + len(self._missing) > MAX_MISSING:
            self._missing.clear()
            return False
        self._missing.update(dict.fromkeys(gap, (now + REORDER_S, 0)))
        return True

    def due(self, now: float) -> list[int]:
        """Extended numbers to ask for now, ascending; packets asked for too often are let go."""
        asked = []
        for number in sorted(self._missing):
            when, tries = self._missing[number]
            if when > now:
                continue
            if tries == MAX_TRIES:
                del self._missing[number]
                self.given_up += 1
                continue
            self._missing[number] = (now + RETRY_S, tries + 1)
            asked.append(number)
        return asked
