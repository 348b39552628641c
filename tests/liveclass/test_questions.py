"""Questions: asked by anybody, joined by others, settled by staff."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from liveclass.questions import actions, queries
from liveclass.questions.models import Question, Upvote
from realtime.protocol.events import MyUpvote, QuestionAsked, QuestionChanged, QuestionVotes
from tests.liveclass.world import World, new_id, refused

STEPS = (actions.take, actions.answer, actions.dismiss)


def ask(world: World, text: str = "why?") -> int:
    """A question of Ann."""
    world.do(actions.ask, world.ann, text)
    return Question.objects.latest("pk").pk


def test_a_question_joins_the_queue_once(world: World) -> None:
    command = new_id()
    seq = world.run(actions.ask, world.ann, command, "  why\nso? ")
    assert world.run(actions.ask, world.ann, command, "why so?") == seq
    [event] = world.events(QuestionAsked)
    assert (event.seq, event.question.text, event.question.phase) == (seq, "why so?", "waiting")
    assert Question.objects.count() == 1


@pytest.mark.parametrize(("text", "code"), [(" ", "text_empty"), ("x" * 501, "text_too_long")])
def test_text_limits(world: World, text: str, code: str) -> None:
    assert refused(world, actions.ask, world.ann, text) == code


def test_the_queue_has_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "QUESTIONS_PER_ROOM", 1)
    ask(world)
    assert refused(world, actions.ask, world.bob, "me too") == "question_limit"


def test_i_have_this_question_too(world: World) -> None:
    question = ask(world)
    for _ in range(2):
        assert world.do(actions.upvote, world.bob, question) == 0
    assert Upvote.objects.count() == 1
    assert world.events(QuestionVotes)[-1] == QuestionVotes(question=question, votes=1)
    private = [one for one in world.heard if isinstance(one.event, MyUpvote)]
    assert {one.member for one in private} == {world.bob.member}
    assert [one.mine for one in queries.questions_for(world.bob)] == [True]
    assert [one.mine for one in queries.questions_for(world.ann)] == [False]
    world.do(actions.upvote, world.bob, question, False)
    assert world.events(QuestionVotes)[-1].votes == 0


def test_nobody_votes_for_her_own_question(world: World) -> None:
    assert refused(world, actions.upvote, world.ann, ask(world)) == "question_own"
    assert refused(world, actions.upvote, world.ann, 10**9) == "question_unknown"


def test_taken_and_answered_aloud(world: World) -> None:
    question = ask(world)
    world.do(actions.upvote, world.bob, question)
    world.do(actions.take, world.host, question)
    assert world.do(actions.take, world.assistant, question) == 0
    world.do(actions.answer, world.host, question)
    states = [event.question for event in world.events(QuestionChanged)]
    assert [one.phase for one in states] == ["answering", "answered"]
    assert (states[1].answer, states[1].votes) == ("", 1)
    assert states[1].answered_at is not None


def test_a_written_answer_may_follow_the_spoken_one(world: World) -> None:
    question = ask(world)
    world.do(actions.answer, world.host, question)
    world.do(actions.answer, world.assistant, question, " Because. ")
    assert Question.objects.get().answer == "Because."
    assert world.do(actions.answer, world.host, question, "Because.") == 0
    assert world.do(actions.answer, world.host, question) == 0
    assert Question.objects.get().answer == "Because.", "an empty answer takes nothing away"
    assert refused(world, actions.answer, world.host, question, "x" * 2001) == "text_too_long"


def test_set_aside_is_seen_by_its_author_and_the_staff(world: World) -> None:
    question = ask(world)
    world.do(actions.dismiss, world.assistant, question)
    assert world.do(actions.dismiss, world.host, question) == 0
    for actor, count in ((world.ann, 1), (world.bob, 0), (world.host, 1), (world.assistant, 1)):
        assert len(queries.questions_for(actor)) == count


def test_what_is_settled_stays_settled(world: World) -> None:
    answered, dismissed = ask(world), ask(world)
    world.do(actions.answer, world.host, answered, "so")
    world.do(actions.dismiss, world.host, dismissed)
    for question in (answered, dismissed):
        assert refused(world, actions.upvote, world.bob, question) == "question_closed"
        assert refused(world, actions.take, world.host, question) == "question_closed"
    assert refused(world, actions.dismiss, world.host, answered) == "question_closed"
    assert refused(world, actions.answer, world.host, dismissed, "x") == "question_closed"


def test_only_staff_settle(world: World) -> None:
    question = ask(world)
    for action in STEPS:
        assert refused(world, action, world.bob, question) == "staff_only"
        assert refused(world, action, world.host, 10**9) == "question_unknown"


def test_nothing_changes_after_the_end(world: World) -> None:
    question = ask(world)
    world.start()
    world.end()
    assert refused(world, actions.ask, world.ann, "late") == "class_ended"
    assert refused(world, actions.upvote, world.bob, question) == "class_ended"
    for action in STEPS:
        assert refused(world, action, world.host, question) == "class_ended"


def test_the_same_answer_command_again(world: World) -> None:
    question, command = ask(world), new_id()
    first = world.run(actions.answer, world.host, command, question, "so")
    assert world.run(actions.answer, world.host, command, question, "so") == first


def test_all_questions_for_the_summary(world: World) -> None:
    question = ask(world)
    world.do(actions.dismiss, world.host, question)
    assert [one.phase for one in queries.all_questions(world.session)] == ["dismissed"]


def test_the_database_itself_refuses_what_must_not_be(world: World) -> None:
    question = ask(world)
    rows = Question.objects.filter(pk=question)
    world.do(actions.upvote, world.bob, question)
    for forbidden in (
        lambda: rows.update(phase="answered"),
        lambda: rows.update(answer="x"),
        lambda: rows.update(text=""),
        lambda: rows.update(phase="lost"),
        lambda: Upvote.objects.create(question_id=question, member_id=world.bob.member),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()
