"""Reading reports, never with who made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from courses.activities.intervals import unix
from liveclass.reporting.models import Report
from liveclass.rooms.people import person
from members.accounts.models import Member
from realtime.protocol.reports import REPORTS_SHOWN, ReportState

IN_SUMMARY = 100
"""Reports on the summary page, the last ones."""


def waiting(room_id: int) -> list[ReportState]:
    """What the staff still have to look at, the oldest first."""
    rows = Report.objects.filter(room=room_id, settled_at__isnull=True)
    shown = rows.select_related("about__department").order_by("at", "pk")[:REPORTS_SHOWN]
    return [
        ReportState(
            id=row.pk,
            about=person(row.about, "member"),
            message=row.message_id,
            line=row.line,
            text=row.text,
            at=unix(row.at),
        )
        for row in shown
    ]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report as the summary tells it."""

    at: datetime
    about: Member
    line: str
    text: str
    settled_by: Member | None


def everything(room_id: int, zone: ZoneInfo) -> list[ReportLine]:
    """The reports of a class in order, the last ``IN_SUMMARY``."""
    rows = Report.objects.filter(room=room_id).select_related("about", "settled_by")
    return [
        ReportLine(timezone.localtime(row.at, zone), row.about, row.line, row.text, row.settled_by)
        for row in reversed(rows.order_by("-at", "-pk")[:IN_SUMMARY])
    ]
