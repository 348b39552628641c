"""A bounded number of places, shared fairly: who holds the fewest comes first, then who waits
longest. Nobody's own crowd can keep others waiting."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque


class Places:
    """Places that members take for a while.

    Args:
        total: places there are; each: most that one member holds at a time.
    """

    def __init__(self, total: int, each: int) -> None:
        self._free = total
        self._each = each
        self._held: Counter[int] = Counter()
        self._waiting: OrderedDict[int, deque[asyncio.Future[None]]] = OrderedDict()

    def held(self, member: int) -> int:
        """Places that ``member`` has now."""
        return self._held[member]

    async def take(self, member: int) -> None:
        """Wait for a place; give it back with ``give_back``."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(member, deque()).append(ready)
        self._serve()
        try:
            await ready
        except asyncio.CancelledError:
            if ready.cancelled():
                self._leave(member, ready)
            else:  # it came at the same moment
                self.give_back(member)
            raise

    def give_back(self, member: int) -> None:
        """Let the next one in."""
        self._free += 1
        self._held[member] -= 1
        if not self._held[member]:
            del self._held[member]
        self._serve()

    def _leave(self, member: int, ready: asyncio.Future[None]) -> None:
        line = self._waiting[member]
        line.remove(ready)
        if not line:
            del self._waiting[member]

    def _serve(self) -> None:
        while self._free and (member := self._next()) is not None:
            line = self._waiting[member]
            ready = line.popleft()
            if line:
                self._waiting.move_to_end(member)
            else:
                del self._waiting[member]
            if not ready.cancelled():
                self._free -= 1
                self._held[member] += 1
                ready.set_result(None)

    def _next(self) -> int | None:
        """Whose turn it is; None when everybody who waits has all she may have."""
        fewest, chosen = self._each, None
        for member in self._waiting:
            if self._held[member] < fewest:
                fewest, chosen = self._held[member], member
                if not fewest:
                    break
        return chosen
