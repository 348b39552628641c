"""Reporting a line or a person, and settling a report."""

from __future__ import annotations

from django.utils import timezone

from liveclass.acts.actions import record
from liveclass.acts.models import Kind
from liveclass.chat.models import Message
from liveclass.reporting import queries
from liveclass.reporting.models import Report
from liveclass.rooms.actions import command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_open, require_staff
from liveclass.rooms.entry import roles_of
from liveclass.rooms.models import Participation, Room
from liveclass.rooms.text import clean_text
from realtime.hub import after_commit, hub
from realtime.protocol.events import ReportsChanged
from realtime.protocol.refusals import Refusal
from realtime.protocol.reports import REPORT_CHARS

MOST_OF_ONE = 10
"""Reports one person may make in one class."""
MOST_IN_ROOM = 500


@command
def send(
    room: Room,
    actor: Actor,
    command_id: str,
    message: int | None,
    member: int | None,
    text: str = "",
) -> int:
    """Tell the staff. The same line again, or the same command, is told once.

    Raises:
        Refusal: ``class_not_live``, ``class_ended``; ``message_unknown``, ``member_unknown``;
            ``report_own``, ``report_staff``; ``report_limit``; ``text_too_long``.
    """
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    line = _line(room, message)
    about = line.author_id if line else _somebody(room, member)
    if about == actor.member:
        raise Refusal("report_own")
    if roles_of(room, [about]).get(about, "member") != "member":
        raise Refusal("report_staff")
    reason = clean_text(text, REPORT_CHARS) if text.strip() else ""
    mine = Report.objects.filter(room=room, reporter=actor.member)
    if mine.filter(client_id=command_id).exists() or (line and mine.filter(message=line).exists()):
        return 0
    if mine.count() >= MOST_OF_ONE or Report.objects.filter(room=room).count() >= MOST_IN_ROOM:
        raise Refusal("report_limit")
    Report.objects.create(
        room=room,
        reporter_id=actor.member,
        client_id=command_id,
        about_id=about,
        message=line,
        line=line.text if line else "",
        text=reason,
        at=now,
    )
    _announce(room.pk, actor.room)
    return 0


@command
def settle(room: Room, actor: Actor, command_id: str, report: int) -> int:
    """Say that a report was looked at, during the class or after it; twice is no mistake.

    Raises:
        Refusal: ``staff_only``, ``report_unknown``.
    """
    require_staff(actor)
    found = Report.objects.filter(room=room, pk=report)
    if not found.exists():
        raise Refusal("report_unknown")
    unsettled = found.filter(settled_at__isnull=True)
    if unsettled.update(settled_at=timezone.now(), settled_by=actor.member):
        # of nobody in particular: whom it is about does not learn that she was reported
        record(actor, Kind.REPORT_SETTLED)
        _announce(room.pk, actor.room)
    return 0


def _line(room: Room, message: int | None) -> Message | None:
    if message is None:
        return None
    line = Message.objects.filter(room=room, pk=message, recalled_at__isnull=True).first()
    if line is None:
        raise Refusal("message_unknown")
    return line


def _somebody(room: Room, member: int | None) -> int:
    """Somebody who was in the room: nobody is accused who never came."""
    if member is None or not Participation.objects.filter(room=room, member=member).exists():
        raise Refusal("member_unknown")
    return member


def _announce(room_id: int, code: str) -> None:
    """Tell host and assistants what waits, after the commit."""

    def tell() -> None:
        waiting = queries.waiting(room_id)
        hub.keyed(code, "reports", ReportsChanged(reports=waiting), to="staff")

    after_commit(tell)
