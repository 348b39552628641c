"""Chat: said once, taken back by the right people, pinned by staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from liveclass.chat import actions, queries
from liveclass.chat.models import Message
from liveclass.rooms.models import RoomEvent
from liveclass.rooms.people import find_person
from realtime.protocol.events import ChatPinned, ChatPosted, ChatRecalled
from tests.liveclass.world import World, make_world, new_id, refused


def say(world: World, who: str = "ann", text: str = "hello") -> int:
    """A line by ``who``; its id."""
    world.do(actions.post, getattr(world, who), text)
    return Message.objects.latest("pk").pk


def test_a_line_is_stored_logged_and_announced_once(world: World) -> None:
    seq = world.do(actions.post, world.ann, "  hi\x00 there\u200f \n\n\n\nall ")
    message = Message.objects.get()
    assert message.text == "hi there\u200f \n\nall"
    [event] = world.events(ChatPosted)
    assert (event.seq, event.line.id, event.line.author.name) == (seq, message.pk, "ann")
    logged = RoomEvent.objects.get()
    assert (logged.type, logged.seq, logged.payload["line"]["text"]) == (
        "chat.posted", seq, message.text,
    )  # fmt: skip


def test_the_same_command_again_has_the_same_answer(world: World) -> None:
    command = new_id()
    first = world.run(actions.post, world.ann, command, "once")
    assert world.run(actions.post, world.ann, command, "once") == first
    assert Message.objects.count() == 1
    assert len(world.heard) == 1


def test_the_same_id_of_another_person_is_another_command(world: World) -> None:
    command = new_id()
    first = world.run(actions.post, world.ann, command, "mine")
    assert world.run(actions.post, world.bob, command, "mine too") == first + 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        (" \n\t ", "text_empty"),
        ("\u200b\u200d", "text_empty"),
        ("\x07\x00", "text_empty"),
        ("x" * 2001, "text_too_long"),
    ],
)
def test_text_limits(world: World, text: str, code: str) -> None:
    assert refused(world, actions.post, world.ann, text) == code
    assert not Message.objects.exists()


def test_a_text_of_exactly_2000_characters_is_accepted(world: World) -> None:
    assert world.do(actions.post, world.ann, "字" * 2000) == 1


def test_reply_to_a_line_of_this_room_only(
    world: World, django_capture_on_commit_callbacks: object
) -> None:
    line = say(world)
    world.do(actions.post, world.bob, "answer", line)
    assert Message.objects.latest("pk").reply_to_id == line
    other = make_world(django_capture_on_commit_callbacks)  # type: ignore[arg-type]
    assert refused(other, actions.post, other.ann, "stranger", line) == "message_unknown"


def test_before_the_doors_open_and_after_the_end(world: World) -> None:
    world.session.starts_at = timezone.now() + timedelta(minutes=31)
    world.session.save()
    assert refused(world, actions.post, world.ann, "early") == "class_not_live"
    world.start()
    world.end()
    assert refused(world, actions.post, world.ann, "late") == "class_ended"


@pytest.mark.parametrize("who", ["ann", "assistant", "host"])
def test_author_and_staff_take_a_line_back(world: World, who: str) -> None:
    line = say(world)
    seq = world.do(actions.recall, getattr(world, who), line)
    by = find_person(getattr(world, who).member, getattr(world, who).role)
    assert world.events(ChatRecalled) == [ChatRecalled(seq=seq, message=line, by=by)]
    [shown] = queries.newest_lines(world.host.room_id)
    assert (shown.text, shown.recalled, shown.recalled_by) == ("", True, by)
    assert Message.objects.get().text == "hello", "kept for audit"
    assert queries.all_lines(world.session)[0].text == ""
    assert world.do(actions.recall, world.host, line) == 0


def test_another_member_may_not_take_it_back(world: World) -> None:
    assert refused(world, actions.recall, world.bob, say(world)) == "staff_only"
    assert refused(world, actions.recall, world.bob, 10**9) == "message_unknown"


def test_staff_pin_and_unpin(world: World) -> None:
    line = say(world)
    assert refused(world, actions.pin, world.ann, line) == "staff_only"
    world.do(actions.pin, world.assistant, line)
    pinned = queries.pinned_line(world.host.room_id)
    assert pinned is not None
    assert pinned.id == line
    assert world.do(actions.pin, world.host, line) == 0
    world.do(actions.pin, world.host, None)
    assert queries.pinned_line(world.host.room_id) is None
    assert [event.line is None for event in world.events(ChatPinned)] == [False, True]


def test_a_recalled_line_cannot_be_or_stay_pinned(world: World) -> None:
    line = say(world)
    world.do(actions.pin, world.host, line)
    world.do(actions.recall, world.ann, line)
    assert world.events(ChatPinned)[-1].line is None
    assert world.room.pinned is None
    assert refused(world, actions.pin, world.host, line) == "message_unknown"


def test_a_snapshot_carries_the_newest_200_in_order(world: World) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(room=world.room, author=world.people["ann"], author_role="member",
                text=str(number), at=now)
        for number in range(205)
    )  # fmt: skip
    lines = queries.newest_lines(world.host.room_id)
    assert [lines[0].text, lines[-1].text, len(lines)] == ["5", "204", 200]
