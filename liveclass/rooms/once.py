"""One announcement for many changes of the same thing in one transaction.

The writer commits up to 200 votes at once. Counting after each of them would do the same work 200
times; the first announcement after the commit already sees them all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from realtime.hub import after_commit


class _Pending(threading.local):
    """What the transactions of this thread have changed; a thread has one transaction at a time."""

    def __init__(self) -> None:
        self.keys: set[Hashable] = set()


_pending = _Pending()


def once_after_commit(key: Hashable, announce: Callable[[], object]) -> None:
    """Call ``announce`` after the commit, once for all calls with this ``key`` until then."""

    def run() -> None:
        if key in _pending.keys:
            _pending.keys.discard(key)
            announce()

    # Every call registers: the hook of a job that is rolled back disappears with its savepoint.
    _pending.keys.add(key)
    after_commit(run)
