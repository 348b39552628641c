"""Saying a line, saying it otherwise, taking it back, pinning it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.chat import queries
from liveclass.chat.models import Message, Wording
from liveclass.chat.pace import Pace
from liveclass.rooms.actions import append_event, append_events, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.aloud import said_aloud
from liveclass.rooms.doors import require_not_ended, require_open, require_staff
from liveclass.rooms.log import Entry, earlier_seqs, in_transaction, lock_room
from liveclass.rooms.models import Participation, Room
from liveclass.rooms.people import find_person, speakers
from realtime.protocol.chat import EDIT_SECONDS
from realtime.protocol.commands import CHAT_CHARS
from realtime.protocol.events import ChatEdited, ChatPinned, ChatPosted, ChatRecalled
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import ChatLine

WORDINGS_MOST = 5
"""Changes of one line."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something to be said: by whom, with which command, perhaps in answer to another line."""

    actor: Actor
    command_id: str
    text: str
    reply_to: int | None = None
    mentions: Sequence[int] = ()
    announcement: bool = False


def post(
    actor: Actor,
    command_id: str,
    text: str,
    reply_to: int | None = None,
    mentions: Sequence[int] = (),
    *,
    announcement: bool = False,
) -> int:
    """Say ``text`` aloud, perhaps in answer to the line ``reply_to`` of the same room, perhaps
    meant for the people ``mentions``.

    Raises:
        Refusal: as ``post_all`` answers.
    """
    said = Said(actor, command_id, text, reply_to, mentions, announcement)
    [seq] = post_all(actor.room_id, [said])
    if isinstance(seq, Refusal):
        raise seq
    return seq


def post_all(room_id: int, lines: Sequence[Said]) -> list[int | Refusal]:
    """Say many lines of one room in their order: the number of each, or why it was refused.

    That is ``class_not_live``, ``class_ended``, ``text_empty``, ``text_too_long``,
    ``word_unwanted``, ``message_unknown``, ``member_unknown``; to a member also ``chat_closed``,
    ``chat_muted``, ``chat_slow``, and ``staff_only`` for an announcement.
    """
    with in_transaction():
        room = lock_room(room_id)
        earlier = earlier_seqs(room_id, [(one.actor.member, one.command_id) for one in lines])
        known = _known(room_id, {one.reply_to for one in lines if one.reply_to is not None})
        now = timezone.now()
        pace = Pace(room, [one.actor for one in lines], now)
        here = _here(room_id, {who for one in lines for who in one.mentions})
        answers: dict[tuple[int, str], int | Refusal] = {}
        new: list[tuple[Said, str]] = []
        for one in lines:
            key = (one.actor.member, one.command_id)
            if key in answers:
                continue  # the same command twice in one batch
            try:
                answers[key] = earlier.get(key, 0)
                if not answers[key]:
                    text = _checked(room, one, known, here, now)
                    pace.take(one.actor)
                    new.append((one, text))
            except Refusal as refusal:
                answers[key] = refusal
        for (one, _), seq in zip(new, _say(room, new, now), strict=True):
            answers[one.actor.member, one.command_id] = seq
        return [answers[one.actor.member, one.command_id] for one in lines]


def _posted(line: ChatLine) -> Callable[[int], ChatPosted]:
    return lambda seq: ChatPosted(seq=seq, line=line)


def _known(room_id: int, messages: set[int]) -> set[int]:
    if not messages:
        return set()
    found = Message.objects.filter(room=room_id, pk__in=messages)
    return set(found.values_list("pk", flat=True))


def _here(room_id: int, people: set[int]) -> set[int]:
    """Those of ``people`` who have been in the room: others cannot be meant."""
    if not people:
        return set()
    found = Participation.objects.filter(room=room_id, member__in=people)
    return set(found.values_list("member", flat=True))


def _checked(room: Room, one: Said, known: set[int], here: set[int], now: datetime) -> str:
    """The text as it will be said; Refusal when it may not be."""
    require_open(room, room.session.starts_at, now)
    text = said_aloud(one.text, CHAT_CHARS)
    if one.reply_to is not None and one.reply_to not in known:
        raise Refusal("message_unknown")
    if not here.issuperset(one.mentions):
        raise Refusal("member_unknown")
    if one.announcement:
        require_staff(one.actor)
    return text


def _say(room: Room, lines: list[tuple[Said, str]], now: datetime) -> list[int]:
    if not lines:
        return []
    messages = Message.objects.bulk_create(
        Message(
            room=room,
            author_id=one.actor.member,
            author_role=one.actor.role,
            text=text,
            at=now,
            reply_to_id=one.reply_to,
            mentions=list(dict.fromkeys(one.mentions)),
            announcement=one.announcement,
        )
        for one, text in lines
    )
    authors = speakers({one.actor.member for one, _ in lines})
    entries = []
    for (one, _), message in zip(lines, messages, strict=True):
        message.author = authors[one.actor.member]
        entries.append(Entry(one.actor.member, one.command_id, _posted(queries.line(message))))
    events = append_events(room, lines[0][0].actor.room, entries)
    return [event.seq for event in events]


@command
def edit(room: Room, actor: Actor, command_id: str, message: int, text: str) -> int:
    """Say an own line otherwise, within ``EDIT_SECONDS`` of the server's clock; what it said before
    is kept for audit, ``WORDINGS_MOST`` times at most. The same words again change nothing.

    Raises:
        Refusal: as for a new line, and ``message_unknown`` for another's or a recalled one,
            ``message_late``.
    """
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    line = _find(room, message)
    if line.author_id != actor.member or line.recalled_at is not None:
        raise Refusal("message_unknown")
    Pace(room, [actor], now).may_write(actor)
    if now - line.at > timedelta(seconds=EDIT_SECONDS):
        raise Refusal("message_late")
    said = said_aloud(text, CHAT_CHARS)
    if said == line.text:
        return 0
    if line.wordings.count() >= WORDINGS_MOST:
        raise Refusal("message_late")
    Wording.objects.create(message=line, text=line.text, replaced_at=now)
    line.text, line.edited_at = said, now
    line.save(update_fields=["text", "edited_at"])
    return append_event(
        room, actor, command_id, lambda seq: ChatEdited(seq=seq, message=message, text=said)
    )


@command
def recall(room: Room, actor: Actor, command_id: str, message: int) -> int:
    """Take back an own line, or as staff any; also after the class. The row keeps the text.

    Everybody is told who took it back: staff answer for what they remove.

    A recalled line cannot stay pinned: it is unpinned first.
    """
    line = _find(room, message)
    if line.author_id != actor.member:
        require_staff(actor)
    if line.recalled_at is not None:
        return 0
    line.recalled_at, line.recalled_role = timezone.now(), actor.role
    line.recalled_by_id = actor.member
    line.save(update_fields=["recalled_at", "recalled_by", "recalled_role"])
    if line.author_id != actor.member:
        record(actor, Kind.LINE_REMOVED, line.author_id)
    if room.pinned_id == message:
        _set_pin(room, actor, None, None)
    by = find_person(actor.member, actor.role)
    return append_event(
        room, actor, command_id, lambda seq: ChatRecalled(seq=seq, message=message, by=by)
    )


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
