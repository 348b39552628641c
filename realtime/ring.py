"""The newest durable events of one room, in order and without a gap.

Announcements come from several threads after their commits, so two neighbours may arrive in the
wrong order: an early one is held until the one before it has come.
"""

from __future__ import annotations

from collections import deque

MAX_EVENTS = 1024
MAX_BYTES = 1024 * 1024
MAX_EARLY = 256
"""Events held back for a missing neighbour; beyond it the gap is accepted."""

Numbered = tuple[int, bytes]


class Ring:
    """A contiguous run of ``(seq, encoded event)`` that ends with ``last``."""

    __slots__ = ("_bytes", "_early", "_events", "last")

    def __init__(self) -> None:
        self._events: deque[Numbered] = deque()
        self._early: dict[int, bytes] = {}
        self._bytes = 0
        self.last: int | None = None

    def expect(self, seq: int) -> None:
        """The room is known to stand at ``seq``; believed only while nothing else is known."""
        if self.last is None:
            self.last = seq

    def add(self, seq: int, data: bytes) -> list[Numbered]:
        """Take one event in; returns those that may be delivered now, in order."""
        if self.last is None:
            self.last = seq - 1
        if seq <= self.last:
            return []
        self._early[seq] = data
        if len(self._early) > MAX_EARLY:
            return self.accept_gap()
        return self._advance()

    @property
    def waiting(self) -> bool:
        """Whether early events wait for a missing one."""
        return bool(self._early)

    @property
    def first_early(self) -> int | None:
        """The lowest number that is held back, if any."""
        return min(self._early, default=None)

    def forget(self) -> None:
        """Drop what was said until now: nobody can be resumed from before it any more."""
        self._events.clear()
        self._bytes = 0

    def accept_gap(self) -> list[Numbered]:
        """Stop waiting for the missing event: nobody can be resumed from before it any more."""
        if not self._early:
            return []
        self.forget()
        self.last = min(self._early) - 1
        return self._advance()

    def since(self, seq: int) -> list[Numbered] | None:
        """The events after ``seq``, or None when some of them are no longer (or not yet) known."""
        if self.last is None:
            return None
        if seq >= self.last:
            return []
        if not self._events or self._events[0][0] > seq + 1:
            return None
        return [event for event in self._events if event[0] > seq]

    def _advance(self) -> list[Numbered]:
        ready: list[Numbered] = []
        last = self.last or 0
        while (data := self._early.pop(last + 1, None)) is not None:
            last += 1
            ready.append((last, data))
        self.last = last
        for event in ready:
            self._keep(event)
        return ready

    def _keep(self, event: Numbered) -> None:
        self._events.append(event)
        self._bytes += len(event[1])
        while len(self._events) > MAX_EVENTS or self._bytes > MAX_BYTES:
            self._bytes -= len(self._events.popleft()[1])
