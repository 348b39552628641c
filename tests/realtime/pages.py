"""Stand-ins for connections and their servers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from realtime.hub import Hub, Seat
from realtime.outbox import Outbox


class Screen:
    """What a page received: every message, and the frames they came in."""

    def __init__(self, hub: Hub, room: str, member: int, staff: bool = False) -> None:
        self.frames: list[str] = []
        self.stalled = 0
        self.outbox = Outbox(self._send, lambda: self.stalled)
        self.seat: Seat = hub.join(room, member, staff, self.outbox)
        self.task = asyncio.create_task(self.outbox.run())

    async def _send(self, message: dict[str, str]) -> None:
        self.frames.append(message["text"])

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
