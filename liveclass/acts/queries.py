"""Reading what the staff of a class did: all of it, or what concerned one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from liveclass.acts.models import Act
from members.accounts.models import Member

SHOWN = 200
"""Acts on a page, the last ones; a class with more is not read line by line."""


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act as a page tells it, in the reader's zone."""

    at: datetime
    what: str
    actor: Member
    member: Member | None
    people: int | None


def about(room_id: int, member: int, zone: ZoneInfo) -> list[ActLine]:
    """What was done to ``member``, in order."""
    return _lines(Act.objects.filter(room=room_id, member=member), zone)


def everything(room_id: int, zone: ZoneInfo) -> list[ActLine]:
    """What was done in a room, in order; the last ``SHOWN``."""
    return _lines(Act.objects.filter(room=room_id), zone)


def _lines(rows: QuerySet[Act], zone: ZoneInfo) -> list[ActLine]:
    last = rows.select_related("actor", "member").order_by("-at", "-pk")[:SHOWN]
    return [
        ActLine(
            timezone.localtime(row.at, zone),
            row.get_kind_display(),
            row.actor,
            row.member,
            row.people,
        )
        for row in reversed(last)
    ]
