"""The newest value of each changing thing in a room: tallies, presence, the queue of hands.

Only the newest value of a key is ever sent. Each carries the durable ``seq`` the room stood at when
it was sent, so that a page that comes back gets exactly those it may have missed.
"""

from __future__ import annotations

from dataclasses import dataclass

from realtime.bus import Audience

MAX_KEYS = 1024
"""Keys remembered per room; the ones changed longest ago are forgotten first."""


@dataclass(slots=True)
class _Value:
    data: bytes
    sent_at: int | None = None


class Keyed:
    """Newest values of one room, per key and audience."""

    __slots__ = ("_changed", "_values")

    def __init__(self) -> None:
        self._values: dict[tuple[str, Audience], _Value] = {}
        self._changed: set[tuple[str, Audience]] = set()

    def set(self, key: str, to: Audience, data: bytes) -> None:
        """Replace the value of ``key`` as ``to`` sees it; it waits for the next ``take``.

        A value for everybody replaces those for staff and members, and the other way round.
        """
        for other in _hidden_by(to):
            self._forget((key, other))
        self._values.pop((key, to), None)
        self._values[key, to] = _Value(data)
        self._changed.add((key, to))
        while len(self._values) > MAX_KEYS:
            self._forget(next(iter(self._values)))

    def fill(self, key: str, to: Audience, data: bytes, seq: int) -> None:
        """Remember what the database said when the room stood at ``seq``, unless more is known."""
        if not any((key, other) in self._values for other in (to, *_hidden_by(to))):
            self._values[key, to] = _Value(data, seq)
            while len(self._values) > MAX_KEYS:
                self._forget(next(iter(self._values)))

    def differs(self, key: str, to: Audience, data: bytes) -> bool:
        """Whether ``data`` is not what was remembered last."""
        known = self._values.get((key, to))
        return known is None or known.data != data

    def take(self, seq: int) -> dict[Audience, list[bytes]]:
        """What changed since the last ``take``, by audience; counts as sent at ``seq``."""
        found: dict[Audience, list[bytes]] = {}
        for name, value in self._values.items():
            if name in self._changed:
                value.sent_at = seq
                found.setdefault(name[1], []).append(value.data)
        self._changed.clear()
        return found

    def since(self, seq: int, staff: bool) -> list[bytes]:
        """The values somebody who last saw ``seq`` may not have seen."""
        mine = ("all", "staff" if staff else "members")
        return [
            value.data
            for (_, to), value in self._values.items()
            if to in mine and (value.sent_at is None or value.sent_at >= seq)
        ]

    def _forget(self, name: tuple[str, Audience]) -> None:
        self._values.pop(name, None)
        self._changed.discard(name)


def _hidden_by(to: Audience) -> tuple[Audience, ...]:
    return ("staff", "members") if to == "all" else ("all",)
