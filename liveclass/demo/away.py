"""Loads the demo's absences: who is on shift or on leave while the class to try is held."""

from __future__ import annotations

from datetime import timedelta

from courses.activities.models import Session
from courses.activities.presence.actions import excuse
from courses.activities.presence.models import Absence, AbsenceKind
from members.accounts.models import Member

ADMIN = "1002"
AWAY = (
    ("1026", AbsenceKind.SHIFT, ""), ("1027", AbsenceKind.SHIFT, ""),
    ("1031", AbsenceKind.LEAVE, "年休假"),
)  # fmt: skip


def load_absences(people: dict[str, Member], session: Session) -> None:
    """Reasons around ``session``; loading again on the same day adds nothing."""
    begins = session.starts_at - timedelta(hours=4)
    ends = session.starts_at + timedelta(hours=8)
    for number, kind, note in AWAY:
        known = Absence.objects.filter(
            member=people[number], starts_at__lt=ends, ends_at__gt=begins
        )
        if not known.exists():
            excuse(people[ADMIN], people[number], kind, begins, ends, note)
