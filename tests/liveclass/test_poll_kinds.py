"""Kinds of polls: what may be asked, what may be answered, how it is counted, who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from django.utils import timezone

from liveclass.pollclock import PollClock
from liveclass.polls import actions, queries
from liveclass.polls.models import Answer, Poll, Vote, VoteAnswer, VoteChoice
from liveclass.polls.plans import Plan, checked
from liveclass.rooms.models import RoomEvent
from liveclass.slides import actions as slides
from realtime.hub import Hub
from realtime.protocol.events import (
    MyVote,
    PollClosed,
    PollKey,
    PollOpened,
    PollPublished,
    PollTally,
)
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import PollState
from tests.liveclass.decks import make_deck
from tests.liveclass.world import World, refused
from tests.realtime.pages import Screen

CHOICE = Plan("Which?", ("a", "b", "c"))
QUIZ = replace(CHOICE, kind="quiz", correct=(1,), explanation="Because.")
RANKING = replace(CHOICE, kind="ranking")
WORDS = Plan("What comes first?", kind="words", most=3)
TEXT = Plan("What did you learn?", kind="text")


def asked(world: World, plan: Plan) -> tuple[int, list[int]]:
    """The poll, open, and its options."""
    world.do(actions.write, world.host, plan)
    poll = Poll.objects.latest("pk")
    return poll.pk, list(poll.options.order_by("order").values_list("pk", flat=True))


def seen(world: World, who: str) -> PollState:
    """The newest poll as somebody sees it."""
    return queries.polls_for(getattr(world, who))[-1]


def bars(state: PollState) -> list[int]:
    return [one.votes for one in state.counts or []]


def words(state: PollState) -> list[tuple[str, int, str]]:
    return [(one.text, one.votes, one.state) for one in state.answers or []]


@pytest.mark.parametrize(
    ("plan", "options", "bounds"),
    [
        (replace(CHOICE, most=3), ("a", "b", "c"), (1, 1)),
        (replace(CHOICE, kind="multiple", least=2, most=3), ("a", "b", "c"), (2, 3)),
        (QUIZ, ("a", "b", "c"), (1, 1)),
        (replace(QUIZ, correct=(2, 0)), ("a", "b", "c"), (1, 3)),
        (RANKING, ("a", "b", "c"), (3, 3)),
        (Plan("q", ("x",), kind="truefalse"), ("true", "false"), (1, 1)),
        (Plan("q", kind="rating"), ("1", "2", "3", "4", "5"), (1, 1)),
        (WORDS, (), (1, 3)),
        (replace(TEXT, most=9), (), (1, 1)),
    ],
)
def test_what_follows_from_a_kind(
    plan: Plan, options: tuple[str, ...], bounds: tuple[int, int]
) -> None:
    found = checked(plan)
    assert (found.options, (found.least, found.most)) == (options, bounds)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (replace(CHOICE, kind="multiple", least=3, most=2), "poll_plan"),
        (replace(CHOICE, kind="multiple", least=0, most=2), "poll_plan"),
        (replace(CHOICE, kind="multiple", most=4), "poll_plan"),
        (replace(WORDS, most=4), "poll_plan"),
        (replace(WORDS, options=("a", "b")), "option_count"),
        (replace(QUIZ, correct=()), "poll_plan"),
        (replace(QUIZ, correct=(3,)), "poll_plan"),
        (replace(CHOICE, correct=(1,)), "poll_plan"),
        (Plan("q", kind="truefalse", correct=(0, 1)), "poll_plan"),
        (Plan("q", ("1", "2"), kind="rating"), "poll_plan"),
        (replace(CHOICE, seconds=9), "poll_plan"),
        (replace(CHOICE, seconds=3601), "poll_plan"),
        (replace(QUIZ, explanation="x" * 501), "text_too_long"),
    ],
)
def test_settings_that_do_not_fit_are_refused(world: World, plan: Plan, code: str) -> None:
    assert refused(world, actions.write, world.host, plan) == code
    assert not Poll.objects.exists()


def test_fifty_options_are_counted_in_their_order(world: World) -> None:
    poll, options = asked(world, replace(CHOICE, options=tuple(str(n) for n in range(50))))
    world.do(actions.cast_vote, world.ann, poll, [options[49]])
    assert bars(seen(world, "host")) == [0] * 49 + [1]


def test_bounds_of_a_multiple_choice(world: World) -> None:
    poll, options = asked(world, replace(CHOICE, kind="multiple", least=2, most=2))
    vote = actions.cast_vote
    assert refused(world, vote, world.ann, poll, options[:1]) == "option_count"
    assert refused(world, vote, world.ann, poll, options) == "option_count"
    world.do(vote, world.ann, poll, options[1:])
    assert bars(seen(world, "host")) == [0, 1, 1]


@pytest.mark.parametrize("kind", ["quiz", "truefalse"])
def test_what_is_right_reaches_members_with_the_result_and_never_before(
    world: World, kind: Any
) -> None:
    secret = "Pressure first"
    poll, options = asked(world, replace(QUIZ, kind=kind, explanation=secret))
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    world.do(actions.close_poll, world.host, poll)
    told = [one.event for one in world.heard if one.to != "staff"]
    assert not any(secret in str(msgspec.to_builtins(one)) for one in told)
    assert all(not one.poll.correct for one in told if isinstance(one, PollOpened))
    assert (seen(world, "ann").correct, seen(world, "ann").explanation) == ([], "")
    assert not RoomEvent.objects.filter(payload__icontains=secret).exists()
    [key] = world.events(PollKey)
    assert (key.correct, key.explanation) == ([options[1]], secret)
    assert seen(world, "assistant").correct == [options[1]]
    world.do(actions.publish_poll, world.host, poll)
    [published] = world.events(PollPublished)
    assert (published.correct, published.explanation) == ([options[1]], secret)
    assert seen(world, "ann").correct == [options[1]]


def test_a_ranking_gives_points_by_place(world: World) -> None:
    poll, (a, b, c) = asked(world, RANKING)
    vote = actions.cast_vote
    assert refused(world, vote, world.ann, poll, [a, b]) == "option_count"
    assert refused(world, vote, world.ann, poll, [a, b, b]) == "option_count"
    assert refused(world, vote, world.ann, poll, [a, b, 0]) == "option_unknown"
    world.do(vote, world.ann, poll, [c, a, b])
    world.do(vote, world.bob, poll, [a, c, b])
    assert bars(seen(world, "host")) == [3, 0, 3]
    assert seen(world, "ann").mine == [c, a, b]
    world.do(vote, world.ann, poll, [a, b, c])
    assert bars(seen(world, "host")) == [4, 1, 1], "a changed ranking replaces the first"


def test_words_are_counted_alike_and_seen_by_the_staff_first(world: World) -> None:
    poll, _ = asked(world, WORDS)
    vote = actions.cast_vote
    assert refused(world, vote, world.ann, poll, [], []) == "option_count"
    assert refused(world, vote, world.ann, poll, [], [" "]) == "option_count"
    assert refused(world, vote, world.ann, poll, [], ["x" * 31]) == "text_too_long"
    assert refused(world, vote, world.ann, poll, [1], ["x"]) == "option_unknown"
    world.do(vote, world.ann, poll, [], ["ＶＡＬＶＥ", " valve ", "锅炉"])
    world.do(vote, world.bob, poll, [], ["Valve", "rude"])
    assert words(seen(world, "host")) == [
        ("valve", 2, "new"),
        ("rude", 1, "new"),
        ("锅炉", 1, "new"),
    ]
    assert seen(world, "ann").answers is None
    assert seen(world, "ann").my_answers == ["valve", "锅炉"]
    rude = Answer.objects.get(text="rude").pk
    assert refused(world, actions.moderate, world.ann, poll, rude, False) == "staff_only"
    assert refused(world, actions.moderate, world.host, poll, 1, False) == "answer_unknown"
    world.do(actions.moderate, world.assistant, poll, rude, False)
    world.do(actions.publish_poll, world.host, poll)
    shown = [("valve", 2, "shown"), ("锅炉", 1, "shown")]
    assert words(seen(world, "ann")) == shown
    told = [one.event for one in world.heard if one.to != "staff" and one.kind != "private"]
    assert not any("rude" in str(msgspec.to_builtins(one)) for one in told)


def test_a_changed_word_is_no_longer_counted(world: World) -> None:
    poll, _ = asked(world, WORDS)
    world.do(actions.cast_vote, world.ann, poll, [], ["one", "two"])
    world.do(actions.cast_vote, world.ann, poll, [], ["two"])
    assert words(seen(world, "host")) == [("two", 1, "new")]


def test_of_open_answers_members_see_the_chosen_ones(world: World) -> None:
    poll, _ = asked(world, TEXT)
    world.do(actions.cast_vote, world.ann, poll, [], ["Look  first,\nthen act"])
    world.do(actions.cast_vote, world.bob, poll, [], ["nothing"])
    world.do(actions.publish_poll, world.host, poll)
    assert words(seen(world, "ann")) == []
    good = Answer.objects.get(text="Look first, then act").pk
    seq = world.do(actions.moderate, world.host, poll, good, True)
    assert words(seen(world, "ann")) == [("Look first, then act", 1, "shown")]
    assert world.events(PollPublished)[-1].seq == seq, "it is told anew"
    assert world.do(actions.moderate, world.host, poll, good, True) == 0


def test_an_answer_said_once_more_changes_no_final_vote(world: World) -> None:
    poll, _ = asked(world, replace(TEXT, changeable=False))
    world.do(actions.cast_vote, world.ann, poll, [], ["yes"])
    assert world.do(actions.cast_vote, world.ann, poll, [], [" yes"]) == 0
    assert refused(world, actions.cast_vote, world.ann, poll, [], ["no"]) == "vote_final"


# ---- anonymous


@pytest.mark.parametrize("plan", [CHOICE, RANKING, WORDS])
def test_an_anonymous_vote_is_counted_and_never_stored_with_a_name(
    world: World, plan: Plan
) -> None:
    poll, options = asked(world, replace(plan, anonymous=True))
    said = ["valve"] if plan is WORDS else []
    choice = options if plan is RANKING else options[:1]
    world.do(actions.cast_vote, world.ann, poll, choice, said)
    world.do(actions.cast_vote, world.bob, poll, choice, said)
    assert not VoteChoice.objects.exists()
    assert not VoteAnswer.objects.exists()
    opened = Poll.objects.get(pk=poll).opened_at
    assert set(Vote.objects.values_list("at", flat=True)) == {opened}, "no time to be matched"
    host = seen(world, "host")
    assert host.voters == 2
    expected = {"single": [2, 0, 0], "ranking": [4, 2, 0], "words": []}[plan.kind]
    assert bars(host) == expected
    assert words(host) == ([("valve", 2, "new")] if said else [])
    mine = seen(world, "ann")
    assert (mine.voted, mine.mine, mine.my_answers) == (True, [], [])
    assert {(tuple(one.options), tuple(one.answers)) for one in world.events(MyVote)} == {((), ())}
    for again in (choice, options[1:2]):
        assert refused(world, actions.cast_vote, world.ann, poll, again, said) in (
            "vote_final", "option_count",
        )  # fmt: skip
    world.do(actions.publish_poll, world.host, poll)
    assert bars(seen(world, "ann")) == expected
    assert words(seen(world, "bob")) == ([("valve", 2, "shown")] if said else [])


def test_an_anonymous_vote_that_is_sent_again_counts_once(world: World) -> None:
    poll, options = asked(world, replace(CHOICE, anonymous=True))
    for _ in range(2):
        world.run(actions.cast_vote, world.ann, "same-command", poll, options[:1])
    assert bars(seen(world, "host")) == [1, 0, 0]


def test_ids_of_written_answers_do_not_tell_their_order(world: World) -> None:
    poll, _ = asked(world, replace(TEXT, anonymous=True))
    for number, who in enumerate((world.ann, world.bob)):
        world.do(actions.cast_vote, who, poll, [], [f"answer {number}"])
    before = dict(Answer.objects.values_list("text", "pk"))
    assert all(pk > 2**32 for pk in before.values()), "drawn, not counted"
    world.do(actions.close_poll, world.host, poll)
    assert dict(Answer.objects.values_list("text", "pk")) == before
    assert bars(seen(world, "host")) == []
    assert [one.text for one in seen(world, "host").answers or []] == ["answer 0", "answer 1"]


# ---- the countdown


def test_a_countdown_ends_by_the_clock_of_the_server_with_two_seconds_of_grace(
    world: World,
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        poll, options = asked(world, replace(CHOICE, seconds=30))
        [opened] = world.events(PollOpened)
        assert opened.poll.deadline == pytest.approx(timezone.now().timestamp() + 30)
        clock.shift(timedelta(seconds=32))
        world.do(actions.cast_vote, world.ann, poll, options[:1])
        world.run(actions.close_late_poll, world.room.pk, world.code, poll)
        assert seen(world, "ann").phase == "open", "not before the grace is over"
        clock.shift(timedelta(seconds=1))
        assert refused(world, actions.cast_vote, world.bob, poll, options[:1]) == "poll_late"
        assert queries.overdue(timezone.now(), [world.code, "x"]) == [
            (world.room.pk, world.code, poll)
        ]
        for _ in range(2):
            world.run(actions.close_late_poll, world.room.pk, world.code, poll)
    assert [one.voters for one in world.events(PollClosed)] == [1]
    assert seen(world, "ann").phase == "closed"
    assert queries.overdue(timezone.now(), [world.code]) == []


def test_a_late_poll_does_not_keep_the_next_one_from_opening(world: World) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        asked(world, replace(CHOICE, seconds=10))
        assert refused(world, actions.write, world.host, CHOICE) == "poll_already_open"
        clock.shift(timedelta(seconds=13))
        asked(world, CHOICE)
    assert [one.phase for one in queries.polls_for(world.ann)] == ["closed", "open"]


def test_the_clock_of_polls_closes_what_is_over_where_somebody_is(world: World) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        poll, _ = asked(world, replace(CHOICE, seconds=10))
        clock.shift(timedelta(seconds=13))
        done: list[Callable[[], Any]] = []
        late = queries.overdue(timezone.now(), [world.code])

        class Reader:
            async def run(self, read: Callable[[], Any]) -> Any:
                return late

        class Writer:
            async def run(self, work: Callable[[], Any]) -> None:
                done.append(work)

        async def look(*rooms: str) -> None:
            hub = Hub()
            for room in rooms:
                Screen(hub, room, 1)
            await PollClock(hub, Reader(), Writer()).look()  # type: ignore[arg-type]
            hub.detach()

        asyncio.run(look())
        assert done == [], "nothing is read for rooms without people"
        asyncio.run(look(world.code))
        for work in done:
            world.run(work)
    assert Poll.objects.get(pk=poll).phase == "closed"
    assert len(done) == 1


def test_a_poll_remembers_the_slide_that_was_shown_when_it_opened(world: World) -> None:
    asked(world, CHOICE)
    assert (seen(world, "ann").deck, seen(world, "ann").page) == (None, None)
    world.do(actions.close_poll, world.host, Poll.objects.latest("pk").pk)
    world.start()
    deck = make_deck(world, "winter.pdf")
    world.do(slides.show, world.host, deck)
    world.do(slides.turn, world.host, deck, 3)
    asked(world, CHOICE)
    world.do(slides.turn, world.host, deck, 1)
    assert (seen(world, "ann").deck, seen(world, "ann").page) == (deck, 3)
    assert world.events(PollOpened)[-1].poll.page == 3


# ---- rounds


def test_a_poll_asked_again_is_a_new_round_with_its_own_votes(world: World) -> None:
    poll, options = asked(world, QUIZ)
    again = actions.repeat_poll
    assert refused(world, again, world.host, poll) == "poll_already_open"
    world.do(actions.cast_vote, world.ann, poll, options[:1])
    world.do(actions.close_poll, world.host, poll)
    assert refused(world, again, world.ann, poll) == "staff_only"
    world.do(again, world.host, poll)
    second = seen(world, "host")
    assert (second.origin, second.round, second.voters, second.phase) == (poll, 2, 0, "open")
    assert [one.text for one in second.options] == ["a", "b", "c"]
    assert [one.text for one in second.options if one.id in second.correct] == ["b"]
    world.do(actions.close_poll, world.host, second.id)
    world.do(again, world.host, second.id)
    assert (seen(world, "host").origin, seen(world, "host").round) == (poll, 3)


def test_a_tally_tells_members_only_how_many(world: World) -> None:
    poll, _ = asked(world, WORDS)
    world.heard.clear()
    world.do(actions.cast_vote, world.ann, poll, [], ["valve"])
    tallies = {one.to: one.event for one in world.heard if isinstance(one.event, PollTally)}
    assert tallies["members"] == PollTally(poll=poll, voters=1, counts=None, answers=None)
    assert [one.text for one in tallies["staff"].answers] == ["valve"]


def test_one_bad_ballot_of_a_batch_spoils_no_other(world: World) -> None:
    poll, options = asked(world, replace(CHOICE, anonymous=True))
    ballots = [
        actions.Ballot(world.ann, "command-ann", options[:1]),
        actions.Ballot(world.bob, "command-bob", options[:2]),
        actions.Ballot(world.bob, "command-bo2", options[1:2]),
    ]
    where = (world.room.pk, poll)
    first, second, third = world.run(actions.cast_votes, where, ballots)
    assert (first, third) == (0, 0)
    assert isinstance(second, Refusal)
    assert bars(seen(world, "host")) == [1, 1, 0]
