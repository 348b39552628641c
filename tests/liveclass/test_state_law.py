"""The law of the wire: old snapshot + events = fresh snapshot, for everybody, after everything."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from courses.activities.presence.models import Check
from liveclass.admission import actions as admission
from liveclass.attendance import actions as attendance
from liveclass.attendance import breaks
from liveclass.captions import actions as captions
from liveclass.captions.models import Caption
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.chat.moderation import actions as moderation
from liveclass.checks import actions as checks
from liveclass.lateness.actions import put_off
from liveclass.polls import actions as polls
from liveclass.polls.models import Answer, Option, Poll
from liveclass.polls.plans import Plan
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.questions.triage import actions as triage
from liveclass.reporting import actions as reporting
from liveclass.reporting.models import Report
from liveclass.rooms import actions as rooms
from liveclass.slides import actions as slides
from liveclass.slides.models import Deck
from liveclass.speaking import actions as speaking
from liveclass.whisper import actions as whispers
from liveclass.whisper.models import Whisper, WhisperThread
from realtime.protocol.refusals import Refusal
from tests.conftest import ON_POSTGRES
from tests.liveclass.decks import make_deck
from tests.liveclass.viewer import Viewer
from tests.liveclass.world import World, listen, make_world, new_id

WATCHING = ("host", "ann", "bob")
who = st.sampled_from(("host", "assistant", "ann", "bob"))
staff = st.sampled_from(("host", "assistant"))
which = st.integers(0, 5)
PLANS = [
    Plan("q", ("a", "b", "c"), "single"),
    Plan("q", ("a", "b", "c"), "multiple", most=2, changeable=False),
    Plan("q", ("a", "b", "c"), "quiz", correct=(1,), explanation="because"),
    Plan("q", ("a", "b", "c"), "ranking"),
    Plan("q", kind="words", most=3),
    Plan("q", kind="text"),
]
mostly = st.sampled_from([True, True, True, False])


class Law(RuleBasedStateMachine):
    """People do anything, allowed or not; three pages only listen."""

    world: World
    viewers: dict[str, Viewer]
    patch: pytest.MonkeyPatch

    def __init__(self) -> None:
        super().__init__()
        self.block = contextlib.ExitStack()
        self.block.enter_context(transaction.atomic())
        self.steps = 0
        self.ids: list[tuple[Callable[..., int], Any, str, tuple[Any, ...], int]] = []

    @initialize(live=mostly)
    def begin(self, live: bool) -> None:
        self.world = make_world(TestCase.captureOnCommitCallbacks)
        self.patch = pytest.MonkeyPatch()
        listen(self.patch, self.world.heard)
        here = [self.world.ann.member, self.world.bob.member]
        self.patch.setattr(rooms, "present_members", lambda code: here)
        if live:
            self.world.start()
        for name in ("ann", "bob"):
            self.world.enter(self.actor(name))
        self.world.heard.clear()
        self.viewers = {name: Viewer(self.actor(name)) for name in WATCHING}
        # Something to act upon, so that few steps are spent on an empty room.
        self.act(chat.post, "ann", "first")
        self.act(questions.ask, "ann", "why?")
        self.act(questions.ask, "host", "how?")
        for name in ("one.pdf", "two.pdf"):
            make_deck(self.world, name)
        self.act(polls.create, "host", "first", ["a", "b", "c"], live, True, True)

    def teardown(self) -> None:
        try:
            for viewer in getattr(self, "viewers", {}).values():
                viewer.check()
        finally:
            if hasattr(self, "patch"):
                self.patch.undo()
            transaction.set_rollback(True)
            self.block.close()

    # -- doing

    def actor(self, name: str) -> Any:
        return getattr(self.world, name)

    def act(self, action: Callable[..., int], name: str, *args: Any) -> None:
        command = new_id()
        self.steps += 1
        with contextlib.suppress(Refusal):
            seq = self.world.run(action, self.actor(name), command, *args)
            self.ids.append((action, self.actor(name), command, args, seq))
        self.tell()

    def tell(self) -> None:
        for viewer in self.viewers.values():
            viewer.hear(self.world.heard)
        self.world.heard.clear()

    def pick(self, model: Any, number: int) -> int:
        ids = list(model.objects.filter(**self.in_room(model)).values_list("pk", flat=True))
        return ids[number % len(ids)] if ids else 1

    def in_room(self, model: Any) -> dict[str, Any]:
        room = self.world.host.room_id
        return {"poll__room": room} if model is Option else {"room": room}

    # -- what people do

    @rule()
    def start(self) -> None:
        self.act(rooms.start_class, "host")

    @precondition(lambda self: self.steps > 25)
    @rule()
    def end(self) -> None:
        self.act(rooms.end_class, "host")

    @rule(name=who, text=st.text(max_size=6), reply=st.none() | which)
    def say(self, name: str, text: str, reply: int | None) -> None:
        to = None if reply is None else self.pick(Message, reply)
        self.act(chat.post, name, text, to)

    @rule(name=who, line=which)
    def recall(self, name: str, line: int) -> None:
        self.act(chat.recall, name, self.pick(Message, line))

    @rule(name=who, line=which, text=st.text(max_size=6))
    def edit(self, name: str, line: int, text: str) -> None:
        self.act(chat.edit, name, self.pick(Message, line), text)

    @rule(name=staff, whom=st.sampled_from(("ann", "bob", "assistant")))
    def light(self, name: str, whom: str) -> None:
        self.act(speaking.invite_speaker, "host", self.actor(whom).member)
        self.act(speaking.spotlight, name, self.actor(whom).member)

    @rule(name=who, layout=st.sampled_from(("slides", "camera", "speakers")))
    def arrange(self, name: str, layout: str) -> None:
        self.act(rooms.arrange, name, layout)

    @rule(name=who, floor=st.sampled_from(("invited", "nobody", "everyone")))
    def rule_floor(self, name: str, floor: str) -> None:
        self.act(speaking.rule, name, floor)
        self.act(speaking.ask_to_speak, "ann")

    @rule(name=who, closed=st.booleans())
    def set_pace(self, name: str, closed: bool) -> None:
        self.act(moderation.rule, name, 0, closed)

    @rule(name=staff, whom=st.sampled_from(("ann", "bob")), on=mostly)
    def mute(self, name: str, whom: str, on: bool) -> None:
        self.act(moderation.mute, name, self.actor(whom).member, on)

    @rule(name=staff, line=st.none() | which)
    def pin(self, name: str, line: int | None) -> None:
        self.act(chat.pin, name, None if line is None else self.pick(Message, line))

    @rule(name=who, lobby=st.sampled_from(("off", "audience", "others")), on=st.booleans())
    def door(self, name: str, lobby: str, on: bool) -> None:
        self.act(admission.set_lobby, name, lobby)
        self.act(admission.lock, name, on)

    @rule(name=staff, stranger=st.booleans())
    def knock_and_let_in(self, name: str, stranger: bool) -> None:
        someone = self.world.people["stranger" if stranger else "bob"]
        with contextlib.suppress(Refusal):
            self.world.run(admission.knock, self.world.room.pk, self.world.code, someone)
        self.tell()
        self.act(admission.let_in, name, None if stranger else someone.pk)

    @rule(name=who, line=which)
    def report(self, name: str, line: int) -> None:
        self.act(reporting.send, name, self.pick(Message, line), None, "why")

    @rule(name=staff, report=which)
    def settle_report(self, name: str, report: int) -> None:
        self.act(reporting.settle, name, self.pick(Report, report))

    @rule(name=who, text=st.text(max_size=6))
    def caption(self, name: str, text: str) -> None:
        self.act(captions.say, name, text)

    @rule(name=staff, caption=which)
    def recall_caption(self, name: str, caption: int) -> None:
        self.act(captions.recall, name, self.pick(Caption, caption))

    @rule(name=who, to=staff, text=st.text(max_size=6))
    def whisper(self, name: str, to: str, text: str) -> None:
        self.act(whispers.send, name, self.actor(to).member, text)

    @rule(name=who, thread=which, act=st.sampled_from(["answer", "read", "withdraw", "delete"]))
    def go_on_whispering(self, name: str, thread: int, act: str) -> None:
        found = self.pick(WhisperThread, thread)
        more: dict[str, tuple[Any, ...]] = {"answer": (found, "yes"), "read": (found, 2**40)}
        self.act(getattr(whispers, act), name, *more.get(act, (self.pick_letter(act, found),)))

    def pick_letter(self, act: str, thread: int) -> int:
        letters = Whisper.objects.filter(thread=thread).order_by("-pk")
        newest = letters.values_list("pk", flat=True).first() or 1
        return newest if act == "withdraw" else thread

    @rule(name=who, begins=st.booleans())
    def rest(self, name: str, begins: bool) -> None:
        if begins:
            self.act(breaks.begin, name, 5)
        else:
            self.act(breaks.end, name)

    @rule(name=staff, step=st.sampled_from(["announce", "ask", "settle"]))
    def check(self, name: str, step: str) -> None:
        """Announced, asked, and over: a check whose time passes as soon as it is asked."""
        if step == "announce":
            return self.act(checks.announce, name, 3)
        if step == "ask":
            return self.act(checks.ask, name, 60)
        for one in Check.objects.filter(session=self.world.session, settled_at__isnull=True):
            self.world.run(checks.settle_late, self.world.code, one.pk)
        return self.tell()

    @rule(name=who)
    def answer_check(self, name: str) -> None:
        self.act(checks.answer, name, self.newest_check())

    def newest_check(self) -> int:
        newest = Check.objects.filter(session=self.world.session).last()
        return newest.pk if newest else 1

    @rule(name=who, minutes=st.sampled_from([5, 10]))
    def put_off(self, name: str, minutes: int) -> None:
        self.act(put_off, name, minutes)

    @rule(name=who, up=st.booleans())
    def hand(self, name: str, up: bool) -> None:
        self.act(rooms.raise_hand if up else rooms.lower_hand, name)

    @rule(name=staff, plan=st.sampled_from(PLANS), anonymous=st.booleans(), now=mostly)
    def write_poll(self, name: str, plan: Plan, anonymous: bool, now: bool) -> None:
        self.act(polls.write, name, replace(plan, anonymous=anonymous), now)

    @rule(name=staff, poll=which, step=st.sampled_from(["open", "close", "publish", "repeat"]))
    def move_poll(self, name: str, poll: int, step: str) -> None:
        action = getattr(polls, f"{step}_poll")
        self.act(action, name, self.pick(Poll, poll))

    @rule(name=who, choice=st.permutations(range(3)), many=st.integers(1, 3))
    def vote(self, name: str, choice: list[int], many: int) -> None:
        """In the newest open poll, so that most votes count."""
        newest = Poll.objects.filter(room=self.world.host.room_id, phase="open").last()
        found = newest.pk if newest else self.pick(Poll, 0)
        options = list(Option.objects.filter(poll=found).values_list("pk", flat=True))
        if newest and newest.kind in ("words", "text"):
            self.act(polls.cast_vote, name, found, [], [f"word {one}" for one in choice[:many]])
            return
        chosen = [options[one] for one in choice if one < len(options)]
        self.act(polls.cast_vote, name, found, chosen[:many])

    @rule(name=staff, answer=which, shown=st.booleans())
    def moderate(self, name: str, answer: int, shown: bool) -> None:
        found = Answer.objects.filter(poll__room=self.world.host.room_id).order_by("text")
        one = found[answer % len(found)] if found else Answer(pk=1, poll_id=1)
        self.act(polls.moderate, name, one.poll_id, one.pk, shown)

    @rule(name=who, text=st.sampled_from(["why?", "how?", ""]), anonymous=st.booleans())
    def ask(self, name: str, text: str, anonymous: bool) -> None:
        self.act(questions.ask, name, text, anonymous)

    @rule(name=staff, question=which, others=st.lists(which, min_size=1, max_size=3))
    def unite(self, name: str, question: int, others: list[int]) -> None:
        chosen = [self.pick(Question, one) for one in others]
        self.act(triage.merge, name, self.pick(Question, question), chosen)

    @rule(name=staff, question=which, on=mostly)
    def flag(self, name: str, question: int, on: bool) -> None:
        self.act(triage.flag, name, self.pick(Question, question), on)

    @rule(name=staff, anonymous=mostly)
    def permit_anonymous(self, name: str, anonymous: bool) -> None:
        self.act(triage.permit, name, anonymous)

    @rule(name=who, question=which, on=mostly)
    def upvote(self, name: str, question: int, on: bool) -> None:
        self.act(questions.upvote, name, self.pick(Question, question), on)

    @rule(name=staff, question=which, step=st.sampled_from(["take", "answer", "dismiss"]))
    def settle(self, name: str, question: int, step: str) -> None:
        self.act(getattr(questions, step), name, self.pick(Question, question))

    @rule(name=who, deck=which, step=st.sampled_from(["show", "show", "hide"]))
    def put_on_stage(self, name: str, deck: int, step: str) -> None:
        args = [self.pick(Deck, deck)] if step == "show" else []
        self.act(getattr(slides, step), name, *args)

    @rule(name=staff, page=st.integers(0, 4))
    def turn_page(self, name: str, page: int) -> None:
        self.act(slides.turn, name, self.shown(), page)

    @rule(name=staff, what=st.sampled_from(["draw", "draw", "undo", "clear", "permit"]))
    def use_the_pen(self, name: str, what: str) -> None:
        more: dict[str, list[Any]] = {"draw": ["pen", 1, [0, 0, 9, 9]], "permit": [True]}
        page = [] if what == "permit" else [self.shown_page()]
        self.act(getattr(slides, what), name, self.shown(), *page, *more.get(what, []))

    def shown(self) -> int:
        found = Deck.objects.filter(room=self.world.host.room_id, on_stage=True).first()
        return found.pk if found else self.pick(Deck, 0)

    def shown_page(self) -> int:
        return int(Deck.objects.get(pk=self.shown()).page)

    @rule(name=staff, on=mostly, stream=st.sampled_from(["camera", "screen"]))
    def publish(self, name: str, on: bool, stream: str) -> None:
        change = rooms.set_stream if on else rooms.clear_stream
        args = (self.world.code, stream, self.actor(name).member, name, 1.8e9)
        self.world.run(change, *args)
        self.tell()

    @rule(name=st.sampled_from(("ann", "bob", "assistant")), here=st.booleans())
    def come_or_go(self, name: str, here: bool) -> None:
        (self.world.enter if here else self.world.leave)(self.actor(name))
        self.tell()

    @rule()
    def heartbeat(self) -> None:
        self.world.run(attendance.touch, {self.world.code: [self.world.ann.member]})
        self.tell()

    @rule(number=which)
    def repeat(self, number: int) -> None:
        """A command sent again has its first answer, and nobody hears anything durable."""
        if not self.ids:
            return
        action, actor, command, args, seq = self.ids[-1 - number % len(self.ids)]
        with contextlib.suppress(Refusal):
            again = self.world.run(action, actor, command, *args)
            assert again == seq or seq == 0
        if seq:
            assert self.world.heard == []
        self.tell()

    @rule(name=st.sampled_from(WATCHING))
    def reload(self, name: str) -> None:
        """The law is checked here and at the end: a snapshot after every step would be slow."""
        self.viewers[name].check()
        self.viewers[name] = Viewer(self.actor(name))


@pytest.mark.django_db
def test_old_snapshot_and_events_make_the_fresh_snapshot() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Law,
        settings=settings(
            max_examples=15 if ON_POSTGRES else 40,  # what it proves is no matter of databases
            stateful_step_count=50,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
