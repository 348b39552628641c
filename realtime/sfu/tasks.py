"""The background work of one owner: started, repeated, and ended together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks(set[asyncio.Task[None]]):
    """Tasks that run until they are done or the owner closes."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run ``work`` beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self.add(task)
        task.add_done_callback(self.discard)
        return task

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Call ``act`` regularly; one failure is logged and the clock goes on."""
        self.spawn(_repeat(seconds, act))

    async def close(self) -> None:
        """Cancel what still runs."""
        for task in self:
            task.cancel()
        await asyncio.gather(*self, return_exceptions=True)


async def _repeat(seconds: float, act: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            act()
        except Exception:
            log.exception("clock.failed")
