"""Everybody expected in a class and where she is now, with the reason where one is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities.models import Attendance, Session, Source
from courses.activities.presence.queries import absences_at
from courses.activities.queries import expected
from courses.credits.queries import waived_on
from liveclass.classes.names import name_of, unit_of
from liveclass.rooms.models import Room
from members.accounts.models import Member

MOST = 2000
"""People on one list, by their numbers; a larger class is looked at by unit on the summary."""

Group = Literal["here", "away", "not_yet", "excused"]


@dataclass(frozen=True)
class Somebody:
    """One person of the list. ``left_at``: unix seconds, for who was here and went."""

    id: int
    name: str
    unit: str
    group: Group
    reason: str
    left_at: float | None


@dataclass(frozen=True)
class Roll:
    """The list, and how many are in each group."""

    counts: dict[str, int]
    people: list[Somebody]


def reasons(members: list[int], began: datetime, until: datetime) -> dict[int, str]:
    """Why each of ``members`` cannot come, in words: an absence that was entered, or a waiver of
    required hours on that day."""
    waived = waived_on(members, timezone.localtime(began).date())
    found = dict.fromkeys(waived, _("Waived from required hours"))
    for member, absence in absences_at(members, began, until).items():
        found[member] = absence.get_kind_display()
    return found


def roll(session: Session, room: Room, now: datetime) -> Roll:
    """Everybody expected, as of ``now``; who holds the class is not on it. Five queries."""
    people = list(expected(session).select_related("department").order_by("staff_no")[:MOST])
    ids = [one.pk for one in people]
    began = room.started_at or session.starts_at
    why = reasons(ids, began, max(now, began + timedelta(minutes=1)))
    seen = _seen(session, ids)
    found = [_somebody(one, seen, why.get(one.pk, "")) for one in people]
    counts = dict.fromkeys(("here", "away", "not_yet", "excused"), 0)
    for one in found:
        counts[one.group] += 1
    return Roll(counts, found)


def _seen(session: Session, members: list[int]) -> dict[int, datetime | None]:
    """When each was last here; None: she is here now. Who never came is absent."""
    rows = Attendance.objects.filter(session=session, member__in=members, source=Source.LIVE)
    found: dict[int, datetime | None] = {}
    for member, ended in rows.order_by("started_at").values_list("member", "ended_at"):
        found[member] = ended
    return found


def _somebody(member: Member, seen: dict[int, datetime | None], reason: str) -> Somebody:
    ended = seen.get(member.pk)
    if member.pk in seen and ended is None:
        group: Group = "here"
    elif reason:
        group = "excused"
    else:
        group = "away" if member.pk in seen else "not_yet"
    return Somebody(
        id=member.pk,
        name=name_of(member),
        unit=unit_of(member.department),
        group=group,
        reason="" if group == "here" else reason,
        left_at=ended.timestamp() if ended else None,
    )
