"""Which worker serves whom.

All publishers of a room go to one worker, its *home*: cameras and screens of one room then share a
clock, a recording and a hook order. Viewers go to the worker that has the fewest, wherever the
publisher is. Nobody is moved while her worker lives.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

MOST_HOMES = 4096
"""Rooms whose home is remembered while nobody publishes; the one used longest ago goes first."""

Key = tuple[str, str]


@dataclass(slots=True)
class Worker:
    """One media worker as the front sees it."""

    number: int
    up: bool = False
    """It has answered since its last start."""
    told: dict[str, int] = field(default_factory=dict)
    """Its own counters, at the last look."""
    placed: int = 0
    """Viewers sent there since that look."""

    @property
    def viewers(self) -> int:
        """How many it serves, as far as known."""
        return self.told.get("viewers", 0) + self.placed

    def looked_at(self, told: dict[str, int]) -> None:
        """Take its answer; it counts those sent there by itself now."""
        self.up, self.told, self.placed = True, told, 0

    def died(self) -> None:
        """It serves nobody."""
        self.up, self.told, self.placed = False, {}, 0


class Placing:
    """The workers and the rule.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self.workers = [Worker(number) for number in range(count)]
        self.origins: dict[Key, int] = {}
        """Worker of each stream that is published now."""
        self._homes: OrderedDict[str, int] = OrderedDict()

    def at(self, number: int) -> Worker | None:
        """The worker with this number, if it is up."""
        found = self.workers[number] if 0 <= number < len(self.workers) else None
        return found if found is not None and found.up else None

    def any(self) -> Worker | None:
        """Some worker that is up, for questions that all answer alike."""
        return next(iter(self._up()), None)

    def home(self, room: str) -> Worker | None:
        """Where ``room`` is published; chosen when it has no home or that is gone."""
        held = (at for (code, _), at in self.origins.items() if code == room)
        worker = self.at(next(held, self._homes.get(room, -1)))
        if worker is None:
            worker = min(
                self._up(), key=lambda one: (self._rooms_of(one), one.viewers), default=None
            )
        if worker is not None:
            self._homes[room] = worker.number
            self._homes.move_to_end(room)
            if len(self._homes) > MOST_HOMES:
                self._homes.popitem(last=False)
        return worker

    def seat(self, room: str) -> Worker | None:
        """Where the next viewer of ``room`` goes; at equal numbers to its home, saving a relay."""
        home = self._homes.get(room, -1)
        return min(self._up(), key=lambda one: (one.viewers, one.number != home), default=None)

    def lost(self, number: int) -> list[Key]:
        """A worker died: the streams that went with it."""
        self.workers[number].died()
        gone = [key for key, worker in self.origins.items() if worker == number]
        for key in gone:
            del self.origins[key]
        return gone

    def _up(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.up]

    def _rooms_of(self, worker: Worker) -> int:
        return len({key[0] for key, at in self.origins.items() if at == worker.number})
