"""Who is here, in several processes: hubs and rosters on buses over a real Redis server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
import redis

from realtime.bus import Parcel
from realtime.hub import Hub
from realtime.presence import SILENCE, Roster
from realtime.protocol.state import Person, Role
from realtime.redis_bus import RedisBus
from realtime.roll import PARCEL_BYTES, Full, Roll, pieces
from tests.realtime.pages import Screen

pytestmark = [pytest.mark.asyncio, pytest.mark.redis]

GRACE, SETTLE = 1.3, 1.4


def person(id: int, role: Role = "member") -> Person:
    return Person(id, f"人{id}", f"P{id}", role, "部", "Dept")


class Process:
    """Hub and roster of one web process, with a clock that can be moved."""

    def __init__(self, url: str) -> None:
        self.changes: list[tuple[int, str]] = []
        self.moved: list[int] = []
        self.said: list[Parcel] = []
        self.later = 0.0
        self.bus = RedisBus([url])
        self.hub = Hub(self.bus)
        self.roster = Roster(
            self.hub,
            lambda room, member, change: self.changes.append((member, change)),
            grace=GRACE,
            settle=SETTLE,
            clock=lambda: time.monotonic() + self.later,
        )
        self.roster.on_moved = lambda room, member: self.moved.append(member)
        publish = self.bus.publish

        def noted(parcel: Parcel) -> None:
            self.said.append(parcel)
            publish(parcel)

        self.bus.publish = noted  # type: ignore[method-assign]
        self.hub.attach()
        self.hub.channel("r")  # as a page does that enters

    def ids(self) -> list[int]:
        return sorted(self.roster.members("r"))

    def online(self) -> int:
        return self.roster.state("r").online

    async def end(self) -> None:
        self.roster.close()
        for seat in self.hub.seats():
            seat.outbox.close()
        self.hub.detach()
        await self.bus.wait_closed()


Start = Callable[[], Process]


@pytest_asyncio.fixture
async def start(redis_url: str) -> AsyncIterator[Start]:
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    made: list[Process] = []

    def one_more() -> Process:
        made.append(Process(redis_url))
        return made[-1]

    yield one_more
    for process in made:
        await process.end()


async def until(condition: Callable[[], bool], seconds: float = 3.0) -> bool:
    for _ in range(int(seconds * 100)):
        if condition():
            return True
        await asyncio.sleep(0.01)
    return condition()


async def test_people_of_all_processes_count_once(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1), expected=9)
    one.roster.enter("r", person(2))
    two.roster.enter("r", person(2), expected=9)
    two.roster.enter("r", person(3))
    two.roster.enter("r", person(7, "host"))
    for process in (one, two):
        assert await until(lambda process=process: process.ids() == [1, 2, 3, 7])
        state = process.roster.state("r")
        assert (state.online, state.expected, state.people[0].role) == (3, 9, "host")
    assert one.changes == [(1, "first"), (2, "first")]
    assert two.changes == [(2, "first"), (3, "first"), (7, "first")]


async def test_a_new_process_gets_the_lists_at_once(start: Start) -> None:
    one = start()
    for number in range(400):
        one.roster.enter("r", person(number), expected=500)
    await asyncio.sleep(1.3)
    two = start()
    began = asyncio.get_running_loop().time()
    assert await until(lambda: two.online() == 400)
    assert asyncio.get_running_loop().time() - began < 1.5
    assert two.roster.state("r").expected == 500, "known before anybody of ours came"


async def test_a_departure_is_told(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1))
    two.roster.enter("r", person(2))
    assert await until(lambda: one.ids() == two.ids() == [1, 2])
    one.roster.leave("r", 1)
    assert await until(lambda: two.ids() == [2], 6)
    assert one.changes == [(1, "first"), (1, "last")]
    assert (one.moved, two.changes) == ([], [(2, "first")])
    one.roster.enter("r", person(3))
    assert await until(lambda: two.ids() == [2, 3])


async def test_moving_to_another_process_is_no_departure(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1))
    two.roster.enter("r", person(2))
    assert await until(lambda: one.ids() == two.ids() == [1, 2])
    one.roster.leave("r", 1)
    two.roster.enter("r", person(1))
    seen: set[int] = set()
    assert await until(lambda: seen.add(two.online()) or one.moved == [1], 6)  # type: ignore[func-returns-value]
    assert seen == {2}, "nobody saw her leave"
    assert one.changes == [(1, "first")]
    assert (1, "last") not in two.changes
    assert one.ids() == two.ids() == [1, 2]


async def test_leaving_both_processes_at_once_is_one_departure(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1))
    two.roster.enter("r", person(1))
    assert await until(lambda: one.roster._rolls["r"].elsewhere(1) is not None)
    assert await until(lambda: two.roster._rolls["r"].elsewhere(1) is not None)
    one.roster.leave("r", 1)
    two.roster.leave("r", 1)
    assert await until(lambda: (1, "last") in one.changes + two.changes, 6)
    await asyncio.sleep(SETTLE)
    assert one.moved == two.moved == [], "nobody may believe that the other one writes for her"
    assert one.ids() == two.ids() == []


async def test_a_dead_process_is_forgotten(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1))
    two.roster.enter("r", person(2))
    assert await until(lambda: two.ids() == [1, 2])
    await one.end()  # as if killed: it says nothing
    two.later += SILENCE - 5
    two.roster.beat()
    assert two.ids() == [1, 2]
    two.later += 6
    two.roster.beat()
    assert two.ids() == [2]
    assert two.changes == [(2, "first")], "only the process that had her writes for her"


async def test_a_living_process_is_kept(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1))
    two.roster.enter("r", person(2))
    assert await until(lambda: two.ids() == [1, 2])
    for _ in range(4):
        one.later += 6
        two.later += 6
        one.roster.beat()
        await asyncio.sleep(0.05)
        two.roster.beat()
    assert two.ids() == [1, 2]


async def test_what_was_lost_is_asked_for(start: Start) -> None:
    one, two = start(), start()
    one.roster.enter("r", person(1))
    two.roster.enter("r", person(2))
    assert await until(lambda: two.ids() == [1, 2])
    roll = one.roster._rolls["r"]
    roll.telling.cancel()
    roll.people[3] = person(3)
    roll.number += 1  # a change that two never hears of
    one.later += 6
    one.roster.beat()
    two.later += 6
    assert await until(lambda: two.ids() == [1, 2, 3])


async def test_a_crowd_costs_a_few_bounded_parcels(start: Start) -> None:
    one, two = start(), start()
    screen = Screen(two.hub, "r", 5000)
    two.hub.release(screen.seat, [b'{"type":"hi"}'], 0)
    two.roster.enter("r", person(5000))
    for number in range(2000):
        one.roster.enter("r", person(number))
    assert await until(lambda: two.online() == 2001, 4)
    await asyncio.sleep(1.5)
    said = [parcel for parcel in one.said if parcel.kind == "here"]
    assert len(said) < 20
    assert max(len(parcel.data) for parcel in said) <= 64 * 1024
    assert sum(len(parcel.data) for parcel in said) < 2000 * 400
    assert not [parcel for parcel in two.said if parcel.kind == "keyed"], "told in each process"
    told = screen.all("presence.changed")
    assert told[-1]["presence"]["online"] == 2001
    assert len(told) <= 6


async def test_long_lists_come_in_parts() -> None:
    roll = Roll(1.0, lambda: None, lambda: None)
    for number in range(5000):
        roll.people[number] = person(number)
    parts = list(roll.fulls("p"))
    assert len(parts) == parts[0].parts > 1
    assert sum(len(part.people) for part in parts) == 5000
    assert [len(piece) for piece in pieces(roll.people.values())] == [
        len(part.people) for part in parts
    ]
    assert PARCEL_BYTES <= 64 * 1024


async def test_an_empty_list_is_a_list_too(start: Start) -> None:
    fulls = list(Roll(1.0, lambda: None, lambda: None).fulls("p"))
    assert [(full.part, full.parts, full.people) for full in fulls] == [(0, 1, [])]
    assert isinstance(fulls[0], Full)


async def test_nonsense_is_ignored(start: Start) -> None:
    one, two = start(), start()
    two.roster.enter("r", person(2))
    one.bus.publish(Parcel(kind="here", room="r", data=b"\xc1"))
    one.roster.enter("r", person(1))
    assert await until(lambda: two.ids() == [1, 2])
