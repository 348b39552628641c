"""Tells the people of a room how the stage arrives at the server: the lecturer's line, not theirs.

A viewer whose picture stutters cannot know whether it is lost on her way or was never received
here. The media process knows; every web process asks it every few seconds, for the published
streams alone, and tells its own rooms when something has changed. So a room hears of it at most
every ``EVERY_S`` and, while all is well, never.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from realtime.hub import Hub
from realtime.media_grades import GRADES, grade
from realtime.media_stats import MediaStats, PublisherStats
from realtime.protocol.events import StageQuality
from realtime.protocol.state import LineGrade, StreamQuality

EVERY_S = 5.0
"""Between two questions: no room is told more often."""
WORSE, BETTER = 2, 3
"""Rounds in a row after which a grade goes down, and up: one bad moment is no bad line."""

Ask = Callable[[], Awaitable[MediaStats | None]]
Key = tuple[str, str, int]
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Line:
    """One publishing session between two rounds."""

    packets: dict[str, int]
    lost: dict[str, int]
    grade: LineGrade = "good"
    rounds: int = 0
    """How often in a row it was graded otherwise than it is told."""

    def settle(self, found: LineGrade) -> None:
        """Take this round's grade."""
        if found == self.grade:
            self.rounds = 0
            return
        self.rounds += 1
        worse = GRADES.index(found) > GRADES.index(self.grade)
        if self.rounds >= (WORSE if worse else BETTER):
            self.grade, self.rounds = found, 0


class StageWatch:
    """Asks for all rooms of this process and tells those where something is different.

    Args:
        ask: the published streams as media tells them, None when it does not.
    """

    def __init__(self, hub: Hub, ask: Ask, every: float = EVERY_S) -> None:
        self._hub = hub
        self._ask = ask
        self._every = every
        self._lines: dict[Key, _Line] = {}
        self._told: dict[str, tuple[StreamQuality, ...]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to ask."""
        self._task = asyncio.create_task(self._go_round(), name="stage watch")

    def stop(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()

    def lines(self, room: str) -> list[StreamQuality]:
        """What the people of ``room`` were told last, for a snapshot."""
        return list(self._told.get(room, ()))

    def told(self, room: str) -> bytes:
        """The same as an event, for who comes back without a snapshot."""
        return msgspec.json.encode(StageQuality(lines=self.lines(room)))

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.round()
            except Exception:
                logger.exception("how the stage arrives could not be told")

    async def round(self) -> None:
        """Ask once; nobody is asked while nobody is here."""
        rooms = set(self._hub.rooms())
        told = await self._ask() if rooms else None
        if told is None:
            self._lines.clear()
            return
        found = self._found([one for one in told.published() if one.room in rooms])
        for room in rooms:
            self._tell(room, tuple(found.get(room, ())))
        for room in self._told.keys() - rooms:
            del self._told[room]

    def _found(self, publishers: list[PublisherStats]) -> dict[str, list[StreamQuality]]:
        lines, found = self._lines, dict[str, list[StreamQuality]]()
        self._lines = {}
        for one in sorted(publishers, key=lambda each: (each.room, each.stream)):
            if one.stream not in ("camera", "screen"):
                continue
            key = one.room, one.stream, one.member
            packets = _sums(one, "packets")
            before = lines.get(key)
            if before is None or any(
                packets[k] < n for k, n in before.packets.items() if k in packets
            ):
                self._lines[key] = _Line(packets, _sums(one, "lost"))
                continue
            found.setdefault(one.room, []).append(_judged(one, before))
            self._lines[key] = before
        return found

    def _tell(self, room: str, lines: tuple[StreamQuality, ...]) -> None:
        if lines == self._told.get(room, ()):
            return
        self._told[room] = lines
        # Here alone: the other processes ask for their own rooms.
        self._hub.channel(room).add_keyed("quality", "all", self.told(room))


def _sums(one: PublisherStats, what: str) -> dict[str, int]:
    """By kind: a picture may come in several sizes."""
    sums: dict[str, int] = {}
    for track in one.tracks:
        sums[track.kind] = sums.get(track.kind, 0) + int(getattr(track, what))
    return sums


def _judged(one: PublisherStats, line: _Line) -> StreamQuality:
    packets, lost = _sums(one, "packets"), _sums(one, "lost")
    came = {kind: count - line.packets.get(kind, 0) for kind, count in packets.items()}
    gone = sum(max(0, lost[kind] - line.lost.get(kind, 0)) for kind in lost)
    expected = sum(came.values()) + gone
    line.settle(grade(gone / expected if expected else 0.0, None))
    line.packets, line.lost = packets, lost
    return StreamQuality(
        stream="camera" if one.stream == "camera" else "screen",
        grade=line.grade,
        audio=came.get("audio", 0) > 0,
        video=came.get("video", 0) > 0,
        watched=one.watching > 0,
    )
