"""The sessions that were opened at the engine through us."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

Key = tuple[str, str]


@dataclass(slots=True)
class Session:
    """One peer at the engine."""

    room: str
    stream: str
    member: int
    publishes: bool
    address: str
    """Of the session at the engine: not told to anybody."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    alias: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    """What others may know it by; leads nowhere."""
    told: bool = False
    """Web has heard that it is published."""
    missed: int = 0
    """Looks in a row at which the engine did not have it."""

    @property
    def key(self) -> Key:
        """What it is about."""
        return (self.room, self.stream)


class Sessions(dict[str, Session]):
    """By id, in the order in which they were opened; bounded."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    @property
    def is_full(self) -> bool:
        """Whether no more fit."""
        return len(self) >= self._most

    def publisher(self, key: Key) -> Session | None:
        """Who publishes a stream, or is about to: the one that came last."""
        own = [one for one in self.values() if one.publishes and one.key == key]
        return own[-1] if own else None

    def within(self, room: str, member: int | None) -> list[Session]:
        """Those of ``member`` (None: of everybody) in a room."""
        return [one for one in self.values() if one.room == room and member in (None, one.member)]

    def counts(self) -> dict[str, int]:
        """For ``/media/healthz``."""
        publishers = [one for one in self.values() if one.publishes and one.told]
        return {
            "rooms": len({one.room for one in self.values()}),
            "publishers": len(publishers),
            "viewers": sum(not one.publishes for one in self.values()),
        }
