"""The pace of a long answer is that of its reader: who writes waits until it was taken.

daphne writes whatever it is given into Twisted's buffer, however slow the reader. Registered as the
producer of a request (Twisted's published way), this is told when that buffer is full and when it
has become empty.
"""

from __future__ import annotations

import asyncio
import time

from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer  # type: ignore[import-untyped]

PATIENCE_S = 120.0
"""What waits (half a megabyte at most, the kernel's buffer included) must be taken within this."""


@implementer(IPushProducer)
class Pace:
    """One answer. All of it belongs to the loop's thread."""

    def __init__(self) -> None:
        self._free = asyncio.Event()
        self._free.set()
        self._paused_at = 0.0

    async def wait(self) -> None:
        """Until more may be written, or nobody reads any more."""
        await self._free.wait()

    @property
    def is_over(self) -> bool:
        """Whether the reader has taken nothing for too long."""
        return not self._free.is_set() and time.monotonic() - self._paused_at > PATIENCE_S

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The buffer is full."""
        if self._free.is_set():
            self._free.clear()
            self._paused_at = time.monotonic()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The buffer is empty."""
        self._free.set()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The connection is gone, or the answer complete."""
        self._free.set()
