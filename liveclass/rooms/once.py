"""One announcement for many changes of the same thing.

The writer commits up to 200 votes at once, and two hundred times a second. Counting after each of
them would do the same work over and over: once per commit is asked for, and the hub does it a few
times a second, apart from the writer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from realtime.hub import after_commit, hub


class _Pending(threading.local):
    """What the transactions of this thread have changed; a thread has one transaction at a time."""

    def __init__(self) -> None:
        self.keys: set[Hashable] = set()


_pending = _Pending()


def once_after_commit(key: Hashable, announce: Callable[[], object]) -> None:
    """Call ``announce`` soon after the commit, once for all calls with this ``key`` until then."""

    def run() -> None:
        if key in _pending.keys:
            _pending.keys.discard(key)
            hub.later(key, announce)

    # Every call registers: the hook of a job that is rolled back disappears with its savepoint.
    _pending.keys.add(key)
    after_commit(run)
