"""Whether one Redis server can be reached: one line when it goes away, one when it is back."""

from __future__ import annotations

import logging
import threading
from typing import Literal
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

Side = Literal["sending", "receiving"]


class Link:
    """Told by both sides, publisher (its thread) and receiver (the loop), how it went last."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.where = f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path
        self._failing: set[Side] = set()
        self._lock = threading.Lock()

    @property
    def down(self) -> bool:
        """Something is not possible now."""
        return bool(self._failing)

    def failed(self, side: Side, error: BaseException) -> None:
        """``side`` could not do its work; harmless when repeated."""
        with self._lock:
            first = not self._failing
            self._failing.add(side)
        if first:
            logger.warning("redis %s is away: %s", self.where, _reason(error))

    def works(self, side: Side) -> None:
        """``side`` has done its work."""
        if side not in self._failing:
            return
        with self._lock:
            self._failing.discard(side)
            back = not self._failing
        if back:
            logger.warning("redis %s is back", self.where)

    def forget(self, side: Side) -> None:
        """``side`` has ended; nothing is known of it any more."""
        with self._lock:
            self._failing.discard(side)


def _reason(error: BaseException) -> str:
    text = str(error).splitlines()
    return f"{type(error).__name__} {text[0] if text else ''}".strip()
