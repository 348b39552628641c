"""What the first page shows one person: what runs, what is due, what she has behind her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from courses.activities.models import Attendance, Session
from courses.activities.queries import classes_for
from courses.assignments.queries import Todo, todo, told
from liveclass.classes.cards import Card
from liveclass.classes.queries import ENDED, cards, minutes_attended, past
from liveclass.rooms.models import Phase
from members.accounts.models import Member

DAYS_AHEAD = 7
"""How far *To do* looks ahead."""
MOST = 30
"""Most classes the page loads; the rest is under Classes."""
PAST = 3
"""Most classes under *Continue*."""


@dataclass(frozen=True)
class Agenda:
    """The first page of one person. ``month_minutes`` are counted minutes of this month; ``told``:
    of how much overdue in her units she was told."""

    today: list[Card]
    soon: list[Card]
    past: list[Card]
    todos: list[Todo]
    told: int
    month_minutes: int
    month_classes: int

    @property
    def now(self) -> bool:
        """Whether a class can be entered at this moment: then it stands first."""
        return any(card.stage in ("live", "open") for card in self.today)


def agenda(member: Member, now: datetime, zone: ZoneInfo) -> Agenda:
    """The first page of ``member`` at ``now``, days reckoned in ``zone``."""
    midnight = timezone.localtime(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)
    ahead = Q(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=DAYS_AHEAD + 1))
    found = classes_for(member).filter(Q(room__state=Phase.LIVE) | ahead)[:MOST]
    near = cards(found, member, now, zone)
    minutes, classes = _this_month(member, midnight.replace(day=1), now)
    return Agenda(
        today=[card for card in near if card.starts_at < tomorrow],
        soon=[card for card in near if card.starts_at >= tomorrow],
        todos=todo(member, midnight.date()),
        told=len(told(member)),
        past=cards(_attended(member, now, midnight), member, now, zone),
        month_minutes=minutes,
        month_classes=classes,
    )


def _attended(member: Member, now: datetime, midnight: datetime) -> list[Session]:
    """The newest ended classes before today that the person was in."""
    ended = past(member, now).filter(ENDED, starts_at__lt=midnight)
    mine = ended.filter(pk__in=Attendance.objects.filter(member=member).values("session"))
    return list(mine.order_by("-starts_at", "-pk")[:PAST])


def _this_month(member: Member, first: datetime, now: datetime) -> tuple[int, int]:
    """Counted minutes since ``first``, and in how many classes; whole minutes per class."""
    rows = Attendance.objects.filter(member=member, started_at__gte=first)
    attended = rows.filter(session__rehearses__isnull=True).values("session")
    sessions = Session.objects.select_related("room").filter(pk__in=attended)
    minutes = minutes_attended(list(sessions), member, now)
    return sum(minutes.values()), len(minutes)
