"""Who is here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime.hub import Hub
from realtime.presence import Roster
from realtime.protocol.state import PRESENCE_NAMES, Person, Role
from tests.realtime.pages import Screen, settle

pytestmark = pytest.mark.asyncio


def person(id: int, role: Role = "member") -> Person:
    return Person(id, f"人{id}", f"P{id}", role, "部", "Dept")


class Hall:
    def __init__(self) -> None:
        self.changes: list[tuple[int, str]] = []
        self.hub = Hub()
        self.hub.attach()
        self.roster = Roster(
            self.hub, lambda room, member, change: self.changes.append((member, change)), grace=0.05
        )


@pytest_asyncio.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall()
    yield made
    made.roster.close()
    for seat in made.hub.seats():
        seat.outbox.close()
    made.hub.detach()
    await asyncio.sleep(0)


async def test_two_pages_are_one_person(hall: Hall) -> None:
    hall.roster.enter("r", person(1))
    hall.roster.enter("r", person(1))
    hall.roster.leave("r", 1)
    await settle(0.08)
    assert hall.changes == [(1, "first")]
    assert hall.roster.state("r").online == 1


async def test_who_stays_away_is_gone(hall: Hall) -> None:
    hall.roster.enter("r", person(1))
    hall.roster.leave("r", 1)
    assert hall.roster.members("r") == [1]
    await settle(0.08)
    assert hall.changes == [(1, "first"), (1, "last")]
    assert hall.roster.members("r") == []


async def test_a_reload_is_no_departure(hall: Hall) -> None:
    hall.roster.enter("r", person(1))
    hall.roster.leave("r", 1)
    hall.roster.enter("r", person(1))
    await settle(0.08)
    assert hall.changes == [(1, "first")]


async def test_leaving_without_coming_is_ignored(hall: Hall) -> None:
    hall.roster.leave("r", 1)
    hall.roster.enter("r", person(1))
    hall.roster.leave("r", 1)
    hall.roster.leave("r", 1)
    await settle(0.08)
    assert hall.changes == [(1, "first"), (1, "last")]


async def test_staff_comes_first_and_names_are_bounded(hall: Hall) -> None:
    for number in range(PRESENCE_NAMES + 20):
        hall.roster.enter("r", person(number), expected=200)
    hall.roster.enter("r", person(900, "assistant"))
    hall.roster.enter("r", person(901, "host"))
    state = hall.roster.state("r")
    assert (state.online, state.expected, len(state.people)) == (70, 200, PRESENCE_NAMES)
    assert [one.id for one in state.people[:3]] == [901, 900, 0]


async def test_those_who_hold_the_class_are_not_counted(hall: Hall) -> None:
    hall.roster.enter("r", person(900, "host"), expected=5)
    hall.roster.enter("r", person(901, "assistant"))
    assert hall.roster.state("r").online == 0
    hall.roster.enter("r", person(1))
    state = hall.roster.state("r")
    assert (state.online, state.expected, len(state.people)) == (1, 5, 3)


async def test_a_crowd_is_announced_once_a_second(hall: Hall) -> None:
    screen = Screen(hall.hub, "r", 1)
    hall.hub.release(screen.seat, [b'{"type":"hi"}'], 0)
    for number in range(40):
        hall.roster.enter("r", person(number))
    await settle(1.3)
    told = [one["presence"]["online"] for one in screen.all("presence.changed")]
    assert told == [1, 40]
