"""How often one person may search: comparing thousands of lines is work, and a page asks for it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from realtime.limits import TokenBucket

RATE = 3.0
"""Searches a second for one person, kept up."""
BURST = 30
"""At once: a page goes through 90 000 lines without a pause."""
PEOPLE = 2000
"""Remembered per process; who searched longest ago is forgotten first."""


class Pace:
    """Remembers who searched how much, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[int, TokenBucket] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def allows(self, member: int) -> bool:
        """Whether ``member`` may search now; counts it when she may."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.setdefault(member, TokenBucket(RATE, BURST, now))
            self._buckets.move_to_end(member)
            if len(self._buckets) > PEOPLE:
                self._buckets.popitem(last=False)
            return not bucket.take(now)


searches = Pace()
