"""Saying a line, taking it back, pinning it."""

from __future__ import annotations

from django.utils import timezone

from liveclass.chat import queries
from liveclass.chat.models import Message
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_open, require_staff
from liveclass.rooms.models import Room
from liveclass.rooms.text import clean_text
from realtime.protocol.commands import CHAT_CHARS
from realtime.protocol.events import ChatPinned, ChatPosted, ChatRecalled
from realtime.protocol.refusals import Refusal


@command
def post(room: Room, actor: Actor, command_id: str, text: str, reply_to: int | None = None) -> int:
    """Say ``text`` aloud, perhaps in answer to the line ``reply_to`` of the same room."""
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    text = clean_text(text, CHAT_CHARS)
    if reply_to is not None:
        _find(room, reply_to)
    message = Message.objects.create(
        room=room,
        author_id=actor.member,
        author_role=actor.role,
        text=text,
        at=now,
        reply_to_id=reply_to,
    )
    line = queries.line(message)
    return append_event(room, actor, command_id, lambda seq: ChatPosted(seq=seq, line=line))


@command
def recall(room: Room, actor: Actor, command_id: str, message: int) -> int:
    """Take back an own line, or as staff any; also after the class. The row keeps the text.

    A recalled line cannot stay pinned: it is unpinned first.
    """
    line = _find(room, message)
    if line.author_id != actor.member:
        require_staff(actor)
    if line.recalled_at is not None:
        return 0
    line.recalled_at, line.recalled_by_id = timezone.now(), actor.member
    line.save(update_fields=["recalled_at", "recalled_by"])
    if room.pinned_id == message:
        _set_pin(room, actor, None, None)
    return append_event(room, actor, command_id, lambda seq: ChatRecalled(seq=seq, message=message))


@command
def pin(room: Room, actor: Actor, command_id: str, message: int | None = None) -> int:
    """Show a line above the chat for everybody; None takes it down."""
    require_staff(actor)
    require_not_ended(room)
    line = None if message is None else _find(room, message)
    if line is not None and line.recalled_at is not None:
        raise Refusal("message_unknown")
    if room.pinned_id == message:
        return 0
    return _set_pin(room, actor, command_id, line)


def _set_pin(room: Room, actor: Actor, command_id: str | None, message: Message | None) -> int:
    room.pinned = message
    room.save(update_fields=["pinned"])
    line = queries.line(message) if message else None
    return append_event(room, actor, command_id, lambda seq: ChatPinned(seq=seq, line=line))


def _find(room: Room, message: int) -> Message:
    found = Message.objects.select_related("author__department").filter(room=room, pk=message)
    line = found.first()
    if line is None:
        raise Refusal("message_unknown")
    return line
