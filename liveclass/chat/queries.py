"""Lines of chat, as a room or a summary shows them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.chat.models import Message, Silence
from liveclass.rooms.models import Room
from liveclass.rooms.people import person
from realtime.protocol.chat import SILENT_SHOWN, ChatRules
from realtime.protocol.state import CHAT_IN_SNAPSHOT, ChatLine, Person


def line(message: Message) -> ChatLine:
    """A line for the wire; a recalled one keeps its place and has no text."""
    recalled = message.recalled_at is not None
    return ChatLine(
        id=message.pk,
        author=person(message.author, message.author_role),  # type: ignore[arg-type]  # CHECK
        text="" if recalled else message.text,
        at=unix(message.at),
        recalled=recalled,
        recalled_by=_recalled_by(message),
        reply_to=message.reply_to_id,
        edited=not recalled and message.edited_at is not None,
        announcement=message.announcement,
        mentions=[] if recalled else list(message.mentions),
    )


def _recalled_by(message: Message) -> Person | None:
    """Who took the line back, in the role of then."""
    if message.recalled_by is None:
        return None
    return person(message.recalled_by, message.recalled_role)  # type: ignore[arg-type]  # CHECK


def _messages() -> QuerySet[Message]:
    return Message.objects.select_related("author__department", "recalled_by__department")


def newest_lines(room_id: int) -> list[ChatLine]:
    """The lines a snapshot carries, oldest of them first."""
    newest = _messages().filter(room=room_id).order_by("-pk")[:CHAT_IN_SNAPSHOT]
    return [line(message) for message in reversed(newest)]


def pinned_line(room_id: int) -> ChatLine | None:
    """The line pinned above the chat."""
    message = _messages().filter(pinned_in=room_id).first()
    return line(message) if message else None


def all_lines(session: Session) -> list[ChatLine]:
    """Everything said in a session, for its summary. Recalled text stays hidden here too."""
    return [line(one) for one in _messages().filter(room__session=session).order_by("pk")]


def recalled(room_id: int) -> dict[int, ChatLine]:
    """The lines of a room that were taken back, as everybody may see them now."""
    rows = _messages().filter(room=room_id, recalled_at__isnull=False)
    return {message.pk: line(message) for message in rows}


def rules(room: Room) -> ChatRules:
    """At what pace members write."""
    return ChatRules(slow=room.chat_slow, closed=room.chat_closed)


def silent(room_id: int) -> list[Person]:
    """Whose writing was taken away, the newest first."""
    rows = Silence.objects.filter(room=room_id).select_related("member__department")
    return [person(one.member, "member") for one in rows.order_by("-since", "-pk")[:SILENT_SHOWN]]


def muted(room_id: int, members: Iterable[int]) -> set[int]:
    """Those of ``members`` whose writing was taken away."""
    rows = Silence.objects.filter(room=room_id, member__in=list(members))
    return set(rows.values_list("member", flat=True))
