"""Writing a caption, and taking it back."""

from __future__ import annotations

from django.utils import timezone

from liveclass.captions import queries
from liveclass.captions.models import Caption
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_open, require_staff
from liveclass.rooms.models import Room
from liveclass.rooms.text import clean_line
from realtime.protocol.captions import (
    CAPTION_CHARS,
    CaptionRecalled,
    CaptionSaid,
    CaptionSource,
)
from realtime.protocol.refusals import Refusal

CAPTIONS_PER_ROOM = 10_000
"""One every second for almost three hours."""


@command
def say(
    room: Room, actor: Actor, command_id: str, text: str, source: CaptionSource = "typed"
) -> int:
    """Show a caption to everybody and keep it.

    Raises:
        Refusal: ``staff_only``; ``class_not_live``, ``class_ended``; ``text_empty``,
            ``text_too_long``; ``caption_limit``.
    """
    require_staff(actor)
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    text = clean_line(text, CAPTION_CHARS)
    if Caption.objects.filter(room=room).count() >= CAPTIONS_PER_ROOM:
        raise Refusal("caption_limit")
    caption = Caption.objects.create(
        room=room, author_id=actor.member, text=text, source=source, at=now
    )
    line = queries.line(caption)
    return append_event(room, actor, command_id, lambda seq: CaptionSaid(seq=seq, caption=line))


@command
def recall(room: Room, actor: Actor, command_id: str, caption: int) -> int:
    """Take a caption back, during the class or after it; twice changes nothing.

    Raises:
        Refusal: ``staff_only``, ``caption_unknown``.
    """
    require_staff(actor)
    found = Caption.objects.filter(room=room, pk=caption).first()
    if found is None:
        raise Refusal("caption_unknown")
    if found.recalled_at is not None:
        return 0
    found.recalled_at = timezone.now()
    found.save(update_fields=["recalled_at"])
    gone = found.pk
    return append_event(room, actor, command_id, lambda seq: CaptionRecalled(seq=seq, caption=gone))
