"""The snapshot: everything a newcomer needs, in a number of queries that does not grow."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liveclass.arrival import read_shared
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.polls import actions as polls
from liveclass.polls.models import Option, Poll
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.removal import actions as removal
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from liveclass.snapshot import Mark, marks, room_state, shared_state
from liveclass.whisper.queries import NOTHING
from realtime.protocol.events import (
    MyAttendance,
    MyChat,
    MyHand,
    MyUpvote,
    MyVote,
    MyWhispers,
    Snapshot,
)
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import Presence, StreamQuality
from tests.liveclass.reference_apply import apply
from tests.liveclass.world import World

MOST_QUERIES = 34


def fill(world: World, times: int) -> None:
    """Something of everything, several times."""
    for number in range(times):
        world.do(chat.post, world.ann, f"line {number}")
        world.do(questions.ask, world.ann, f"why {number}?")
        world.do(questions.upvote, world.bob, Question.objects.latest("pk").pk)
        world.do(polls.create, world.host, "q", ["a", "b"])
        poll = Poll.objects.latest("pk").pk
        option = Option.objects.filter(poll=poll).earliest("pk").pk
        world.do(polls.cast_vote, world.bob, poll, [option])
        world.do(polls.close_poll, world.host, poll)
    world.do(chat.pin, world.host, Message.objects.latest("pk").pk)
    world.do(rooms.raise_hand, world.bob)


def mine(world: World, actor: Actor, *, every: bool = True) -> list[Mark]:
    """The own marks of one person."""
    return marks(world.room, [actor.member], every=every)[actor.member]


def queries_of(read: Any, *args: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(*args)
    return len(captured)


@pytest.mark.parametrize("who", ["host", "bob"])
def test_the_number_of_queries_is_bounded_and_does_not_grow(world: World, who: str) -> None:
    world.start()
    world.enter(world.bob)
    fill(world, 1)
    actor = getattr(world, who)
    little, own = queries_of(room_state, actor), queries_of(mine, world, actor)
    fill(world, 4)
    assert queries_of(room_state, actor) == little <= MOST_QUERIES
    assert queries_of(mine, world, actor) == own <= MOST_QUERIES


def test_a_late_member_finds_everything(world: World) -> None:
    world.start()
    world.run(rooms.set_stream, world.code, "camera", world.host.member, "s", 1.8e9)
    fill(world, 1)
    world.do(polls.create, world.host, "open now", ["a", "b"])
    state = room_state(world.ann)
    assert (state.phase, state.seq, state.me.name, state.lecturer.name) == (
        "live", world.room.last_seq, "ann", "host",
    )  # fmt: skip
    assert [one.phase for one in state.polls] == ["closed", "open"]
    assert state.polls[1].counts is None
    assert state.pinned == state.chat[-1]
    assert [one.person.name for one in state.hands] == ["bob"]
    assert not state.hand_up
    assert state.stage[0].person.role == "host"
    assert state.presence == Presence(online=0, expected=2, people=[])


def test_who_comes_late_is_told_at_once_that_the_lecturers_line_is_bad(world: World) -> None:
    bad = StreamQuality(stream="camera", grade="poor", audio=True, video=False, watched=True)
    assert room_state(world.ann, None, [bad]).lines == [bad]
    shared = read_shared(world.code, staff=False, presence=None, lines=[bad])
    told = msgspec.json.decode(shared.for_person(room_state(world.ann).me), type=Snapshot)
    assert told.state.lines == [bad]


def test_units_are_shown_in_both_languages(world: World) -> None:
    me = room_state(world.ann).me
    assert (me.unit, me.unit_en, me.latin) == ("crew", "crew (en)", "Ann")


def test_who_was_sent_out_gets_no_snapshot(world: World) -> None:
    world.do(removal.remove_member, world.host, world.ann.member)
    with pytest.raises(Refusal, match="removed"):
        room_state(world.ann)


def test_own_state_for_a_page_that_comes_back(world: World) -> None:
    world.start()
    world.enter(world.bob)
    fill(world, 1)
    vote, upvote, hand, chatting, whispers, presence = mine(world, world.bob)
    assert chatting == MyChat(muted=False)
    assert isinstance(vote, MyVote)
    assert len(vote.options) == 1
    assert isinstance(upvote, MyUpvote)
    assert upvote.on
    assert hand == MyHand(up=True)
    assert whispers == MyWhispers(whispers=NOTHING)
    assert isinstance(presence, MyAttendance)
    assert presence.intervals == room_state(world.bob).attendance
    world.do(questions.upvote, world.bob, Question.objects.get().pk, False)
    assert MyUpvote(question=Question.objects.get().pk, on=False) in mine(world, world.bob)


@pytest.mark.parametrize("who", ["host", "assistant", "ann", "bob"])
def test_the_shared_part_with_the_own_marks_is_the_whole_state(world: World, who: str) -> None:
    world.start()
    world.run(rooms.set_stream, world.code, "camera", world.host.member, "s", 1.8e9)
    for actor in (world.host, world.bob):
        world.enter(actor)
    fill(world, 2)
    world.do(polls.create, world.host, "prepared", ["a", "b"], open=False)
    actor = getattr(world, who)
    whole = room_state(actor)
    state = shared_state(world.code, staff=actor.is_staff)
    state = msgspec.structs.replace(state, me=whole.me, now=whole.now)
    for mark in mine(world, actor, every=False):
        state = apply(state, mark)
    assert state == whole


def test_marks_of_many_cost_no_more_queries_than_of_one(world: World) -> None:
    world.start()
    fill(world, 2)
    everybody = [person.pk for person in world.people.values()]
    one = queries_of(lambda: marks(world.room, everybody[:1], every=True))
    assert queries_of(lambda: marks(world.room, everybody, every=True)) == one
