"""The lecturer's break: announced to all, left out of what is counted; and where one is counted."""

from __future__ import annotations

from django.utils import timezone

from courses.activities import actions as activities
from courses.activities.presence import actions as presence
from courses.activities.presence.models import Break
from liveclass.attendance.actions import tell_other_rooms
from liveclass.attendance.queries import span
from liveclass.rooms.actions import announce_attendance, append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_staff
from liveclass.rooms.models import Phase, Room
from realtime.protocol.attendance import BreakChanged
from realtime.protocol.refusals import Refusal

BREAKS_PER_ROOM = 50


@command
def begin(room: Room, actor: Actor, command_id: str, minutes: int) -> int:
    """A break of ``minutes`` from now; one that runs gets a new end.

    Raises:
        Refusal: ``staff_only``; ``class_ended``, ``class_not_live``; ``break_limit``.
    """
    require_staff(actor)
    require_live(room)
    now = timezone.now()
    running = presence.running_break(room.session_id, now)
    if running is None and Break.objects.filter(session=room.session_id).count() >= BREAKS_PER_ROOM:
        raise Refusal("break_limit")
    taken = span(presence.begin_break(room.session_id, actor.member, now, minutes))
    return append_event(room, actor, command_id, lambda seq: BreakChanged(seq=seq, span=taken))


@command
def end(room: Room, actor: Actor, command_id: str) -> int:
    """The break is over now.

    Raises:
        Refusal: ``staff_only``; ``class_ended``, ``class_not_live``; ``break_none``.
    """
    require_staff(actor)
    require_live(room)
    over = presence.end_break(room.session_id, timezone.now())
    if over is None:
        raise Refusal("break_none")
    taken = span(over)
    return append_event(room, actor, command_id, lambda seq: BreakChanged(seq=seq, span=taken))


@command
def count_here(room: Room, actor: Actor, command_id: str) -> int:
    """Who is in other classes too is counted in this one from now on: her stretches there end, and
    the next heartbeat begins them anew, behind this one. Twice changes nothing.

    Raises:
        Refusal: ``class_ended``, ``class_not_live``.
    """
    require_live(room)
    now = timezone.now()
    activities.open_intervals(room.session_id, [actor.member], now)
    closed = activities.close_elsewhere(room.session_id, actor.member, now)
    announce_attendance(room.session_id, actor.room, [actor.member])
    tell_other_rooms(closed, [actor.member])
    return 0


def require_live(room: Room) -> None:
    """Raise unless the class runs."""
    require_not_ended(room)
    if room.state != Phase.LIVE:
        raise Refusal("class_not_live")
