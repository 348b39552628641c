"""Polls: written by staff, voted once, closed like a fence, shown when published."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from liveclass.polls import actions, queries
from liveclass.polls.models import Option, Poll, Vote, VoteChoice
from liveclass.rooms import actions as rooms
from liveclass.rooms.actor import Actor
from realtime.protocol.events import (
    ClassEnded,
    MyVote,
    PollClosed,
    PollOpened,
    PollPrepared,
    PollPublished,
    PollTally,
)
from tests.liveclass.world import World, new_id, refused


def open_poll(world: World, **fields: bool) -> tuple[int, list[int]]:
    """An open poll with three options."""
    world.do(actions.create, world.host, "Which?", ["a", "b", "c"], **fields)
    poll = Poll.objects.latest("pk")
    return poll.pk, [option.pk for option in poll.options.all()]


def prepared(world: World) -> int:
    """A poll in the tray."""
    open_poll(world, open=False)
    return Poll.objects.latest("pk").pk


def seen(actor: Actor) -> list[tuple[str, int, list[int] | None]]:
    """Phase, voters and bars of every poll the actor sees."""
    return [
        (one.phase, one.voters, None if one.counts is None else [c.votes for c in one.counts])
        for one in queries.polls_for(actor)
    ]


def test_an_improvised_poll_is_open_at_once(world: World) -> None:
    seq = world.do(actions.create, world.host, " Which\n one? ", [" a ", "b"])
    [event] = world.events(PollOpened)
    assert (event.seq, event.poll.question) == (seq, "Which one?")
    assert [one.text for one in event.poll.options] == ["a", "b"]
    assert seen(world.ann) == [("open", 0, None)]


def test_who_holds_the_class_does_not_vote(world: World) -> None:
    poll, options = open_poll(world)
    for staff in (world.host, world.assistant):
        assert refused(world, actions.cast_vote, staff, poll, [options[0]]) == "members_only"
    assert not Vote.objects.exists()


def test_a_prepared_poll_waits_in_the_tray_of_the_staff(world: World) -> None:
    prepared(world)
    [heard] = world.heard
    assert isinstance(heard.event, PollPrepared)
    assert heard.to == "staff"
    assert seen(world.assistant) == [("prepared", 0, [0, 0, 0])]
    assert seen(world.ann) == []


def test_a_poll_can_be_prepared_long_before_the_class(world: World) -> None:
    world.session.starts_at = timezone.now() + timedelta(days=2)
    world.session.save()
    poll = prepared(world)
    assert refused(world, actions.open_poll, world.host, poll) == "class_not_live"
    assert refused(world, actions.create, world.host, "q", ["a", "b"]) == "class_not_live"


@pytest.mark.parametrize("is_open", [True, False])
def test_the_same_command_writes_one_poll(world: World, is_open: bool) -> None:
    command = new_id()
    args = (world.host, command, "q", ["a", "b"], False, True, is_open)
    assert world.run(actions.create, *args) == world.run(actions.create, *args)
    assert Poll.objects.count() == 1


def test_only_staff_write_open_close_and_publish(world: World) -> None:
    poll = prepared(world)
    assert refused(world, actions.create, world.ann, "q", ["a", "b"]) == "staff_only"
    for action in (actions.open_poll, actions.close_poll, actions.publish_poll):
        assert refused(world, action, world.ann, poll) == "staff_only"
        assert refused(world, action, world.assistant, 10**9) == "poll_unknown"


@pytest.mark.parametrize(
    ("question", "options", "code"),
    [
        ("q", ["a"], "option_count"),
        ("q", ["a"] * 51, "option_count"),
        ("", ["a", "b"], "text_empty"),
        ("q", ["a", " "], "text_empty"),
        ("q" * 301, ["a", "b"], "text_too_long"),
        ("q", ["a", "b" * 201], "text_too_long"),
    ],
)
def test_limits_of_a_poll(world: World, question: str, options: list[str], code: str) -> None:
    assert refused(world, actions.create, world.host, question, options) == code


def test_a_room_has_a_limit_of_polls(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "POLLS_PER_ROOM", 1)
    prepared(world)
    assert refused(world, actions.create, world.host, "q", ["a", "b"]) == "poll_limit"


def test_one_poll_is_open_at_a_time(world: World) -> None:
    waiting = prepared(world)
    first, _ = open_poll(world)
    assert refused(world, actions.open_poll, world.host, waiting) == "poll_already_open"
    assert refused(world, actions.open_poll, world.host, first) == "poll_already_open"
    assert refused(world, actions.create, world.host, "q", ["a", "b"]) == "poll_already_open"
    world.do(actions.close_poll, world.host, first)
    assert refused(world, actions.open_poll, world.host, first) == "poll_not_open"
    world.do(actions.open_poll, world.host, waiting)
    assert [one[0] for one in seen(world.ann)] == ["closed", "open"]


def test_a_vote_is_one_row_and_counts_reach_the_right_people(world: World) -> None:
    poll, options = open_poll(world)
    world.heard.clear()
    assert world.do(actions.cast_vote, world.ann, poll, [options[1]]) == 0
    [mine] = [one for one in world.heard if isinstance(one.event, MyVote)]
    assert (mine.member, mine.event.options) == (world.ann.member, [options[1]])
    tallies = {one.to: one.event for one in world.heard if isinstance(one.event, PollTally)}
    assert tallies["members"].counts is None
    assert [one.votes for one in tallies["staff"].counts] == [0, 1, 0]
    assert tallies["members"].voters == tallies["staff"].voters == 1
    assert seen(world.bob) == [("open", 1, None)]
    assert seen(world.assistant) == [("open", 1, [0, 1, 0])]
    assert queries.polls_for(world.ann)[0].mine == [options[1]]


def test_a_repeated_vote_is_one_vote_even_after_closing(world: World) -> None:
    poll, options = open_poll(world)
    command = new_id()
    world.run(actions.cast_vote, world.ann, command, poll, options[:1])
    world.run(actions.cast_vote, world.ann, command, poll, options[:1])
    world.do(actions.close_poll, world.host, poll)
    assert world.run(actions.cast_vote, world.ann, command, poll, options[:1]) == 0
    assert Vote.objects.count() == VoteChoice.objects.count() == 1


def test_a_changeable_vote_is_replaced(world: World) -> None:
    poll, options = open_poll(world)
    world.do(actions.cast_vote, world.ann, poll, [options[0]])
    world.do(actions.cast_vote, world.ann, poll, [options[2]])
    assert seen(world.host) == [("open", 1, [0, 0, 1])]


def test_a_final_vote_stays(world: World) -> None:
    poll, options = open_poll(world, changeable=False)
    world.do(actions.cast_vote, world.ann, poll, [options[0]])
    assert refused(world, actions.cast_vote, world.ann, poll, [options[1]]) == "vote_final"
    assert world.do(actions.cast_vote, world.ann, poll, [options[0]]) == 0
    assert seen(world.host) == [("open", 1, [1, 0, 0])]


def test_what_can_be_chosen(world: World) -> None:
    poll, options = open_poll(world)
    vote = actions.cast_vote
    assert refused(world, vote, world.ann, poll, []) == "option_count"
    assert refused(world, vote, world.ann, poll, options[:2]) == "option_count"
    assert refused(world, vote, world.ann, poll, [10**9]) == "option_unknown"
    assert refused(world, vote, world.ann, 10**9, options) == "poll_unknown"
    world.do(actions.close_poll, world.host, poll)
    several, more = open_poll(world, multiple=True)
    assert refused(world, vote, world.ann, several, [options[0], more[0]]) == "option_unknown"
    world.do(vote, world.ann, several, [more[2], more[0], more[2]])
    assert seen(world.host)[1] == ("open", 1, [1, 0, 1])


def test_closing_is_a_fence_with_the_count_of_the_database(world: World) -> None:
    poll, options = open_poll(world)
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    # Written by another process: nothing in this one's memory knows of it.
    vote = Vote.objects.create(
        poll_id=poll, member_id=world.bob.member, client_id="x", at=timezone.now()
    )
    VoteChoice.objects.create(vote=vote, option_id=options[1], sole=True)
    seq = world.do(actions.close_poll, world.host, poll)
    assert world.events(PollClosed) == [PollClosed(seq=seq, poll=poll, voters=2)]
    assert Poll.objects.get().voters == 2
    assert refused(world, actions.cast_vote, world.ann, poll, options[:1]) == "poll_not_open"
    assert refused(world, actions.close_poll, world.host, poll) == "poll_not_open"
    assert seen(world.ann) == [("closed", 2, None)]


def test_publishing_closes_first_and_shows_everybody(world: World) -> None:
    poll, options = open_poll(world)
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    command = new_id()
    seq = world.run(actions.publish_poll, world.host, command, poll)
    [closed], [published] = world.events(PollClosed), world.events(PollPublished)
    assert (closed.seq, published.seq) == (seq - 1, seq)
    assert [one.votes for one in published.counts] == [1, 0, 0]
    assert seen(world.ann) == seen(world.host) == [("closed", 1, [1, 0, 0])]
    assert world.run(actions.publish_poll, world.host, command, poll) == seq
    assert world.do(actions.publish_poll, world.host, poll) == 0


def test_a_prepared_poll_can_be_neither_voted_closed_nor_published(world: World) -> None:
    poll = prepared(world)
    options = list(Option.objects.values_list("pk", flat=True))
    assert refused(world, actions.cast_vote, world.ann, poll, options[:1]) == "poll_not_open"
    assert refused(world, actions.close_poll, world.host, poll) == "poll_not_open"
    assert refused(world, actions.publish_poll, world.host, poll) == "poll_not_open"


def test_the_end_of_the_class_closes_open_polls_before_it(world: World) -> None:
    world.start()
    poll, options = open_poll(world)
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    seq = world.do(rooms.end_class, world.host)
    assert world.events(PollClosed) == [PollClosed(seq=seq - 1, poll=poll, voters=1)]
    assert world.events(ClassEnded)[0].seq == seq
    assert refused(world, actions.create, world.host, "q", ["a", "b"]) == "class_ended"
    assert refused(world, actions.open_poll, world.host, poll) == "class_ended"
    assert world.do(actions.publish_poll, world.host, poll) == seq + 1


def test_many_votes_of_one_transaction_are_counted_once(world: World) -> None:
    poll, options = open_poll(world)
    world.heard.clear()

    def burst() -> None:
        for actor in (world.ann, world.bob):
            actions.cast_vote(actor, new_id(), poll, options[:1])

    world.run(burst)
    assert [one.voters for one in world.events(PollTally)] == [2, 2], "staff and members, once"


def test_results_for_the_summary(world: World) -> None:
    prepared(world)
    poll, options = open_poll(world)
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    [result] = queries.results(world.session)
    assert (result.id, result.voters, [one.votes for one in result.counts or []]) == (
        poll, 1, [1, 0, 0],
    )  # fmt: skip


def test_the_database_itself_refuses_what_must_not_be(world: World) -> None:
    poll, options = open_poll(world)
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    vote = Vote.objects.get()
    now = timezone.now()
    for forbidden in (
        lambda: Vote.objects.create(poll_id=poll, member_id=vote.member_id, client_id="2", at=now),
        lambda: VoteChoice.objects.create(vote=vote, option_id=options[1], sole=True),
        lambda: VoteChoice.objects.create(vote=vote, option_id=options[0], sole=False),
        lambda: Poll.objects.filter(pk=poll).update(phase="closed"),
        lambda: Poll.objects.filter(pk=poll).update(published=True),
        lambda: Poll.objects.create(
            room=world.room,
            created_by_id=world.host.member,
            client_id="y",
            question="second",
            phase="open",
            created_at=now,
            opened_at=now,
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()
