"""Two web processes, one class: PostgreSQL below them, Redis between them, either may be killed."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.realtime.classroom import Classroom, Page
from tests.realtime.stations import OwnRedis

pytestmark = [pytest.mark.asyncio, pytest.mark.kill]

HEALED_SECONDS = 15.0


@dataclass
class Campus:
    """Two web processes on the same services."""

    east: Classroom
    west: Classroom
    redis: OwnRedis
    database: str

    @property
    def both(self) -> tuple[Classroom, Classroom]:
        return self.east, self.west

    def rows(self, query: str) -> list[Any]:
        """Ask the database on a connection of our own."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def campus(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    redis = OwnRedis()
    extra = {"DATABASE_URL": postgres_url, "REDIS_URL": redis.url}
    east = Classroom(tmp_path_factory.mktemp("east"), extra=extra)
    east.seed()
    west = Classroom(tmp_path_factory.mktemp("west"), extra=extra, told=east.told)
    try:
        for room in (east, west):
            room.start()
        yield Campus(east, west, redis, postgres_url)
    finally:
        for room in (east, west):
            room.stop()
        redis.kill()


@pytest_asyncio.fixture(autouse=True)
async def pages_are_closed(campus: Campus) -> AsyncIterator[None]:
    yield
    for room in campus.both:
        with contextlib.suppress(ConnectionClosed):
            await room.close_pages()


async def heard(page: Page, type: str, wanted: Any, seconds: float = 5.0) -> None:
    """Read until a message of ``type`` satisfies ``wanted``."""
    async with asyncio.timeout(seconds):
        while not any(wanted(one) for one in page.all(type)):
            await page.next()


async def test_members_of_two_processes_share_a_class(campus: Campus) -> None:
    host = await campus.east.page("host")
    ann, bob = await campus.east.page("ann"), await campus.west.page("bob")
    for number in range(5):
        for page in (ann, bob):
            text = f"line {number}"
            assert (await page.do("chat.post", text=text))["type"] == "accepted"
            await asyncio.sleep(0.05)
    last = (await bob.do("question.ask", text="Is everybody here?"))["seq"]
    for page in (ann, bob, host):
        while not page.seqs or page.seqs[-1] < last:
            await page.next()
        assert page.seqs == list(range(page.seqs[0], last + 1))
        assert len(page.all("chat.posted")) == 10


async def test_votes_of_both_are_one_count(campus: Campus) -> None:
    host = await campus.east.page("host")
    voters = [await campus.both[n % 2].page(f"m{n}") for n in range(12)]
    await host.do("poll.create", question="Ready?", options=["yes", "no"], open=True)
    for page in (host, *voters):
        await heard(page, "poll.opened", lambda one: one["poll"]["question"] == "Ready?")
    poll = voters[0].all("poll.opened")[-1]["poll"]
    yes, no = (option["id"] for option in poll["options"])
    votes = [
        page.do("poll.vote", poll=poll["id"], options=[yes if n % 3 else no])
        for n, page in enumerate(voters)
    ]
    assert {one["type"] for one in await asyncio.gather(*votes)} == {"accepted"}
    await heard(host, "poll.tally", lambda one: one["voters"] == 12)
    await heard(voters[1], "poll.tally", lambda one: one["voters"] == 12)
    await host.do("poll.publish", poll=poll["id"])
    for page in voters:
        await heard(page, "poll.published", lambda one: one["poll"] == poll["id"])
        counts = {one["option"]: one["votes"] for one in page.all("poll.published")[-1]["counts"]}
        assert counts == {yes: 8, no: 4}
    assert campus.rows("SELECT count(*) FROM liveclass_vote") == [(12,)]


async def test_presence_private_marks_and_reactions_reach_the_other_process(
    campus: Campus,
) -> None:
    watcher = await campus.east.page("m20")
    here, there = await campus.east.page("m21"), await campus.west.page("m21")
    other = await campus.west.page("m22")
    await heard(watcher, "presence.changed", lambda one: one["presence"]["online"] == 3)
    assert (await here.do("hand.raise"))["type"] == "accepted"
    await heard(there, "hand.mine", lambda one: one["up"])
    await other.send({"type": "reaction.send", "kind": "clap"})
    await heard(watcher, "reaction.burst", lambda one: one["counts"])
    await heard(other, "reaction.burst", lambda one: one["counts"])
    await there.close()
    await here.do("hand.lower")


