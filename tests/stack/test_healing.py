"""Parts go away and come back while people talk: nothing acknowledged is lost, nobody acts."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.stack.installation import WEBS, Installation, until
from tests.stack.member import Member, assert_nothing_lost, present, talking

pytestmark = [pytest.mark.asyncio, pytest.mark.kill, pytest.mark.stack]


def newest(installation: Installation) -> int:
    """The number of the newest event of the class."""
    found = installation.rows("SELECT max(seq) FROM liveclass_roomevent")
    return int(found[0][0])


async def everybody_knows(installation: Installation, members: list[Member]) -> None:
    last = newest(installation)
    await asyncio.gather(*(member.knows(last) for member in members))


async def test_a_rolling_restart_loses_nothing(installation: Installation) -> None:
    members = [Member(installation, f"m{n}") for n in range(10, 30)]
    async with present(members):
        async with talking(members, "rolling"):
            for web in WEBS:
                await asyncio.sleep(1.0)
                assert await asyncio.to_thread(installation.stop, web) < 5
                await asyncio.to_thread(installation.start, web)
            await asyncio.sleep(1.0)
        await everybody_knows(installation, members)
    lines = assert_nothing_lost(installation, members, "rolling")
    assert len(lines) > 3 * len(members)
    assert all(member.connections >= 2 for member in members), "the restart cut nobody"
    assert {code for member in members for code in member.refused} <= {"too_fast", "busy"}


async def reaches(members: list[Member], text: str, seconds: float) -> None:
    """What the first member says is heard by everybody, in both processes."""
    await members[0].say(text)
    await until(lambda: all(text in member.texts for member in members), seconds)


async def test_redis_killed_and_back_empty(installation: Installation) -> None:
    members = [Member(installation, f"m{n}", WEBS[n % 2]) for n in range(30, 40)]
    near = members[::2]
    async with present(members):
        await reaches(members, "before", 1.0)
        async with talking(members, "redis"):
            await asyncio.sleep(1.0)
            installation.kill("redis")
            before = [len(member.texts) for member in near]
            await reaches(near, "a process does not wait for Redis", 1.0)
            await reaches(members, "the others read the database", 5.0)
            await asyncio.sleep(0.5)
            assert all(
                len(member.texts) >= was + 5 for member, was in zip(near, before, strict=True)
            )
            await asyncio.to_thread(installation.start, "redis")
            await asyncio.sleep(1.2)
        await everybody_knows(installation, members)
        lines = assert_nothing_lost(installation, members, "redis")
        for again in range(2):  # not from the database: that would take longer
            await reaches(members, f"afterwards {again}", 1.0)
    assert len(lines) > 2 * len(members)
    assert all(member.connections == 1 for member in members), "nobody had to come back"


async def test_redis_frozen_and_thawed(installation: Installation) -> None:
    """A server that keeps its connections and says nothing is worse than a dead one."""
    members = [Member(installation, f"m{n}", WEBS[n % 2]) for n in range(40, 46)]
    async with present(members):
        async with talking(members, "frozen"):
            await asyncio.sleep(1.0)
            with installation.frozen("redis"):
                await asyncio.sleep(2.0)
            await asyncio.sleep(1.0)
        await everybody_knows(installation, members)
        assert_nothing_lost(installation, members, "frozen")
        await reaches(members, "thawed", 1.0)


async def test_postgres_restarted(installation: Installation) -> None:
    members = [Member(installation, f"m{n}", WEBS[n % 2]) for n in range(46, 56)]
    async with present(members):
        async with talking(members, "postgres"):
            await asyncio.sleep(1.0)
            await asyncio.to_thread(installation.stop, "postgres")
            # Nobody waits in silence.
            await until(lambda: any("busy" in member.refused for member in members))
            await asyncio.to_thread(installation.start, "postgres")
            said = [len(member.accepted) for member in members]
            # It works again by itself, for everybody.
            await until(
                lambda: all(
                    len(member.accepted) > was for member, was in zip(members, said, strict=True)
                ),
                8,
            )
            pages = [installation.web(web, "/healthz") for web in WEBS * 6]
            async with httpx.AsyncClient(trust_env=False) as client:
                answers = await asyncio.gather(*(client.get(page) for page in pages))
            assert {answer.status_code for answer in answers} == {200}
        await everybody_knows(installation, members)
        lines = assert_nothing_lost(installation, members, "postgres")
    assert len(lines) > 2 * len(members)
    assert {code for member in members for code in member.refused} <= {"too_fast", "busy"}
