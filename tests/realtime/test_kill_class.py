"""A class of fifty who talk, ask, vote and whisper by themselves, while its processes are killed.

``SIGKILL`` of media, worker and web under the supervisor that ``manage.py serve`` is. What was
acknowledged is there once; what was not is sent again, as the page does, and is there once too;
everybody has every event once; nobody's attendance is longer than she was there, or shorter by more
than a heartbeat for each death.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from liveclass.attendance.clock import HEARTBEAT
from tests.platform_process import Platform
from tests.realtime.classroom import Classroom, Page

pytestmark = [pytest.mark.asyncio, pytest.mark.kill]

MEMBERS = 50
DEATHS = (("web", 2.5), ("media", 2.5), ("worker", 2.5), ("web", 20.0))
"""Who dies, and after how many seconds of life: the last one late enough for a heartbeat before."""
AFTER = 2.5
CHANCE = random.Random()  # noqa: S311 - spreads what people do
TRANSIENT = (ConnectionClosed, InvalidHandshake, OSError, TimeoutError, EOFError)


@dataclass
class Grown(Platform):
    """All processes on the data of a classroom."""

    room: Classroom = field(default_factory=lambda: Classroom(Path()))

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.room.environment


@dataclass
class Member:
    """Somebody with a page that comes back by itself and sends again what had no answer."""

    room: Classroom
    name: str
    poll: dict[str, Any]
    page: Page | None = None
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    """Commands that were acknowledged."""
    refused: list[str] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    """Numbers of durable events, over all connections."""
    epoch: str = ""
    back: list[float] = field(default_factory=list)
    """Seconds without a connection."""
    lost: float = 0.0
    whispered: bool = False

    async def live(self, until: asyncio.Event) -> None:
        """Do things until the end, then until nothing waits for an answer."""
        while not until.is_set() or self.waiting:
            try:
                await self._connected(until)
            except TRANSIENT:
                self.lost = self.lost or time.monotonic()
                await asyncio.sleep(CHANCE.uniform(0.1, 0.4))

    async def _connected(self, until: asyncio.Event) -> None:
        last = self.seen[-1] if self.seen else 0
        page = self.page = await self.room.page(self.name, self.epoch, last)
        if page.first["type"] == "bye":
            raise ConnectionClosed(None, None)
        state = page.first.get("state", page.first)
        self.epoch = state["epoch"]
        if page.first["type"] == "snapshot":
            self.seen.append(state["seq"])
        if self.lost:
            self.back.append(time.monotonic() - self.lost)
            self.lost = 0.0
        for command in self.waiting.values():
            await page.send(command)
        reading = asyncio.create_task(self._read(page))
        try:
            while not reading.done() and (not until.is_set() or self.waiting):
                if not until.is_set() and len(self.waiting) < 4:
                    command = self._next()
                    self.waiting[command["id"]] = command
                    await page.send(command)
                await asyncio.sleep(CHANCE.uniform(0.2, 0.6))
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading

    async def _read(self, page: Page) -> None:
        for message in list(page.heard):
            self._hear(message)
        while True:
            self._hear(await page.next())

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "accepted":
            self.said.append(self.waiting.pop(message["id"]))
        elif message["type"] == "refused":
            command = self.waiting.pop(message["id"])
            if message["code"] != "too_fast":
                self.refused.append(f"{command['type']}: {message['code']}")
        if message.get("seq") and message["type"] not in {"accepted", "resumed", "snapshot"}:
            self.seen.append(message["seq"])

    def _next(self) -> dict[str, Any]:
        id = str(uuid.uuid4())
        roll = CHANCE.random()
        if roll < 0.7:
            return {"type": "chat.post", "id": id, "text": id}
        if roll < 0.72:  # the list of questions has an end
            return {"type": "question.ask", "id": id, "text": id}
        if roll < 0.85 and not self.whispered:
            self.whispered = True
            host = self.room.told["people"]["host"]
            return {"type": "whisper.send", "id": id, "to": host, "text": id}
        options = [CHANCE.choice(self.poll["options"])["id"]]
        return {"type": "poll.vote", "id": id, "poll": self.poll["id"], "options": options}


@pytest.fixture
def grown(seeded: Classroom, tmp_path: Path) -> Iterator[Grown]:
    room = Classroom(tmp_path)
    room.copy_of(seeded)
    made = Grown(tmp_path, port=room.port, room=room)
    made.start()
    yield made
    made.stop()


async def test_a_class_of_fifty_outlives_every_process(grown: Grown) -> None:
    room = grown.room
    host = await room.page("host")
    await host.do("poll.create", question="Ready?", options=["yes", "no"], open=True)
    poll = (await host.wait_for("poll.opened") if not host.all("poll.opened")
            else host.all("poll.opened")[-1])["poll"]  # fmt: skip
    members = [Member(room, f"m{number}", poll) for number in range(MEMBERS)]
    over, began = asyncio.Event(), time.time()
    lives = [asyncio.create_task(one.live(over)) for one in members]
    lost, alive = 0.0, time.time()
    for part, seconds in DEATHS:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(grown.kill, part)
        if part == "web":  # what was not certified by a heartbeat is lost
            lost += min(HEARTBEAT, time.time() - alive)
        await asyncio.to_thread(grown.wait_ready)
        alive = time.time() if part == "web" else alive
    await asyncio.sleep(AFTER)
    over.set()
    async with asyncio.timeout(60):
        await asyncio.gather(*lives)
    lasted = time.time() - began
    last = max(one.seen[-1] for one in members)
    for one in members:
        await everything_until(one, last)

    said = Counter(command["type"] for one in members for command in one.said)
    assert not [text for one in members for text in one.refused]
    assert all(said[type] > MEMBERS // 2 for type in ("chat.post", "question.ask", "poll.vote")), (
        said
    )
    for query, type in (("SELECT text FROM liveclass_message", "chat.post"),
                        ("SELECT text FROM liveclass_question", "question.ask")):  # fmt: skip
        stored = Counter(text for (text,) in room.rows(query))
        told = {command["text"] for one in members for command in one.said
                if command["type"] == type}  # fmt: skip
        assert set(stored) == told, f"{type}: lost or never asked for"
        assert set(stored.values()) == {1}, f"{type}: doubled"
    whispers = room.rows("SELECT count(*) FROM liveclass_whisper")
    assert whispers == [(said["whisper.send"],)], (
        "one that was acknowledged is gone, or twice there"
    )
    assert said["whisper.send"] > MEMBERS // 2
    voters = {one.name for one in members if any(c["type"] == "poll.vote" for c in one.said)}
    [(votes, people)] = room.rows("SELECT count(*), count(DISTINCT member_id) FROM liveclass_vote")
    assert votes == people == len(voters)
    choices = dict(room.rows(
        "SELECT v.member_id, c.option_id FROM liveclass_vote v "
        "JOIN liveclass_votechoice c ON c.vote_id = v.id"))  # fmt: skip
    for one in members:
        own = [c for c in one.said if c["type"] == "poll.vote"]
        if own:
            assert choices[room.told["people"][one.name]] == own[-1]["options"][0]

    numbers = [n for (n,) in room.rows("SELECT seq FROM liveclass_roomevent ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
    for one in members:
        assert one.seen == list(range(one.seen[0], last + 1)), f"{one.name} missed or heard twice"
    slowest = max(gap for one in members for gap in one.back)
    assert slowest < 20, f"somebody was away for {slowest:.1f} s"
    await room.close_pages()
    await everybody_left(room)
    attended(room, members, lasted - lost, time.time() - began)


async def everything_until(one: Member, last: int) -> None:
    """Come back once more if need be and read to ``last``."""
    async with asyncio.timeout(20):
        while one.seen[-1] < last:
            try:
                page = await one.room.page(one.name, one.epoch, one.seen[-1])
                for message in list(page.heard):
                    one._hear(message)
                while one.seen[-1] < last:
                    one._hear(await page.next())
            except TRANSIENT:
                await asyncio.sleep(0.2)


async def everybody_left(room: Classroom) -> None:
    """The end of every stretch is written; the lecturer, who never came back, ends by herself."""
    query = (
        "SELECT count(*) FROM courses_attendance "
        "WHERE source = 'live' AND ended_at IS NULL AND member_id <> ?"
    )
    for _ in range(100):
        if room.rows(query, room.told["people"]["host"]) == [(0,)]:
            return
        await asyncio.sleep(0.2)
    raise AssertionError("somebody is still there")


def attended(room: Classroom, members: list[Member], least: float, most: float) -> None:
    """The stretches of each, united, are as long as she was there: see the module.

    ``least``: seconds of the class without those that no heartbeat certified; ``most``: all of it,
    and what came after it with pages still open.
    """
    assert least > 10, "too short a class to say anything"
    rows = room.rows(
        "SELECT member_id, julianday(started_at) * 86400, julianday(seen_at) * 86400 "
        "FROM courses_attendance WHERE source = 'live' ORDER BY started_at")  # fmt: skip
    for one in members:
        stretches = [row[1:] for row in rows if row[0] == room.told["people"][one.name]]
        total, end = 0.0, 0.0
        for start, seen in stretches:
            total += max(0.0, seen - max(start, end))
            end = max(end, seen)
        assert total <= most + 1, f"{one.name}: more than there was"
        away = sum(one.back) + 1
        assert total >= least - away, f"{one.name}: {total:.1f} of {least:.1f} s, {away:.1f} away"
