"""Where one room stands on the bus: what comes next, what came too early, what is lost."""

from __future__ import annotations

from collections.abc import Sequence

from realtime.redis_wire import Entry

MOST_EARLY = 2048
"""Parcels held back for a missing one; beyond it that one is given up."""
ORIGINS = 64
"""Senders whose serials are remembered; restarted processes have new names."""

Ready = list[tuple[bytes, bool]]
"""Encoded parcels to deliver now, each with whether it was fetched from the stream."""


class Track:
    """Everything before ``last`` has been delivered or given up. No I/O: the receiver asks Redis.

    ``lost`` is set when something was given up; who reads it clears it.
    """

    __slots__ = (
        "_anchor",
        "_early",
        "_heard",
        "epoch",
        "joined",
        "last",
        "lost",
        "misses",
        "opened",
        "sure",
    )

    def __init__(self) -> None:
        self.epoch = b""
        self.last = 0
        self.sure = False
        """Whether ``last`` is known: not before the first look or the first parcel."""
        self.joined = False
        """Whether we are subscribed."""
        self.opened = False
        """Whether we have ever been."""
        self.misses = 0
        """Looks in a row that found parcels the subscription should have brought."""
        self.lost = False
        self._early: dict[int, tuple[bytes, bool]] = {}
        self._anchor = b""
        self._heard: dict[str, int] = {}

    @property
    def gap(self) -> bool:
        """Whether early parcels wait for a missing one."""
        return bool(self._early)

    def take(self, epoch: bytes, number: int, body: bytes) -> Ready:
        """One published parcel; returns those that may be delivered now, in order."""
        if not self.sure:
            self.epoch, self.last, self.sure = epoch, number - 1, True
        self._turn(epoch)
        if number > self.last:
            self._early.setdefault(number, (body, False))
        ready = self._advance()
        return ready + self._give_up() if len(self._early) > MOST_EARLY else ready

    def look(self, epoch: bytes, newest: int) -> bool:
        """The room stands at ``newest``; whether something between us and there is missing."""
        if not self.sure:
            self.epoch, self.last, self.sure = epoch, newest, True
            return False
        self._turn(epoch)
        if newest < self.last:
            self._restart()
        return newest > self.last

    def fill(self, epoch: bytes, newest: int, found: Sequence[Entry]) -> Ready:
        """What the stream has from ``last`` on, ``last`` itself first as a proof of continuity."""
        self._turn(epoch)
        rest = list(found)
        if self.last and self._anchor and rest[:1] != [(self.last, self._anchor)]:
            self._restart()
            self.last = rest[0][0] - 1 if rest else 0
        for number, body in rest:
            if number > self.last:
                self._early.setdefault(number, (body, True))
        ready = self._advance()
        if self._early:
            ready += self._give_up()
        if self.last < newest:
            self.last, self._anchor, self.lost = newest, b"", True
        return ready

    def heard(self, origin: str, serial: int) -> bool:
        """Whether this parcel came before: ``origin`` did not know that and sent it again."""
        before = self._heard.pop(origin, 0)
        self._heard[origin] = max(before, serial)
        if len(self._heard) > ORIGINS:
            del self._heard[next(iter(self._heard))]
        return serial <= before

    def _turn(self, epoch: bytes) -> None:
        """Another epoch: the stream began anew, and nobody knows how the old one ended."""
        if epoch == self.epoch:
            return
        if self.epoch:
            self._restart()
        self.epoch = epoch

    def _restart(self) -> None:
        self.last, self._anchor, self.lost = 0, b"", True
        self._early.clear()

    def _give_up(self) -> Ready:
        self.lost = True
        self.last = min(self._early) - 1
        return self._advance()

    def _advance(self) -> Ready:
        ready: Ready = []
        while (found := self._early.pop(self.last + 1, None)) is not None:
            self.last += 1
            ready.append(found)
        if ready:
            self._anchor = ready[-1][0]
        return ready