@dataclass
class Talker:
    """A member who goes on talking, comes back by herself, and writes down what was accepted."""

    rooms: tuple[Classroom, ...]
    person: str
    accepted: dict[str, str] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)
    snapshots: int = 0
    _epoch: str = ""
    _unsure: tuple[str, str] | None = None

    async def talk(self, until: asyncio.Event) -> None:
        """Lines, half a second apart, on whatever process answers."""
        turn = 0
        while not until.is_set():
            with contextlib.suppress(
                ConnectionClosed, TimeoutError, OSError, InvalidHandshake, AssertionError
            ):
                await self._visit(self.rooms[turn % len(self.rooms)], until)
            turn += 1
            await asyncio.sleep(0.2)

    async def _visit(self, room: Classroom, until: asyncio.Event) -> None:
        page = await room.page(self.person, self._epoch, self.seqs[-1] if self.seqs else 0)
        try:
            self._greet(page)
            while not until.is_set():
                await self._say(page)
                with contextlib.suppress(TimeoutError):
                    await page.listen(0.5)
                self._note(page)
        finally:
            self._note(page)
            room.pages.remove(page)
            with contextlib.suppress(ConnectionClosed, TimeoutError):
                await page.close()

    def _greet(self, page: Page) -> None:
        if page.first["type"] == "snapshot":
            state = page.first["state"]
            self._epoch = state["epoch"]
            if self.seqs and state["seq"] > self.seqs[-1] + 1:
                self.snapshots += 1
            self.seqs.append(max(state["seq"], self.seqs[-1] if self.seqs else 0))
        assert page.first["type"] in {"snapshot", "resumed"}

    async def _say(self, page: Page) -> None:
        id, text = self._unsure or (str(uuid.uuid4()), f"{self.person} {uuid.uuid4()}")
        self._unsure = (id, text)
        answer = await page.do("chat.post", id, text=text)
        if answer["type"] == "accepted":
            self.accepted[id], self._unsure = text, None
        else:
            await asyncio.sleep(answer["retry_ms"] / 1000)

    def _note(self, page: Page) -> None:
        """Numbers heard since the last look; those she had already come again after a cut."""
        for message in page.heard:
            durable = "seq" in message and message["type"] not in {"accepted", "resumed"}
            if durable and message["seq"] > self.seqs[-1]:
                self.seqs.append(message["seq"])
        page.heard.clear()


@contextlib.asynccontextmanager
async def talking(campus: Campus, first: int) -> AsyncIterator[list[Talker]]:
    """Ten members, five on each process first; at the end all have heard everything."""
    pairs = (campus.both, campus.both[::-1])
    talkers = [Talker(pairs[n % 2], f"m{first + n}") for n in range(10)]
    over = asyncio.Event()
    tasks = [asyncio.create_task(talker.talk(over)) for talker in talkers]
    await asyncio.sleep(2.0)
    yield talkers
    deadline = time.monotonic() + HEALED_SECONDS
    while time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        [(newest,)] = campus.rows("SELECT last_seq FROM liveclass_room")
        if all(talker.seqs and newest - talker.seqs[-1] <= 30 for talker in talkers):
            break
    await asyncio.sleep(2.0)
    over.set()
    await asyncio.gather(*tasks)


def require_nothing_lost(campus: Campus, talkers: list[Talker], since: int) -> None:
    """Each accepted line is stored once; each member heard every number from her first on."""
    told = campus.rows("SELECT text FROM liveclass_message WHERE text LIKE 'm%'")
    texts = [text for (text,) in told]
    accepted = {text for talker in talkers for text in talker.accepted.values()}
    assert len(accepted) > 20
    assert len(texts) == len(set(texts))
    assert accepted <= set(texts)
    numbers = [n for (n,) in campus.rows("SELECT seq FROM liveclass_roomevent ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1))
    for talker in talkers:
        heard = talker.seqs
        assert heard == list(range(heard[0], heard[-1] + 1)), talker.person
        assert talker.snapshots == 0
        assert heard[-1] > since


async def test_redis_may_be_killed_and_come_back_empty(campus: Campus) -> None:
    async with talking(campus, 30) as talkers:
        campus.redis.kill()
        await asyncio.sleep(3.0)
        [(since,)] = campus.rows("SELECT last_seq FROM liveclass_room")
        campus.redis.start()
        await asyncio.sleep(3.0)
    require_nothing_lost(campus, talkers, since)


async def test_a_rolling_restart_loses_nothing(campus: Campus) -> None:
    async with talking(campus, 40) as talkers:
        for room in campus.both:
            await asyncio.to_thread(room.stop)
            await asyncio.to_thread(room.start)
            await asyncio.sleep(1.0)
        [(since,)] = campus.rows("SELECT last_seq FROM liveclass_room")
        await asyncio.sleep(1.0)
    require_nothing_lost(campus, talkers, since)


async def test_a_process_may_be_killed(campus: Campus) -> None:
    async with talking(campus, 50) as talkers:
        campus.east.kill()
        await asyncio.sleep(1.0)
        await asyncio.to_thread(campus.east.start)
        [(since,)] = campus.rows("SELECT last_seq FROM liveclass_room")
        await asyncio.sleep(1.0)
    require_nothing_lost(campus, talkers, since)
