"""Chat: changed within a minute, slow, closed, muted, announced, and meant for somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from liveclass import log
from liveclass.acts.models import Act
from liveclass.chat import actions, queries
from liveclass.chat.actions import Said
from liveclass.chat.models import Message, Silence, Wording
from liveclass.chat.moderation import actions as moderation
from liveclass.replay.queries import log as replayed
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Participation, Room
from liveclass.snapshot import room_state
from realtime.protocol.events import (
    ChatEdited,
    ChatPosted,
    ChatRuled,
    MyChat,
    SilentChanged,
)
from realtime.protocol.refusals import Refusal
from tests.liveclass.world import World, new_id, refused

Clock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Moves the server's clock on by seconds."""
    real, shift = timezone.now, timedelta()

    def now() -> datetime:
        return real() + shift

    def on(seconds: float) -> None:
        nonlocal shift
        shift += timedelta(seconds=seconds)

    monkeypatch.setattr(timezone, "now", now)
    return on


def say(world: World, who: Actor, text: str = "hello") -> int:
    world.do(actions.post, who, text)
    return Message.objects.latest("pk").pk


def here(world: World, *actors: Actor) -> None:
    now = timezone.now()
    for one in actors:
        Participation.objects.get_or_create(
            room=world.room, member_id=one.member,
            defaults={"role": one.role, "first_seen": now, "last_seen": now},
        )  # fmt: skip


# ---- changing a line


def test_a_line_is_said_otherwise_everywhere(world: World) -> None:
    line = say(world, world.ann, "第 2 页")
    world.do(actions.pin, world.host, line)
    seq = world.do(actions.edit, world.ann, line, " 第 3 页 ")
    [event] = world.events(ChatEdited)
    assert (event.seq, event.message, event.text) == (seq, line, "第 3 页")
    state = room_state(world.bob)
    assert [(one.text, one.edited) for one in state.chat] == [("第 3 页", True)]
    assert state.pinned is not None
    assert (state.pinned.text, state.pinned.edited) == ("第 3 页", True)
    assert Wording.objects.get().text == "第 2 页"


def test_the_same_words_and_the_same_command_change_nothing(world: World) -> None:
    line, command = say(world, world.ann), new_id()
    assert world.do(actions.edit, world.ann, line, "hello") == 0
    first = world.run(actions.edit, world.ann, command, line, "hi")
    assert world.run(actions.edit, world.ann, command, line, "hi") == first
    assert Wording.objects.count() == 1
    assert not Message.objects.get().recalled_at


def test_only_the_author_and_only_for_a_minute(world: World, clock: Clock) -> None:
    line = say(world, world.ann)
    for other in (world.bob, world.host, world.assistant):
        assert refused(world, actions.edit, other, line, "hers") == "message_unknown"
    clock(59)
    world.do(actions.edit, world.ann, line, "just in time")
    clock(2)
    assert refused(world, actions.edit, world.ann, line, "late") == "message_late"
    assert Message.objects.get().text == "just in time"


def test_what_cannot_be_changed(world: World) -> None:
    line = say(world, world.ann)
    assert refused(world, actions.edit, world.ann, line, " ") == "text_empty"
    assert refused(world, actions.edit, world.ann, line, "x" * 2001) == "text_too_long"
    assert refused(world, actions.edit, world.ann, line + 1, "x") == "message_unknown"
    for n in range(actions.WORDINGS_MOST):
        world.do(actions.edit, world.ann, line, f"change {n}")
    assert refused(world, actions.edit, world.ann, line, "one more") == "message_late"
    world.do(actions.recall, world.ann, line)
    assert refused(world, actions.edit, world.ann, line, "back") == "message_unknown"


def test_what_was_taken_back_is_not_told_by_its_change(world: World) -> None:
    line = say(world, world.ann, "geheim 1")
    world.do(actions.edit, world.ann, line, "geheim 2")
    world.do(actions.recall, world.ann, line)
    told = log.told(world.room.pk, 0, staff=False) or []
    assert len(told) == 3
    assert not any(b"geheim" in data for _, data in told)
    assert "geheim" not in str(replayed(world.room.pk, 0.0, 0).events)
    [shown] = room_state(world.bob).chat
    assert (shown.text, shown.edited) == ("", False)


def test_a_replay_shows_both_wordings_at_their_times(world: World) -> None:
    line = say(world, world.ann, "first")
    world.do(actions.edit, world.ann, line, "second")
    types = [one["event"]["type"] for one in replayed(world.room.pk, 0.0, 0).events]
    assert types == ["chat.posted", "chat.edited"]


# ---- pace


def test_slow_mode_counts_by_the_server_and_spares_the_staff(world: World, clock: Clock) -> None:
    world.do(moderation.rule, world.host, 30, False)
    [event] = world.events(ChatRuled)
    assert (event.rules.slow, event.rules.closed) == (30, False)
    say(world, world.ann)
    clock(29)
    with pytest.raises(Refusal) as slow:
        actions.post(world.ann, new_id(), "again")
    assert slow.value.code == "chat_slow"
    assert 0 < slow.value.retry_ms <= 1000
    say(world, world.bob)
    for _ in range(3):
        say(world, world.host)
    clock(1.1)
    say(world, world.ann, "now")
    world.do(moderation.rule, world.host, 0, False)
    say(world, world.ann, "at once")


