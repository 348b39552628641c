"""Questions without a name, united, marked, and set aside with a reason."""

from __future__ import annotations

import msgspec
import pytest
from django.db import IntegrityError, transaction

from liveclass import log
from liveclass.questions import actions, queries
from liveclass.questions.models import Question, Upvote
from liveclass.questions.triage import actions as triage
from liveclass.rooms.models import RoomEvent
from liveclass.snapshot import marks, room_state, shared_state
from realtime.protocol.events import (
    MyQuestions,
    MyUpvote,
    QuestionAside,
    QuestionAsked,
    QuestionChanged,
    QuestionFlagged,
    QuestionVotes,
)
from tests.liveclass.world import World, refused


def ask(world: World, name: str, text: str, anonymous: bool = False) -> int:
    world.do(actions.ask, getattr(world, name), text, anonymous)
    return Question.objects.latest("pk").pk


def test_nobody_is_told_who_asked_without_a_name(world: World) -> None:
    question = ask(world, "ann", "why?", anonymous=True)
    assert Question.objects.get().author_id == world.ann.member, "kept, to tell her the answer"
    [asked] = world.events(QuestionAsked)
    assert asked.question.author.id == queries.NOBODY
    name = world.people["ann"].name.encode()
    told = [data for _, data in log.told(world.room.pk, 0, staff=True) or []]
    for state in (shared_state(world.code, staff=True), room_state(world.host), *told):
        shown = state if isinstance(state, bytes) else msgspec.json.encode(state.questions)
        assert name not in shown
    stored = RoomEvent.objects.get(type="question.asked").payload
    assert stored["question"]["author"]["name"] == ""
    [summary] = queries.all_questions(world.session)
    assert (summary.id, summary.author.name) == (question, "")


def test_she_herself_knows_her_nameless_questions(world: World) -> None:
    question = ask(world, "ann", "why?", anonymous=True)
    mine = [one for one in world.heard if isinstance(one.event, MyQuestions)]
    assert [(one.member, one.event.questions) for one in mine] == [(world.ann.member, [question])]
    assert room_state(world.ann).asked == [question]
    assert room_state(world.bob).asked == room_state(world.host).asked == []
    told = marks(world.room, [world.ann.member, world.bob.member], every=True)
    assert MyQuestions(questions=[question]) in told[world.ann.member]
    assert not any(isinstance(one, MyQuestions) for one in told[world.bob.member])
    assert refused(world, actions.upvote, world.ann, question) == "question_own"


def test_a_class_may_take_names_only(world: World) -> None:
    assert refused(world, triage.permit, world.ann, False) == "staff_only"
    assert world.do(triage.permit, world.assistant, False) > 0
    assert world.do(triage.permit, world.host, False) == 0
    assert refused(world, actions.ask, world.ann, "why?", True) == "question_anonymous"
    assert not Question.objects.exists(), "her name is not shown instead"
    assert room_state(world.bob).anonymous_questions is False


def test_similar_questions_are_united_and_nobody_counts_twice(world: World) -> None:
    kept, other = ask(world, "ann", "when?"), ask(world, "bob", "at what time?")
    world.do(actions.upvote, world.bob, kept)
    world.do(actions.upvote, world.assistant, other)
    world.do(actions.upvote, world.ann, other)
    world.heard.clear()
    world.do(triage.merge, world.host, kept, [other, other, kept])
    wanted = set(Upvote.objects.filter(question=kept).values_list("member", flat=True))
    assert wanted == {world.bob.member, world.assistant.member}, "not her own, and each once"
    assert world.events(QuestionVotes)[-1] == QuestionVotes(question=kept, votes=2)
    assert [one.member for one in world.heard if isinstance(one.event, MyUpvote)] == [
        world.assistant.member
    ]
    [changed] = world.events(QuestionChanged)
    assert (changed.question.phase, changed.question.into) == ("merged", kept)
    assert changed.question.united_by is not None
    assert changed.question.united_by.id == world.host.member
    for step in (actions.take, actions.answer, actions.dismiss, triage.flag):
        assert refused(world, step, world.host, other) == "question_closed"


def test_what_was_united_before_follows(world: World) -> None:
    first, second, third = (ask(world, "ann", text) for text in ("a?", "b?", "c?"))
    world.do(triage.merge, world.host, second, [third])
    world.do(triage.merge, world.assistant, first, [second])
    united = Question.objects.order_by("pk").values_list("into", "acted_by")
    assert list(united)[1:] == [(first, world.assistant.member), (first, world.host.member)]


def test_only_what_waits_is_united_and_only_by_staff(world: World) -> None:
    kept, other = ask(world, "ann", "when?"), ask(world, "bob", "what?")
    assert refused(world, triage.merge, world.ann, kept, [other]) == "staff_only"
    assert refused(world, triage.merge, world.host, kept, [kept]) == "question_alone"
    assert refused(world, triage.merge, world.host, kept, [10**9]) == "question_unknown"
    world.do(actions.answer, world.host, other)
    assert refused(world, triage.merge, world.host, kept, [other]) == "question_closed"
    assert refused(world, triage.merge, world.host, other, [kept]) == "question_closed"


def test_the_assistant_marks_for_the_lecturer(world: World) -> None:
    question = ask(world, "ann", "when?")
    assert refused(world, triage.flag, world.bob, question) == "staff_only"
    for _ in range(2):
        world.do(triage.flag, world.assistant, question)
    told = [one for one in world.heard if isinstance(one.event, QuestionFlagged)]
    assert {one.to for one in told} == {"staff"}
    assert [one.flagged for one in queries.questions_for(world.host)] == [True]
    assert [one.flagged for one in queries.questions_for(world.ann)] == [False]


def test_the_reason_is_for_its_author_and_the_staff(world: World) -> None:
    question = ask(world, "ann", "when?")
    assert refused(world, actions.dismiss, world.host, question, "other") == "text_empty"
    assert refused(world, actions.dismiss, world.host, question, "other", "x" * 201) == (
        "text_too_long"
    )
    world.do(actions.dismiss, world.host, question, "other", " See the notice board ")
    told = [one for one in world.heard if isinstance(one.event, QuestionAside)]
    assert {one.to if one.kind == "keyed" else one.member for one in told} == {
        "staff", world.ann.member,
    }  # fmt: skip
    [changed] = world.events(QuestionChanged)
    assert changed.question.aside is None, "everybody hears this one"
    for actor in (world.ann, world.assistant):
        [seen] = queries.questions_for(actor)
        assert seen.aside is not None
        assert (seen.aside.reason, seen.aside.words) == ("other", "See the notice board")
        assert seen.aside.by.id == world.host.member


def test_the_database_refuses_half_an_act(world: World) -> None:
    question = ask(world, "ann", "when?")
    rows = Question.objects.filter(pk=question)
    for forbidden in (
        {"phase": "merged"},
        {"into": question},
        {"aside_reason": "off_topic"},
        {"phase": "dismissed", "aside_reason": "off_topic"},
        {"phase": "dismissed", "aside_reason": "mood", "acted_by": world.host.member},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**forbidden)
