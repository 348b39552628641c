"""Several processes at once, as on PostgreSQL: nothing lost, nothing twice, no late vote."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.polls import actions as polls
from liveclass.polls.models import Option, Poll, Vote
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import RoomEvent
from realtime.protocol.refusals import Refusal
from tests.liveclass.world import World, listen, make_member, make_world, new_id

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A class in a database that really commits."""
    made = make_world(lambda **_: nullcontext())
    listen(monkeypatch, made.heard)
    return made


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run every job on a thread and connection of its own; a refusal is an answer too."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                return job()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_the_same_command_from_two_connections_is_carried_out_once(world: World) -> None:
    command = new_id()
    seqs = at_once([lambda: chat.post(world.ann, command, "once")] * 6)
    assert seqs == [1] * 6
    assert Message.objects.count() == 1


def test_numbers_have_no_gap_and_no_double(world: World) -> None:
    people = [world.ann, world.bob, world.host, world.assistant] * 3
    seqs = at_once([lambda who=who: chat.post(who, new_id(), "line") for who in people])
    assert sorted(seqs) == list(range(1, 13))
    assert sorted(RoomEvent.objects.values_list("seq", flat=True)) == list(range(1, 13))


def test_closing_is_a_fence(world: World) -> None:
    world.do(polls.create, world.host, "q", ["a", "b"])
    poll, option = Poll.objects.get(), Option.objects.first()
    assert option is not None
    room = world.room.pk
    voters = [Actor(room, world.code, make_member(f"v{n}").pk, "member") for n in range(10)]
    jobs: list[Callable[[], Any]] = [
        lambda who=who: polls.cast_vote(who, new_id(), poll.pk, [option.pk]) for who in voters
    ]
    jobs.insert(5, lambda: polls.close_poll(world.host, new_id(), poll.pk))
    answers = at_once(jobs)
    accepted = [one for at, one in enumerate(answers) if at != 5].count(0)
    poll.refresh_from_db()
    closed = RoomEvent.objects.get(type="poll.closed")
    assert poll.voters == closed.payload["voters"] == Vote.objects.count() == accepted
    assert set(answers) <= {0, closed.seq, "poll_not_open"}


def test_two_hosts_open_one_poll(world: World) -> None:
    answers = at_once([
        lambda: polls.create(world.host, new_id(), "one", ["a", "b"]),
        lambda: polls.create(world.assistant, new_id(), "two", ["a", "b"]),
    ])  # fmt: skip
    assert sorted(answers, key=str) == [1, "poll_already_open"]
