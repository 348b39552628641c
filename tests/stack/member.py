"""A room page that never gives up: comes back by itself, resumes, sends again what is unanswered.

What the browser's page does (assets/src/room/socket.ts), without a screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from tests.stack.installation import Installation, until

LEAST, MOST = 0.3, 10.0
"""Seconds of the back-off, with full jitter."""
BETWEEN_LINES = 1.1
"""A member may say one line a second."""
NOT_DURABLE = {"accepted", "refused", "resumed", "snapshot"}


class Member:
    """``run`` until cancelled. ``web`` names one web process; empty goes through nginx."""

    def __init__(self, installation: Installation, person: str, web: str = "") -> None:
        self.person = person
        self.texts: list[str] = []
        """Every line heard, in order."""
        self.accepted: list[str] = []
        """Own lines that were acknowledged."""
        self.wrong: list[str] = []
        """What a page should never see."""
        self.refused: list[str] = []
        self.connections = 0
        self.snapshots = 0
        self.seq = 0
        self.here = asyncio.Event()
        self._installation = installation
        self._web = web
        self._epoch = ""
        self._wire: ClientConnection | None = None
        self._waiting: dict[str, str] = {}
        self._retry = -1.0
        self.later: set[asyncio.Task[None]] = set()
        """What is sent again after a refusal."""

    async def run(self) -> None:
        """Come, listen, and come back."""
        attempt = 0
        while True:
            self._retry = -1.0
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with self._installation.socket(self._web) as wire:
                    await self._listen(wire)
            was_here = self.here.is_set()
            self.here.clear()
            self._wire = None
            attempt = 0 if was_here else attempt + 1
            pause = random.uniform(0, min(MOST, LEAST * 2**attempt))  # noqa: S311 - jitter
            await asyncio.sleep(self._retry if self._retry >= 0 else pause)

    async def talk(self, words: str) -> None:
        """Say a line every now and then, until cancelled, and not wait for its answer."""
        await asyncio.sleep(random.uniform(0, BETWEEN_LINES))  # noqa: S311 - jitter
        number = 0
        while True:
            number += 1
            await self.say(f"{words} {self.person} {number}")
            await asyncio.sleep(BETWEEN_LINES)

    async def say(self, text: str) -> None:
        """Say one line; it is sent until it has been answered."""
        id = str(uuid.uuid4())
        self._waiting[id] = text
        if self.here.is_set():
            await self._post(id)

    async def settled(self, seconds: float = 15.0) -> None:
        """Until every own line has been answered."""
        await until(lambda: not self._waiting, seconds)

    async def knows(self, seq: int, seconds: float = 15.0) -> None:
        """Until the event with this number has come."""
        with contextlib.suppress(TimeoutError):  # what is missing is told by who compares
            await until(lambda: self.seq >= seq, seconds)

    async def _listen(self, wire: ClientConnection) -> None:
        self._wire = wire
        self.connections += 1
        hello = self._installation.hello(self.person, self._epoch, self.seq)
        await wire.send(json.dumps(hello))
        async for frame in wire:
            messages = json.loads(frame)
            for message in messages if isinstance(messages, list) else [messages]:
                await self._hear(message)

    async def _hear(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if "seq" in message and kind not in NOT_DURABLE:
            self._in_order(message)
        match kind:
            case "snapshot":
                self.snapshots += 1
                self._epoch, self.seq = message["state"]["epoch"], message["state"]["seq"]
                await self._welcomed()
            case "resumed":
                await self._welcomed()
            case "accepted":
                if text := self._waiting.pop(message["id"], ""):
                    self.accepted.append(text)
            case "refused":
                await self._refused(message)
            case "bye":
                self._retry = message["retry_ms"] / 1000
                if message["code"] is not None:
                    self.refused.append(message["code"])

    def _in_order(self, event: dict[str, Any]) -> None:
        if event["seq"] != self.seq + 1:
            self.wrong.append(f"{self.person}: {event['seq']} after {self.seq}")
        self.seq = event["seq"]
        if event["type"] == "chat.posted":
            self.texts.append(event["line"]["text"])

    async def _welcomed(self) -> None:
        self.here.set()
        for id in list(self._waiting):
            await self._post(id)

    async def _refused(self, message: dict[str, Any]) -> None:
        self.refused.append(message["code"])
        if message["code"] not in {"busy", "too_fast"}:
            self.wrong.append(f"{self.person}: refused as {message['code']}")
            return
        again = asyncio.create_task(self._post_later(message["id"], message["retry_ms"] / 1000))
        self.later.add(again)
        again.add_done_callback(self.later.discard)

    async def _post_later(self, id: str, seconds: float) -> None:
        await asyncio.sleep(seconds or LEAST)
        await self._post(id)

    async def _post(self, id: str) -> None:
        if id in self._waiting and self._wire is not None:
            line = {"type": "chat.post", "id": id, "text": self._waiting[id]}
            with contextlib.suppress(WebSocketException):
                await self._wire.send(json.dumps(line))


@asynccontextmanager
async def present(members: Sequence[Member]) -> AsyncIterator[None]:
    """The members are in the room; afterwards they leave."""
    runs = [asyncio.create_task(member.run()) for member in members]
    try:
        async with asyncio.timeout(10):
            for member in members:
                await member.here.wait()
        yield
    finally:
        ends = [*runs, *(task for member in members for task in member.later)]
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


@asynccontextmanager
async def talking(members: Sequence[Member], words: str) -> AsyncIterator[None]:
    """The members talk; afterwards every line they have said is answered."""
    talks = [asyncio.create_task(member.talk(words)) for member in members]
    try:
        yield
    finally:
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
    for member in members:
        await member.settled()


def assert_nothing_lost(
    installation: Installation, members: Sequence[Member], words: str
) -> list[str]:
    """Acknowledged, stored and heard are the same lines, each once; every member heard all of them
    in the order of their numbers. Gives the lines."""
    query = "SELECT text FROM liveclass_message WHERE text LIKE %s ORDER BY id"
    stored = [text for (text,) in installation.rows(query, f"{words} %")]
    said = [text for member in members for text in member.accepted]
    accepted = [text for text in said if text.startswith(f"{words} ")]
    assert sorted(accepted) == sorted(stored)
    assert len(set(stored)) == len(stored)
    assert [problem for member in members for problem in member.wrong] == []
    for member in members:
        heard = [text for text in member.texts if text.startswith(f"{words} ")]
        assert sorted(heard) == sorted(stored), member.person
        first = [text for text in members[0].texts if text.startswith(f"{words} ")]
        assert heard == first, "not the same order"
        assert member.snapshots == 1, f"{member.person} could not resume"
    return stored
