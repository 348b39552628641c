"""What was believed of a replay: handed to those who know classes, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from courses.completion.ranges import Range


class Replayed(NamedTuple):
    """``member`` saw ``played`` (ticks on the clock of the class, in the order of playing) of the
    replay of ``session`` at some time from ``since`` to ``until``."""

    member: int
    session: int
    played: tuple[Range, ...]
    since: datetime
    until: datetime


when_replayed: list[Callable[[Sequence[Replayed]], None]] = []
"""Set in ``apps.ready``."""
