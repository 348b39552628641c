"""How much a stranger may cost before the application has seen her: bytes, seconds, connections.

daphne keeps a whole body before it asks the application, and has no deadline that a byte now and
then does not move. So both are decided below it, at the head of a request and while the body comes
in. Nothing here knows a socket: ``daphne_seam`` brings the facts and carries out the decisions.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote_to_bytes

SWEEP_SECONDS = 1.0
"""Between two looks at who is late."""
STEP = 64 * 1024
"""Bytes an upload must bring within ``body_seconds``, again and again."""
KIB = 1024

Connection = TypeVar("Connection", bound=Hashable)


@dataclass(frozen=True)
class HttpLimits:
    """What one HTTP request may be.

    ``sizes`` and ``uploads`` give bytes by the beginning of the path; the longest one counts. An
    upload may take as long as it needs while it moves; everything else ends within
    ``body_seconds``. ``waiting_per_address`` of 0 switches that limit off: behind a proxy all
    connections come from one address, and the proxy waits for slow people itself.
    """

    body: int = 1024 * KIB
    sizes: Mapping[str, int] = field(default_factory=dict)
    uploads: Mapping[str, int] = field(default_factory=dict)
    header_seconds: float = 15.0
    body_seconds: float = 60.0
    grace_seconds: float = 2.0
    waiting_per_address: int = 64

    def allowance(self, target: bytes) -> Allowance:
        """What may follow the head of a request for ``target`` (as it stands in the first line)."""
        path = unquote_to_bytes(target.partition(b"?")[0]).decode("utf-8", "replace")
        sizes = {**self.sizes, **self.uploads}
        found = max((start for start in sizes if path.startswith(start)), key=len, default="")
        return Allowance(sizes.get(found, self.body), bool(found) and found in self.uploads)


@dataclass(frozen=True)
class Allowance:
    """Most bytes of a body, and whether it may take its time."""

    size: int
    is_upload: bool = False


@dataclass(slots=True)
class Wait:
    """A connection whose request is not complete: since when, and until when it may be."""

    address: str
    since: float
    until: float
    counted: bool = True


class Doorkeeper(Generic[Connection]):
    """Knows every connection that owes us the rest of a request.

    Who keeps us waiting for more than ``grace_seconds`` counts against her address; when there are
    too many of those, the oldest go. Whoever comes new is let in, so that nobody in a hospital is
    shut out by a neighbour, and thousands who come back at once are not slow, only many.
    """

    def __init__(self, limits: HttpLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._waits: dict[Connection, Wait] = {}

    def __len__(self) -> int:
        """Connections that are waited for."""
        return len(self._waits)

    def expect_head(self, connection: Connection, address: str) -> None:
        """A request, or a connection that owes one, begins; a repeated call moves nothing."""
        if connection not in self._waits:
            now = self._clock()
            self._waits[connection] = Wait(address, now, now + self.limits.header_seconds)

    def expect_body(self, connection: Connection, allowance: Allowance) -> None:
        """The head is complete and a body follows; for an upload, or that its next step begins."""
        if (wait := self._waits.get(connection)) is not None:
            wait.until = self._clock() + self.limits.body_seconds
            wait.counted = not allowance.is_upload

    def done(self, connection: Connection) -> None:
        """The request is complete, or the connection has ended."""
        self._waits.pop(connection, None)

    def expects(self, since: float) -> bool:
        """Whether a request is owed by a connection that began to owe it after ``since``."""
        return any(wait.since > since for wait in self._waits.values())

    def late(self) -> list[Connection]:
        """Who is past a deadline, and the oldest of too many from one address.

        To be called from a timer, not when somebody connects: after a busy moment the loop reads
        what has come in first, and who sent a request in time is not taken for slow.
        """
        now = self._clock()
        overdue = [one for one, wait in self._waits.items() if wait.until <= now]
        return overdue + self._too_many(now - self.limits.grace_seconds, set(overdue))

    def _too_many(self, before: float, gone: set[Connection]) -> list[Connection]:
        most = self.limits.waiting_per_address
        if not most:
            return []
        slow: defaultdict[str, list[Connection]] = defaultdict(list)
        for one, wait in self._waits.items():  # oldest first
            if wait.counted and wait.since <= before and one not in gone:
                slow[wait.address].append(one)
        return [one for waiting in slow.values() for one in waiting[:-most]]
