"""Leading-edge coalescing: the first call acts at once, later ones wait for the window to end.

A quiet room has no added latency; a busy one gets one frame per window instead of one per change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Window:
    """Calls ``flush`` at most once per ``seconds``. Used on the loop's own thread only."""

    __slots__ = ("_again", "_flush", "_timer", "seconds")

    def __init__(self, seconds: float, flush: Callable[[], None]) -> None:
        self.seconds = seconds
        self._flush = flush
        self._again = False
        self._timer: asyncio.TimerHandle | None = None

    def poke(self) -> None:
        """Something changed: flush now when no window is open, else when it ends."""
        if self._timer is not None:
            self._again = True
            return
        self._open()
        self._flush()

    def cancel(self) -> None:
        """Forget what waits."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._again = None, False

    def _open(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self.seconds, self._end)

    def _end(self) -> None:
        self._timer = None
        if self._again:
            self._again = False
            self._open()
            self._flush()
