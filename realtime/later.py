"""Work that is asked for often and done a few times a second: recounting what changes.

The first request is served at once, later ones when the window has passed; between two windows the
newest request stands for all. Callable from any thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from functools import partial

from realtime.protocol.refusals import Refusal

EVERY = 0.2
"""Seconds between two recounts of the same thing."""
MOST = 4096
"""Things that may be recounted at the same time; beyond it they are counted where they are asked
for, which is slower and loses nothing."""

Work = Callable[[], object]
Aside = Callable[[Work], Awaitable[object]]
"""Runs work on a thread that may read the database."""

logger = logging.getLogger(__name__)


class Later:
    """Recounts, each at most once per ``EVERY`` seconds. Without a loop they are done at once."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._aside: Aside | None = None
        self._waiting: dict[Hashable, Work | None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, loop: asyncio.AbstractEventLoop, aside: Aside) -> None:
        """Work aside from now on."""
        self._loop, self._aside = loop, aside

    def detach(self) -> None:
        """Work where it is asked for again; what waits is forgotten."""
        self._loop = self._aside = None
        self._waiting.clear()
        for task in self._tasks:
            task.cancel()

    def do(self, key: Hashable, work: Work) -> None:
        """Do ``work`` soon, or the newest of all that is asked for under ``key`` until then."""
        loop = self._loop
        if loop is None or loop.is_closed() or len(self._waiting) >= MOST:
            work()
        else:
            loop.call_soon_threadsafe(self._ask, key, work)

    def _ask(self, key: Hashable, work: Work) -> None:
        if key in self._waiting:
            self._waiting[key] = work
            return
        self._waiting[key] = None
        task = asyncio.get_running_loop().create_task(self._serve(key, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, key: Hashable, work: Work | None) -> None:
        try:
            while work is not None:
                work = await self._attempt(work)
                await asyncio.sleep(EVERY)
                work, self._waiting[key] = self._waiting.get(key) or work, None
        finally:
            self._waiting.pop(key, None)

    async def _attempt(self, work: Work) -> Work | None:
        """Do it; when the readers are busy it stays to be done."""
        if self._aside is None:
            return None
        try:
            await self._aside(partial(work))
        except Refusal:
            return work
        except Exception:
            logger.exception("a recount failed")
        return None
