"""Rooms, seats, order, coalescing."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime.channel import SLICE
from realtime.hub import Hub
from realtime.protocol.events import ChatPinned, ChatRecalled, MyHand, PollTally, QuestionVotes
from realtime.protocol.state import Person
from tests.realtime.pages import Screen, settle

pytestmark = pytest.mark.asyncio

EPOCH = "one"
ANN = Person(1, "Ann", "Ann", "member", "", "")


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[Hub]:
    made = Hub()
    made.attach()
    made.channel("r").stand_in(EPOCH)
    yield made
    for seat in made.seats():
        seat.outbox.close()
    made.detach()
    await settle()


def line(seq: int) -> ChatPinned:
    return ChatPinned(seq=seq, line=None)


def seated(hub: Hub, member: int = 1, staff: bool = False, seq: int = 0) -> Screen:
    screen = Screen(hub, "r", member, staff)
    assert hub.release(screen.seat, [b'{"type":"hi"}'], seq)
    return screen


async def test_the_first_event_leaves_at_once_and_the_rest_in_one_frame(hub: Hub) -> None:
    screen = seated(hub)
    for seq in range(1, 6):
        hub.durable("r", line(seq))
    await settle()
    assert screen.seqs == [1]
    await settle(0.06)
    assert screen.seqs == [1, 2, 3, 4, 5]
    assert len(screen.frames) == 3


async def test_neighbours_in_the_wrong_order_are_put_right(hub: Hub) -> None:
    screen = seated(hub)
    for seq in (2, 3, 1):
        hub.durable("r", line(seq))
    await settle(0.06)
    assert screen.seqs == [1, 2, 3]


async def test_a_missing_event_is_not_waited_for_for_ever(hub: Hub) -> None:
    screen = seated(hub)
    hub.durable("r", line(3))
    await settle(0.1)
    assert screen.seqs == []
    await settle(0.5)
    assert screen.seqs == [3]
    assert hub.missed("r", EPOCH, 0) is None


async def test_an_event_told_twice_is_heard_once(hub: Hub) -> None:
    screen = seated(hub)
    for seq in (1, 1, 2, 2):
        hub.durable("r", line(seq))
    await settle(0.06)
    assert screen.seqs == [1, 2]


async def test_nothing_is_sent_before_the_snapshot_and_nothing_old_after_it(hub: Hub) -> None:
    hub.durable("r", line(1))
    await settle()
    screen = Screen(hub, "r", 1)
    for seq in (2, 3, 4):
        hub.durable("r", line(seq))
    hub.private("r", 1, MyHand(up=True))
    await settle()
    assert screen.frames == []
    assert hub.release(screen.seat, [b'{"type":"snapshot"}'], 3)
    await settle(0.1)
    assert screen.messages[0] == {"type": "snapshot"}
    assert screen.seqs == [4]
    assert screen.all("hand.mine")


async def test_a_newcomer_inside_a_batch_gets_only_its_newer_half(hub: Hub) -> None:
    early = seated(hub)
    for seq in (1, 2, 3, 4):
        hub.durable("r", line(seq))
    await settle()
    late = seated(hub, 2, seq=3)
    await settle(0.06)
    assert early.seqs == [1, 2, 3, 4]
    assert late.seqs == [4]


async def test_a_snapshot_ahead_of_the_hub_hides_the_late_announcement(hub: Hub) -> None:
    hub.durable("r", line(1))
    await settle()
    screen = seated(hub, seq=2)
    hub.durable("r", line(2))
    hub.durable("r", line(3))
    await settle(0.06)
    assert screen.seqs == [3]


async def test_who_was_away_gets_what_she_missed_or_nothing(hub: Hub) -> None:
    seated(hub)
    for seq in range(1, 4):
        hub.durable("r", line(seq))
    await settle(0.06)
    missed = hub.missed("r", EPOCH, 1)
    assert missed is not None
    assert len(missed) == 2
    assert hub.missed("r", EPOCH, 3) == []
    assert hub.missed("r", "other", 1) is None
    assert hub.missed("r", EPOCH, 9) is None
    assert hub.missed("elsewhere", EPOCH, 0) is None


async def test_a_ring_that_forgot_asks_for_a_snapshot(hub: Hub) -> None:
    for seq in range(1, 1100):
        hub.durable("r", line(seq))
    await settle(0.06)
    assert hub.missed("r", EPOCH, 1) is None
    screen = Screen(hub, "r", 1)
    assert not hub.release(screen.seat, [b"{}"], 1)
    await settle()
    assert screen.frames == []


async def test_only_the_newest_keyed_value_is_sent(hub: Hub) -> None:
    screen = seated(hub)
    for votes in range(50):
        hub.keyed("r", "question:1", QuestionVotes(question=1, votes=votes))
    await settle(0.25)
    assert [one["votes"] for one in screen.all("question.votes")] == [0, 49]


async def test_staff_and_members_see_their_own_tally(hub: Hub) -> None:
    host, member = seated(hub, 1, staff=True), seated(hub, 2)
    shown = PollTally(poll=1, voters=3, counts=[], answers=[])
    hidden = PollTally(poll=1, voters=3, counts=None, answers=None)
    hub.keyed("r", "tally", shown, "staff")
    hub.keyed("r", "tally", hidden, "members")
    await settle(0.25)
    assert [one["counts"] for one in host.all("poll.tally")] == [[]]
    assert [one["counts"] for one in member.all("poll.tally")] == [None]


async def test_a_page_that_comes_back_gets_the_values_it_may_have_missed(hub: Hub) -> None:
    seated(hub)
    hub.keyed("r", "old", QuestionVotes(question=1, votes=1))
    await settle()
    hub.durable("r", line(1))
    await settle(0.25)
    hub.keyed("r", "new", QuestionVotes(question=2, votes=1))
    await settle()
    assert [b'"question":2' in one for one in hub.channel("r").keyed.since(1, staff=False)] == [
        True
    ]
    assert len(hub.channel("r").keyed.since(0, staff=False)) == 2


async def test_private_events_reach_all_pages_of_one_person_only(hub: Hub) -> None:
    first, second, other = seated(hub, 1), seated(hub, 1), seated(hub, 2)
    hub.private("r", 1, MyHand(up=True))
    await settle()
    assert [len(one.all("hand.mine")) for one in (first, second, other)] == [1, 1, 0]


async def test_reactions_are_added_up(hub: Hub) -> None:
    screen = seated(hub)
    for _ in range(30):
        hub.react("r", "clap")
    await settle(0.25)
    bursts = screen.all("reaction.burst")
    assert sum(one["count"] for burst in bursts for one in burst["counts"]) == 30
    assert len(bursts) == 2


async def test_a_kick_ends_every_page_of_that_person(hub: Hub) -> None:
    screen = seated(hub, 1)
    ended: list[str | None] = []
    screen.seat.end = ended.append
    hub.kick("r", 1, "removed")
    hub.kick("r", 2, "removed")
    await settle()
    assert ended == ["removed"]


async def test_leaving_twice_is_harmless(hub: Hub) -> None:
    screen = seated(hub, 1)
    assert hub.online("r") == {1}
    hub.leave(screen.seat)
    hub.leave(screen.seat)
    assert hub.online("r") == set()


async def test_a_large_room_is_served_in_order_and_completely(hub: Hub) -> None:
    screens = [seated(hub, member) for member in range(SLICE * 2 + 10)]
    for seq in range(1, 30):
        hub.durable("r", line(seq))
        if seq % 5 == 0:
            await settle(0.01)
    await settle(0.2)
    assert all(screen.seqs == list(range(1, 30)) for screen in screens)


async def test_announcements_of_many_threads_arrive_in_the_order_of_their_numbers(
    hub: Hub,
) -> None:
    screen = seated(hub)
    numbers = list(range(1, 401))
    random.Random(7).shuffle(numbers)  # noqa: S311 - any order will do
    shares = [numbers[part::4] for part in range(4)]

    def tell(share: list[int]) -> None:
        for seq in share:
            hub.durable("r", line(seq))

    threads = [threading.Thread(target=tell, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(lambda: [thread.join() for thread in threads])
    await settle(0.1)
    assert sorted(screen.seqs) == screen.seqs
    assert screen.seqs[-1] == 400


async def test_without_a_loop_announcing_does_nothing_but_can_be_traced() -> None:
    quiet = Hub()
    told: list[tuple[str, str]] = []
    quiet.trace = lambda kind, room, what: told.append((kind, room))
    quiet.durable("r", line(1))
    quiet.keyed("r", "k", QuestionVotes(question=1, votes=1))
    quiet.private("r", 1, MyHand(up=False))
    quiet.kick("r", 1, "removed")
    assert [kind for kind, _ in told] == ["durable", "keyed", "private", "kick"]


async def test_an_empty_room_is_forgotten_after_a_while(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.durable("r", line(1))
    await settle()
    monkeypatch.setattr("realtime.hub.IDLE", -1.0)
    hub.durable("another", line(1))
    await settle()
    assert hub.seq("r") == 0
    assert hub.seq("another") == 1


async def test_another_epoch_forgets_the_numbers_of_the_old_one(hub: Hub) -> None:
    hub.durable("r", line(7))
    await settle()
    hub.channel("r").stand_in("two")
    assert hub.seq("r") == 0
    assert hub.missed("r", EPOCH, 6) is None


async def test_a_missing_event_can_be_found_before_it_is_given_up(hub: Hub) -> None:
    screen = seated(hub)
    doubted: list[str] = []

    def find(room: str) -> None:
        doubted.append(room)
        for seq in (1, 2):
            hub.durable(room, line(seq))

    hub.heal = find
    hub.durable("r", line(3))
    await settle(0.6)
    assert doubted == ["r"]
    assert screen.seqs == [1, 2, 3]


async def test_a_room_slower_than_its_events_gets_fewer_frames_and_every_event(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.channel.SLICE", 1)
    screens = [seated(hub, member) for member in range(40)]
    for seq in range(1, 200):
        hub.durable("r", line(seq))
        if seq % 4 == 0:
            await asyncio.sleep(0)
    await settle(0.3)
    assert all(screen.seqs == list(range(1, 200)) for screen in screens)
    assert all(len(screen.frames) < 50 for screen in screens)


async def test_what_was_taken_back_is_not_in_the_ring_any_more(hub: Hub) -> None:
    screen = seated(hub)
    hub.durable("r", line(1))
    hub.durable("r", ChatRecalled(seq=2, message=1, by=ANN))
    hub.durable("r", line(3))
    await settle(0.06)
    assert screen.seqs == [1, 2, 3]
    assert hub.missed("r", EPOCH, 0) is None
    assert len(hub.missed("r", EPOCH, 1) or []) == 2
