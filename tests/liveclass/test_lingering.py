"""A broken line while picture and sound go on: who proves that she receives goes on attending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from liveclass.attendance import actions
from liveclass.attendance.lingering import LONGEST, MOST, SILENT_S, Lingering
from liveclass.removal import actions as removal
from liveclass.rooms.actor import Actor
from realtime.media_stats import MediaStats, ViewerStats
from tests.liveclass.test_attendance import NOON, live, rows
from tests.liveclass.world import World, new_id

__all__ = ["live"]


class Media:
    """What the media process would tell: member -> seconds of silence; None: it does not answer."""

    def __init__(self) -> None:
        self.silent: dict[int, float] | None = {}
        self.asked = 0

    async def ask(self, room: str) -> MediaStats | None:
        self.asked += 1
        if self.silent is None:
            return None
        viewers = [
            ViewerStats(
                room=room, stream=stream, member=member, seconds=60, silent=silent, tracks=[]
            )
            for member, silent in self.silent.items()
            for stream in ("camera", "screen")
        ]
        return MediaStats(publishers=[], viewers=viewers)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def person(member: int) -> Actor:
    return Actor(room="r", room_id=1, member=member, role="member")


@pytest.mark.asyncio
async def test_who_proves_that_she_receives_stays_until_her_last_proof(
    clock: time_machine.Traveller,
) -> None:
    media = Media()
    lingering = Lingering(media.ask)
    media.silent = {1: 2.0, 2: SILENT_S + 1}
    assert await lingering.stay("r", [person(1), person(2), person(3)]) == {1}
    clock.shift(15)
    media.silent = {1: 3.0}
    stay, left = await lingering.look("r")
    assert [one.until for one in stay] == [NOON + timedelta(seconds=12)]
    assert left == []
    clock.shift(15)
    media.silent = {}
    stay, left = await lingering.look("r")
    assert stay == []
    assert [one.until for one in left] == [NOON + timedelta(seconds=12)], "no second invented"
    assert len(lingering) == 0


@pytest.mark.asyncio
async def test_a_page_that_is_back_speaks_for_itself(clock: time_machine.Traveller) -> None:
    media = Media()
    lingering = Lingering(media.ask)
    media.silent = {1: 0.0}
    await lingering.stay("r", [person(1)])
    lingering.back("r", 1)
    assert await lingering.look("r") == ([], [])


@pytest.mark.asyncio
async def test_a_media_process_that_is_silent_keeps_nobody(clock: time_machine.Traveller) -> None:
    media = Media()
    lingering = Lingering(media.ask)
    media.silent = {1: 0.0}
    await lingering.stay("r", [person(1)])
    media.silent = None
    assert await lingering.stay("r", [person(2)]) == set()
    _, left = await lingering.look("r")
    assert [one.until for one in left] == [NOON]


@pytest.mark.asyncio
async def test_it_does_not_last_for_ever_and_is_bounded(clock: time_machine.Traveller) -> None:
    media = Media()
    lingering = Lingering(media.ask)
    media.silent = dict.fromkeys(range(MOST + 10), 0.0)
    kept = await lingering.stay("r", [person(one) for one in range(MOST + 10)])
    assert len(kept) == len(lingering) == MOST
    clock.shift(LONGEST + timedelta(seconds=5))
    _, left = await lingering.look("r")
    assert {one.until for one in left} == {NOON + LONGEST}
    assert await lingering.stay("r", []) == set()
    asked = media.asked
    assert await lingering.look("other") == ([], [])
    assert media.asked == asked, "nobody to ask about"


def after(seconds: float) -> datetime:
    return NOON.astimezone(UTC) + timedelta(seconds=seconds)


def test_her_stretch_goes_on_until_the_last_proof(
    live: World, clock: time_machine.Traveller
) -> None:
    live.enter(live.ann)
    clock.shift(40)
    live.run(actions.linger, live.ann.room_id, {live.ann.member: after(38)})
    clock.shift(20)
    live.run(actions.leave_at, live.ann.room_id, {live.ann.member: after(51)})
    assert rows(live.ann) == [(0, 51)]


def test_nobodys_begins_by_it_and_nobody_who_was_sent_out_goes_on(
    live: World, clock: time_machine.Traveller
) -> None:
    live.run(actions.linger, live.ann.room_id, {live.ann.member: after(5)})
    assert rows(live.ann) == []
    live.enter(live.bob)
    live.run(removal.remove_member, live.host, new_id(), live.bob.member)
    before = rows(live.bob)
    clock.shift(30)
    live.run(actions.linger, live.bob.room_id, {live.bob.member: after(30)})
    assert rows(live.bob) == before
