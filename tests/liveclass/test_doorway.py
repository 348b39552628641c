"""People are let in together, and what went missing is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from liveclass import doorway
from liveclass.arrival import Arrival, Shared
from liveclass.doorway import Doorway
from liveclass.rooms.actor import Actor
from realtime.hub import Hub
from realtime.protocol.events import ChatPinned
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import Person, Presence
from realtime.tickets import RoomTicket
from tests.realtime.pages import Screen, settle

pytestmark = pytest.mark.asyncio

ANN = Person(1, "Ann", "Ann", "member", "", "")


class Library:
    """Answers the reads of a doorway, slowly, and counts them."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.shared = 0
        self.lines: Any = None
        self.log: list[tuple[int, bytes]] | None = []
        self.busy = False

    async def run(self, read: Callable[[], Any]) -> Any:
        await asyncio.sleep(0.01)
        if self.busy:
            raise Refusal("busy", 1)
        return read()

    def arrivals(self, room: str, wishes: list[Any]) -> list[Any]:
        self.groups.append([wish.ticket.member for wish in wishes])
        return [
            "removed" if wish.ticket.member == 13 else
            Arrival(Actor(1, room, wish.ticket.member, "member"), ANN, "one", 5, 3)
            for wish in wishes
        ]  # fmt: skip

    def read_shared(self, room: str, staff: bool, presence: Any, lines: Any = ()) -> Shared:
        self.shared += 1
        self.lines = lines
        return Shared(5, b"{", b"}", [("hands", "all", b'{"type":"hands.changed"}')])


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    monkeypatch.setattr(doorway, "read_arrivals", made.arrivals)
    monkeypatch.setattr(doorway, "read_shared", made.read_shared)
    monkeypatch.setattr(doorway, "read_log", lambda room, since: made.log)
    monkeypatch.setattr(doorway, "read_marks", lambda room, members: {})
    return made


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[Hub]:
    made = Hub()
    made.attach()
    yield made
    made.detach()
    await settle()


@pytest.fixture
def door(hub: Hub, library: Library) -> Doorway:
    nobody = Presence(online=0, expected=0, people=[])
    made = Doorway(hub, library, lambda room: nobody, lambda room: [room])  # type: ignore[arg-type]
    hub.heal = made.heal
    return made


def ticket(member: int, room: str = "r") -> RoomTicket:
    return RoomTicket(room=room, member=member, name="", role="member", session="", exp=1)


async def test_those_who_wait_are_read_together_room_by_room(
    door: Doorway, library: Library
) -> None:
    comers = [ticket(n, "r" if n % 2 else "s") for n in range(20, 60)]
    await asyncio.gather(*(door.arrive(one, "", 0) for one in comers))
    assert len(library.groups) == 2
    assert sorted(map(len, library.groups)) == [20, 20]
    assert door.waiting == 0


async def test_who_is_refused_keeps_nobody_else_out(door: Doorway) -> None:
    answers = await asyncio.gather(
        *(door.arrive(ticket(n), "", 0) for n in (12, 13, 14)), return_exceptions=True
    )
    assert [type(one) for one in answers] == [Arrival, Refusal, Arrival]


async def test_a_busy_reader_is_told_to_everybody_who_waits(
    door: Doorway, library: Library
) -> None:
    library.busy = True
    answers = await asyncio.gather(
        *(door.arrive(ticket(n), "", 0) for n in range(3)), return_exceptions=True
    )
    assert [str(one) for one in answers] == ["busy"] * 3
    library.busy = False
    assert isinstance(await door.arrive(ticket(1), "", 0), Arrival)


async def test_the_line_at_the_door_has_an_end(
    door: Doorway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorway, "MAX_WAITING", 2)
    waiting = [asyncio.create_task(door.arrive(ticket(n), "", 0)) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Refusal, match="busy"):
        await door.arrive(ticket(3), "", 0)
    await asyncio.gather(*waiting)


async def test_a_snapshot_is_shared_while_it_is_fresh(door: Doorway, library: Library) -> None:
    first = await asyncio.gather(*(door.shared("r", staff=False) for _ in range(50)))
    assert library.shared == 1
    assert library.lines == ["r"], "how the stage of this room arrives is part of it"
    assert await door.shared("r", staff=False) is first[0]
    await door.shared("r", staff=True)
    assert library.shared == 2
    door.too_old("r", first[0], staff=False)
    await door.shared("r", staff=False)
    assert library.shared == 3


async def test_values_are_known_before_a_page_is_resumed(
    door: Doorway, hub: Hub, library: Library
) -> None:
    await door.know("r", staff=False)
    await door.know("r", staff=False)
    assert library.shared == 1
    assert hub.channel("r").keyed.since(0, staff=False) == [b'{"type":"hands.changed"}']


def pinned(seq: int) -> bytes:
    return b'{"type":"chat.pinned","seq":%d,"line":null}' % seq


async def test_a_missing_event_is_found_in_the_log(
    door: Doorway, hub: Hub, library: Library
) -> None:
    screen = Screen(hub, "r", 1)
    assert hub.release(screen.seat, [b'{"type":"hi"}'], 5)
    library.log = [(seq, pinned(seq)) for seq in (6, 7, 8)]
    hub.durable("r", ChatPinned(seq=8, line=None))
    await settle(0.7)
    assert screen.seqs == [6, 7, 8]


async def test_a_number_nobody_has_is_given_up_and_no_other(
    door: Doorway, hub: Hub, library: Library
) -> None:
    screen = Screen(hub, "r", 1)
    assert hub.release(screen.seat, [b'{"type":"hi"}'], 5)
    hub.durable("r", ChatPinned(seq=7, line=None))
    await settle(0.7)
    assert screen.seqs == [7]
    door.heal("r")
    await asyncio.sleep(0)
    hub.durable("r", ChatPinned(seq=9, line=None))
    await settle(0.1)
    assert screen.seqs == [7], "8 was never looked for: it may be on its way"
    hub.durable("r", ChatPinned(seq=8, line=None))
    await settle(0.1)
    assert screen.seqs == [7, 8, 9]


async def test_who_missed_too_much_is_asked_to_come_for_a_snapshot(
    door: Doorway, hub: Hub, library: Library
) -> None:
    screen = Screen(hub, "r", 1)
    refreshed: list[int] = []
    screen.seat.refresh = lambda: refreshed.append(1)
    library.log = None
    door.heal("r")
    await settle(0.1)
    assert refreshed == [1]
