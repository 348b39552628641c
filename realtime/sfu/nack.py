"""Which packets to ask a publisher for again, and when to stop asking.

Both waits follow the line: a gap is left alone for as long as packets there have been seen to
overtake each other, and a request is repeated after about one measured round trip.
"""

from __future__ import annotations

REORDER_S = 0.015
"""A gap younger than this may just be reordering."""
MAX_REORDER_S = 0.06
"""However much packets overtake each other: later, a repair would come too late."""
RETRY_S = 0.08
"""Between two requests for one packet, until a round trip has been measured."""
MIN_RETRY_S, MAX_RETRY_S = 0.04, 0.25
MAX_TRIES = 8
MAX_MISSING = 256
"""A larger hole is not repaired: a keyframe is cheaper."""


class NackGenerator:
    """Missing packets of one source, by extended sequence number."""

    def __init__(self) -> None:
        self._missing: dict[int, tuple[float, int, float]] = {}
        """When to ask (again), how often it was asked, when it was missed or last asked for."""
        self.highest: int | None = None
        self.given_up = 0
        self.grace = REORDER_S
        self.retry = RETRY_S

    def __len__(self) -> int:
        return len(self._missing)

    def add(self, extended: int, now: float) -> bool:
        """Note an arrival. False: the hole before it is too large, ask for a keyframe instead."""
        if self.highest is None or extended <= self.highest:
            if self._missing:
                self._found(extended, now)
            self.highest = extended if self.highest is None else self.highest
            return True
        gap = range(self.highest + 1, extended)
        self.highest = extended
        if len(gap) + len(self._missing) > MAX_MISSING:
            self._missing.clear()
            return False
        self._missing.update(dict.fromkeys(gap, (now + self.grace, 0, now)))
        return True

    def _found(self, extended: int, now: float) -> None:
        """A missing packet came: unasked it was overtaken, asked once it tells the round trip."""
        _, tries, since = self._missing.pop(extended, (0.0, -1, now))
        if tries == 0:
            wanted = max((now - since) * 1.5, self.grace * 0.98)
            self.grace = min(MAX_REORDER_S, max(REORDER_S, wanted))
        elif tries == 1:
            aimed = (now - since) * 1.5 + 0.01
            self.retry = min(MAX_RETRY_S, max(MIN_RETRY_S, self.retry + (aimed - self.retry) / 4))

    def forget(self) -> None:
        """Nobody needs what is missing now."""
        self._missing.clear()

    def due(self, now: float) -> list[int]:
        """Extended numbers to ask for now, ascending; packets asked for too often are let go."""
        asked = []
        for number in sorted(self._missing):
            when, tries, _ = self._missing[number]
            if when > now:
                continue
            if tries == MAX_TRIES:
                del self._missing[number]
                self.given_up += 1
                continue
            self._missing[number] = (now + self.retry, tries + 1, now)
            asked.append(number)
        return asked
