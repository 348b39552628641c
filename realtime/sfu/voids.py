"""Tokens that are void before their time: their class is over, or their owner was sent away."""

from __future__ import annotations

from realtime.tickets import MediaToken

MOST = 10_000
"""Entries; beyond it the one that expires first is forgotten."""


class Voids:
    """Who may not open a session with a token from before. An entry dies with those tokens."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, int | None, bool], int] = {}

    def add(
        self, room: str, member: int | None, until: int, now: float, speaking: bool = False
    ) -> None:
        """Void the tokens of ``member`` (None: of everybody) that expire by ``until``; with
        ``speaking`` only those that allow to speak."""
        self._until = {key: end for key, end in self._until.items() if end > now}
        if len(self._until) >= MOST:
            del self._until[min(self._until, key=self._until.__getitem__)]
        key = (room, member, speaking)
        self._until[key] = max(until, self._until.get(key, 0))

    def cover(self, token: MediaToken) -> bool:
        """Whether ``token`` is void."""
        room, member = token.room, token.member
        keys = [(room, None, False), (room, member, False)]
        if token.act == "speak":
            keys.append((room, member, True))
        return any(token.exp <= self._until.get(key, 0) for key in keys)
