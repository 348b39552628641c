"""Stand-ins for connections and their servers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from realtime.frames import Frame
from realtime.hub import Hub, Seat
from realtime.outbox import Outbox


class Wire:
    """A line that keeps what it took, and can be blocked."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.blocked = False
        self.aborted = False

    def send(self, frame: Frame) -> bool:
        if self.blocked:
            return False
        self.frames.append(frame)
        return True

    def backlog(self) -> int:
        return 1 if self.blocked else 0

    async def flush(self) -> None:
        return None

    def abort(self) -> None:
        self.aborted = True

    @property
    def texts(self) -> list[str]:
        """What came through."""
        return [frame.data.decode() for frame in self.frames]


class Screen:
    """What a page received: every message, and the frames they came in."""

    def __init__(self, hub: Hub, room: str, member: int, staff: bool = False) -> None:
        self.wire = Wire()
        self.outbox = Outbox(self.wire)
        self.seat: Seat = hub.join(room, member, staff, self.outbox)

    @property
    def frames(self) -> list[str]:
        """Every frame, as text."""
        return self.wire.texts

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Everything received, frame by frame."""
        found: list[dict[str, Any]] = []
        for frame in self.frames:
            content = json.loads(frame)
            found += content if isinstance(content, list) else [content]
        return found

    @property
    def seqs(self) -> list[int]:
        """Numbers of the durable events received."""
        return [one["seq"] for one in self.messages if "seq" in one]

    def all(self, type: str) -> list[dict[str, Any]]:
        """Everything received of one type."""
        return [one for one in self.messages if one["type"] == type]


async def settle(seconds: float = 0.0) -> None:
    """Let the loop do what is ready, and wait a little."""
    await asyncio.sleep(seconds)
    for _ in range(5):
        await asyncio.sleep(0)
