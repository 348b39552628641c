"""Who polls a stream's HLS: a pass takes the place of the token, which lives for two minutes only.

Like a WHEP session it is opened with a token, is known to its owner alone, ends when she is sent
away, and ends by itself when nobody uses it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from realtime.sfu.recording.feed import Key

IDLE_S = 30.0
PER_MEMBER = 4
"""Of one person on one stream; one more ends the oldest (a forgotten tab)."""
MOST = 1000


class TooMany(Exception):
    """All passes are taken."""


@dataclass(slots=True)
class Pass:
    """``used_at`` by the monotonic clock."""

    key: Key
    member: int
    used_at: float


class Passes:
    """All passes of one media process.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, Pass] = {}

    def open(self, key: Key, member: int) -> str:
        """A new pass.

        Raises:
            TooMany.
        """
        own = [name for name, one in self._open.items() if (one.key, one.member) == (key, member)]
        for name in own[: max(0, len(own) - PER_MEMBER + 1)]:
            del self._open[name]
        if len(self._open) >= MOST:
            raise TooMany
        name = secrets.token_urlsafe(18)
        self._open[name] = Pass(key, member, self._clock())
        return name

    def use(self, name: str, key: Key) -> bool:
        """Whether the pass is good for this stream; it lives on from now."""
        found = self._open.get(name)
        if found is None or found.key != key:
            return False
        found.used_at = self._clock()
        return True

    def expel(self, room: str, member: int | None) -> None:
        """End those of ``member`` (None: everybody) in ``room``."""
        for name, one in list(self._open.items()):
            if one.key[0] == room and member in (None, one.member):
                del self._open[name]

    def wanted(self) -> set[Key]:
        """Streams that somebody polls; idle passes are ended."""
        limit = self._clock() - IDLE_S
        for name, one in list(self._open.items()):
            if one.used_at < limit:
                del self._open[name]
        return {one.key for one in self._open.values()}