def test_two_switches_do_not_undo_each_other(world: World) -> None:
    world.do(moderation.rule, world.host, 30, True)
    world.do(moderation.rule, world.host, None, False)
    world.do(moderation.rule, world.host, 0, None)
    rules = [(one.rules.slow, one.rules.closed) for one in world.events(ChatRuled)]
    assert rules == [(30, True), (30, False), (0, False)]


def test_one_batch_holds_one_line_of_each(world: World) -> None:
    world.do(moderation.rule, world.host, 10, False)
    lines = [Said(who, new_id(), "x") for who in (world.ann, world.bob, world.ann, world.host)]
    answers = actions.post_all(world.room.pk, [*lines, Said(world.host, new_id(), "y")])
    codes = [one.code if isinstance(one, Refusal) else "said" for one in answers]
    assert codes == ["said", "said", "chat_slow", "said", "said"]


def test_a_refused_line_does_not_use_up_the_turn(world: World) -> None:
    world.do(moderation.rule, world.host, 10, False)
    lines = [Said(world.ann, new_id(), " "), Said(world.ann, new_id(), "x")]
    first, second = actions.post_all(world.room.pk, lines)
    assert isinstance(first, Refusal)
    assert isinstance(second, int)


def test_a_closed_chat_is_for_the_staff(world: World) -> None:
    line = say(world, world.ann)
    world.do(moderation.rule, world.assistant, 0, True)
    assert refused(world, actions.post, world.ann, "x") == "chat_closed"
    assert refused(world, actions.edit, world.ann, line, "x") == "chat_closed"
    say(world, world.assistant)
    world.do(actions.recall, world.ann, line)  # one's own is always taken back
    assert room_state(world.ann).chat_rules.closed
    world.do(moderation.rule, world.host, 0, False)
    say(world, world.ann)
    assert [one.kind for one in Act.objects.order_by("pk")] == ["chat_closed", "chat_opened"]


def test_a_muted_member_and_the_staff_are_told_nobody_else(world: World) -> None:
    here(world, world.ann, world.bob)
    world.do(moderation.mute, world.assistant, world.ann.member, True)
    assert refused(world, actions.post, world.ann, "x") == "chat_muted"
    say(world, world.bob)
    assert room_state(world.ann).chat_muted
    assert not room_state(world.bob).chat_muted
    assert room_state(world.bob).silent == room_state(world.ann).silent == []
    assert [one.id for one in room_state(world.host).silent] == [world.ann.member]
    told = [one for one in world.heard if isinstance(one.event, SilentChanged)]
    assert told
    assert {one.to for one in told} == {"staff"}
    assert [one.muted for one in world.events(MyChat)] == [True]
    act = Act.objects.get()
    assert (act.kind, act.member_id) == ("chat_muted", world.ann.member)
    world.do(moderation.mute, world.host, world.ann.member, False)
    say(world, world.ann)
    assert not Silence.objects.exists()


def test_muting_again_is_no_mistake_and_no_second_act(world: World) -> None:
    here(world, world.ann)
    for _ in range(2):
        world.do(moderation.mute, world.host, world.ann.member, True)
    assert Act.objects.count() == 1
    assert queries.muted(world.room.pk, [world.ann.member, 0]) == {world.ann.member}


def test_who_may_set_the_pace(world: World) -> None:
    here(world, world.ann, world.bob, world.assistant, world.host)
    for member in (world.ann, world.bob):
        assert refused(world, moderation.rule, member, 10, False) == "staff_only"
        assert refused(world, moderation.mute, member, world.bob.member, True) == "staff_only"
    for staff in (world.host.member, world.assistant.member):
        assert refused(world, moderation.mute, world.host, staff, True) == "host_only"
    assert refused(world, moderation.mute, world.host, 0, True) == "member_unknown"
    Room.objects.update(state="ended", started_at=timezone.now(), ended_at=timezone.now())
    assert refused(world, moderation.rule, world.host, 10, False) == "class_ended"
    assert refused(world, moderation.mute, world.host, world.ann.member, True) == "class_ended"


# ---- announcements and mentions


def test_an_announcement_is_the_staffs(world: World) -> None:
    assert refused(world, announce, world.ann, "all") == "staff_only"
    world.do(announce, world.assistant, "10:30 继续")
    assert [one.line.announcement for one in world.events(ChatPosted)] == [True]
    assert room_state(world.bob).chat[-1].announcement


def announce(actor: Actor, command: str, text: str) -> int:
    return actions.post(actor, command, text, announcement=True)


def test_whom_a_line_is_meant_for(world: World) -> None:
    here(world, world.bob)
    bob = world.bob.member
    assert refused(world, actions.post, world.ann, "@x", None, [bob, 0]) == "member_unknown"
    world.do(actions.post, world.ann, "@bob 看", None, [bob, bob])
    line = Message.objects.get()
    assert line.mentions == [bob]
    assert room_state(world.bob).chat[-1].mentions == [bob]
    world.do(actions.recall, world.ann, line.pk)
    assert room_state(world.bob).chat[-1].mentions == []
