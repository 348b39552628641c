"""Arithmetic of a load test: quantiles of a million delays in bounded memory."""

from __future__ import annotations

from array import array

STEP = 0.0001
"""Seconds one bucket is wide."""
BUCKETS = 600_000
"""A minute; what takes longer counts as a minute."""


class Delays:
    """How long things took, to a tenth of a millisecond."""

    def __init__(self) -> None:
        self._counts = array("L", bytes(array("L").itemsize * BUCKETS))
        self.count = 0
        self.longest = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self._counts[min(max(int(seconds / STEP), 0), BUCKETS - 1)] += 1
        self.count += 1
        if seconds > self.longest:
            self.longest = seconds

    def quantile(self, share: float) -> float:
        """The time within which ``share`` (0…1) of all were done; 0 when there were none."""
        wanted, passed = share * self.count, 0
        if not self.count:
            return 0.0
        for bucket, count in enumerate(self._counts):
            passed += count
            if count and passed >= wanted:
                return (bucket + 1) * STEP
        return self.longest

    def summary(self) -> dict[str, float]:
        """Milliseconds: p50, p95, p99 and the longest; and how many there were."""
        found = {f"p{int(q * 100)}": round(self.quantile(q) * 1000, 1) for q in (0.5, 0.95, 0.99)}
        return {**found, "max": round(self.longest * 1000, 1), "count": self.count}
