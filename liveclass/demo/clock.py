"""A clock that can be set, so that yesterday's class is made by the same actions as any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch


class Clock:
    """What ``django.utils.timezone.now`` answers while it is borrowed."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def borrowed(start: datetime) -> Iterator[Clock]:
    """Let every action believe it is ``start``, and then whatever the clock is set to.

    Only for a process that does nothing else: the clock belongs to the whole process.
    """
    clock = Clock(start)
    with patch("django.utils.timezone.now", clock):
        yield clock
