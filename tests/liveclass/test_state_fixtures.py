"""The law as a file: ``tests/wire/state_law.json`` is what the test of ``state.ts`` applies.

Run with ``LIVECLASS_WRITE_FIXTURES=1`` after the wire has changed.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import time_machine
from django.test import TestCase
from django.utils import timezone

from courses.activities.presence.models import Check
from liveclass.attendance import breaks
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.checks import actions as checks
from liveclass.lateness.actions import put_off
from liveclass.polls import actions as polls
from liveclass.polls.models import Answer, Option, Poll
from liveclass.polls.plans import Plan
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.questions.triage import actions as triage
from liveclass.removal import actions as removal
from liveclass.rooms import actions as rooms
from liveclass.rooms.models import Room
from liveclass.slides import actions as slides
from liveclass.slides.models import Deck
from liveclass.speaking import actions as speaking
from liveclass.whisper import actions as whispers
from liveclass.whisper.models import Whisper, WhisperThread
from tests.liveclass.decks import make_deck
from tests.liveclass.renumber import Renumber
from tests.liveclass.viewer import Viewer, fresh
from tests.liveclass.world import World, listen, make_world

FILE = Path(__file__).resolve().parent.parent / "wire" / "state_law.json"
NOON = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)

Scenario = Callable[[World], None]


def newest(model: Any) -> int:
    return int(model.objects.latest("pk").pk)


def options() -> list[int]:
    return list(Option.objects.filter(poll=newest(Poll)).values_list("pk", flat=True))


def start_and_end(world: World) -> None:
    world.do(rooms.start_class, world.host)
    world.do(rooms.raise_hand, world.ann)
    world.do(rooms.end_class, world.host)


def late(world: World) -> None:
    world.do(put_off, world.host, 10)
    world.do(rooms.start_class, world.host)


def talk(world: World) -> None:
    world.do(chat.post, world.ann, "早上好")
    world.do(chat.post, world.bob, "Good morning", newest(Message))
    world.do(chat.recall, world.bob, newest(Message))
    world.do(chat.post, world.bob, "Off topic")
    world.do(chat.recall, world.assistant, newest(Message))


def pin_and_recall(world: World) -> None:
    world.do(chat.post, world.host, "Please read page 3")
    world.do(chat.pin, world.assistant, newest(Message))
    world.do(chat.recall, world.host, newest(Message))


def improvised_poll(world: World) -> None:
    world.do(polls.create, world.host, "Can you hear me?", ["Yes", "No"])
    world.do(polls.cast_vote, world.ann, newest(Poll), options()[:1])
    world.do(polls.cast_vote, world.bob, newest(Poll), options()[1:])
    world.do(polls.cast_vote, world.ann, newest(Poll), options()[1:])
    world.do(polls.publish_poll, world.host, newest(Poll))


def prepared_poll(world: World) -> None:
    world.do(polls.create, world.host, "Which?", ["a", "b", "c"], True, False, False)
    world.do(polls.open_poll, world.assistant, newest(Poll))
    world.do(polls.cast_vote, world.ann, newest(Poll), [options()[2], options()[0]])
    world.do(polls.close_poll, world.host, newest(Poll))


def polls_opened_out_of_order(world: World) -> None:
    world.do(polls.create, world.host, "First", ["a", "b"], False, True, False)
    first = newest(Poll)
    world.do(polls.create, world.host, "Second", ["a", "b"], False, True, True)
    world.do(polls.close_poll, world.host, newest(Poll))
    world.do(polls.open_poll, world.host, first)


def quiz_asked_twice(world: World) -> None:
    plan = Plan("Which?", ("a", "b"), "quiz", correct=(1,), explanation="Because.", seconds=60)
    world.do(polls.write, world.host, plan)
    world.do(polls.cast_vote, world.ann, newest(Poll), options()[:1])
    world.do(polls.publish_poll, world.host, newest(Poll))
    world.do(polls.repeat_poll, world.host, newest(Poll))
    world.do(polls.cast_vote, world.ann, newest(Poll), options()[1:])
    world.do(polls.close_poll, world.host, newest(Poll))


def words_of_nobody(world: World) -> None:
    world.do(polls.write, world.host, Plan("In a word?", kind="words", most=2, anonymous=True))
    world.do(polls.cast_vote, world.ann, newest(Poll), [], ["valve", "boiler"])
    world.do(polls.cast_vote, world.bob, newest(Poll), [], ["Valve"])
    hidden = Answer.objects.get(poll=newest(Poll), text="boiler").pk
    world.do(polls.moderate, world.assistant, newest(Poll), hidden, False)
    world.do(polls.publish_poll, world.host, newest(Poll))
    world.do(polls.moderate, world.assistant, newest(Poll), hidden, True)


def ranking_and_text(world: World) -> None:
    world.do(polls.write, world.host, Plan("In order?", ("a", "b", "c"), "ranking"), False)
    world.do(polls.write, world.host, Plan("Why?", kind="text"), False)
    first, text = sorted(Poll.objects.order_by("-pk").values_list("pk", flat=True)[:2])
    world.do(polls.open_poll, world.host, first)
    ranked = list(Option.objects.filter(poll=first).values_list("pk", flat=True))
    world.do(polls.cast_vote, world.bob, first, [ranked[2], ranked[0], ranked[1]])
    world.do(polls.publish_poll, world.host, first)
    world.do(polls.open_poll, world.host, text)
    world.do(polls.cast_vote, world.bob, text, [], ["So."])
    world.do(polls.publish_poll, world.host, text)


def class_ends_with_an_open_poll(world: World) -> None:
    world.do(rooms.start_class, world.host)
    world.do(polls.create, world.host, "Still here?", ["Yes", "No"])
    world.do(polls.cast_vote, world.bob, newest(Poll), options()[:1])
    world.do(rooms.end_class, world.host)


def question_answered(world: World) -> None:
    world.do(questions.ask, world.ann, "Who opens the valve?")
    world.do(questions.upvote, world.bob, newest(Question))
    world.do(questions.take, world.host, newest(Question))
    world.do(questions.answer, world.assistant, newest(Question), "The shift supervisor.")


def questions_in_order(world: World) -> None:
    world.do(questions.ask, world.ann, "Which valve?", True)
    kept = newest(Question)
    world.do(questions.ask, world.bob, "Which one of the valves?")
    world.do(triage.flag, world.assistant, kept)
    world.do(triage.merge, world.host, kept, [newest(Question)])
    world.do(questions.dismiss, world.host, kept, "other", "On page 4")
    world.do(triage.permit, world.assistant, False)


def question_dismissed(world: World) -> None:
    world.do(questions.ask, world.ann, "When is lunch?")
    world.do(questions.upvote, world.bob, newest(Question))
    world.do(questions.upvote, world.bob, newest(Question), False)
    world.do(questions.dismiss, world.host, newest(Question))


def hands(world: World) -> None:
    world.do(rooms.raise_hand, world.ann)
    world.do(rooms.raise_hand, world.bob)
    world.do(rooms.lower_hand, world.assistant, world.ann.member)


def speakers(world: World) -> None:
    world.do(rooms.start_class, world.host)
    world.do(rooms.raise_hand, world.ann)
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    world.do(speaking.invite_speaker, world.host, world.bob.member)
    world.do(speaking.end_speaking, world.ann)
    world.do(speaking.end_speaking, world.assistant, world.bob.member)


def sent_out(world: World) -> None:
    world.do(rooms.raise_hand, world.ann)
    world.do(removal.remove_member, world.assistant, world.ann.member)
    world.do(removal.remove_member, world.host, world.assistant.member)
    world.do(removal.readmit_member, world.host, world.ann.member)


def stage(world: World) -> None:
    at = NOON.timestamp()
    world.run(rooms.set_stream, world.code, "screen", world.host.member, "s1", at)
    world.run(rooms.set_stream, world.code, "camera", world.host.member, "s2", at)
    world.run(rooms.set_stream, world.code, "camera", world.assistant.member, "s3", at + 5)
    world.run(rooms.clear_stream, world.code, "camera", world.host.member, "s2", at + 6)
    world.run(rooms.clear_stream, world.code, "screen", world.host.member, "s1", at + 7)


def coming_and_going(world: World) -> None:
    world.do(rooms.start_class, world.host)
    world.enter(world.ann)
    world.leave(world.ann)
    world.enter(world.ann)


def whispered(world: World) -> None:
    world.do(whispers.send, world.ann, world.host.member, "夜班只有两个人")
    thread = newest(WhisperThread)
    world.do(whispers.read, world.host, thread, newest(Whisper))
    world.do(whispers.answer, world.host, thread, "问得对。")
    world.do(whispers.send, world.bob, world.host.member, "听不清")
    world.do(whispers.delete, world.bob, newest(WhisperThread))


def break_taken(world: World) -> None:
    coming_and_going(world)
    world.do(breaks.begin, world.host, 10)
    world.do(breaks.begin, world.host, 15)
    world.do(breaks.end, world.assistant)


def checks_asked(world: World) -> None:
    coming_and_going(world)
    world.enter(world.bob)
    world.do(checks.announce, world.host, 3)
    world.do(checks.ask, world.host, 60)
    world.do(checks.answer, world.ann, newest(Check))
    Check.objects.filter(pk=newest(Check)).update(deadline=timezone.now())
    world.run(checks.settle_late, "lectureh", newest(Check))
    world.do(checks.ask, world.assistant, 90, "Which valve?", ["In", "Out"], 1)
    world.do(checks.answer, world.bob, newest(Check), 0)


def known_deck(world: World) -> int:
    """Slides in a folder whose name is the same each time; who had it before gets another one."""
    folder = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
    Deck.objects.filter(folder=folder).update(folder=uuid.uuid4())
    return make_deck(world, "冬季供热.pdf", folder=folder)


def slides_shown(world: World) -> None:
    deck = known_deck(world)
    world.do(slides.show, world.host, deck)
    world.do(slides.draw, world.host, deck, 1, "pen", 0, [100, 100, 9000, 9000])
    world.do(slides.draw, world.host, deck, 1, "marker", 3, [0, 500, 10000, 500])
    world.do(slides.undo, world.host, deck, 1)
    world.do(slides.turn, world.assistant, deck, 3)
    world.do(slides.draw, world.host, deck, 3, "pen", 2, [5, 5])
    world.do(slides.turn, world.host, deck, 1)
    world.do(slides.permit, world.host, deck, True)


def slides_wiped_and_hidden(world: World) -> None:
    deck = known_deck(world)
    world.do(slides.show, world.host, deck)
    for colour in (0, 1):
        world.do(slides.draw, world.host, deck, 1, "pen", colour, [1, 1, 2, 2])
    world.do(slides.clear, world.host, deck, 1)
    world.do(slides.hide, world.host)


SCENARIOS: list[Scenario] = [
    start_and_end, late, talk, pin_and_recall, improvised_poll, prepared_poll,
    polls_opened_out_of_order, quiz_asked_twice, words_of_nobody, ranking_and_text,
    class_ends_with_an_open_poll, question_answered, questions_in_order, question_dismissed, hands,
    speakers, sent_out, stage, coming_and_going, whispered, break_taken, checks_asked, slides_shown,
    slides_wiped_and_hidden,
]  # fmt: skip


def second_by_second(clock: time_machine.Traveller) -> Callable[..., Any]:
    """Each step of a scenario takes a second."""

    def capture(**kwargs: Any) -> Any:
        clock.shift(1)
        return TestCase.captureOnCommitCallbacks(**kwargs)

    return capture


def played(scenario: Scenario, name: str) -> dict[str, Any]:
    """One scenario as the page of one person lives it."""
    world = make_world(TestCase.captureOnCommitCallbacks)
    world.session.code = "lectureh"
    world.session.save()
    for who in ("host", "assistant", "ann", "bob"):
        object.__setattr__(getattr(world, who), "room", "lectureh")
    with pytest.MonkeyPatch.context() as patch, time_machine.travel(NOON, tick=False) as clock:
        listen(patch, world.heard)
        world.capture = second_by_second(clock)
        Room.objects.filter(session=world.session).update(epoch="one")
        world.session.starts_at = NOON
        world.session.save()
        viewer = Viewer(getattr(world, name))
        before = viewer.state
        scenario(world)
        heard = [one.event for one in world.heard if viewer.hears(one)]
        viewer.hear(world.heard)
        after = fresh(viewer.actor, before)
    assert viewer.state == after
    small = Renumber()
    world.session.code = "gone" + str(world.session.pk)[-4:]
    world.session.save()
    return {
        "name": f"{scenario.__name__} as {name}",
        "snapshot": msgspec.to_builtins(small(before)),
        "events": msgspec.to_builtins(small(heard)),
        "expected": msgspec.to_builtins(small(after)),
    }


@pytest.mark.django_db
def test_the_fixtures_shared_with_typescript_are_fresh() -> None:
    made = [played(scenario, name) for scenario in SCENARIOS for name in ("host", "ann", "bob")]
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("LIVECLASS_WRITE_FIXTURES"):
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text, "set LIVECLASS_WRITE_FIXTURES=1 to renew"
