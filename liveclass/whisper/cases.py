"""Reports of whispers as a guardian is shown them: nothing of a thread before two have agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liveclass.classes.names import name_of, zone
from liveclass.whisper import queries, vault
from liveclass.whisper.models import WhisperReport
from liveclass.whisper.reports import may_decide
from liveclass.whisper.sealing import Unreadable
from liveclass.whisper.states import grounds
from members.accounts.models import Member

CASES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One letter of an opened thread."""

    by_sender: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A report. ``sender`` and ``letters`` are empty until it is opened."""

    id: int
    title: str
    reporter: str
    reason: str
    at: datetime
    first: str
    grounds: str
    second: str
    closed: bool
    may_agree: bool
    sender: str
    letters: list[Said]


def cases_for(guardian: Member) -> list[Case]:
    """The newest reports on which ``guardian`` may decide, the newest first."""
    rows = WhisperReport.objects.select_related(
        "thread__room__session__activity", "thread__recipient", "thread__sender", "first", "second"
    )
    found = rows.order_by("-pk")[:CASES_SHOWN]
    return [_case(one, guardian) for one in found if may_decide(guardian, one.thread)]


def _case(report: WhisperReport, guardian: Member) -> Case:
    # Opened to the two who agreed, and to no other guardian.
    opened = report.opened_at is not None and guardian.pk in (report.first_id, report.second_id)
    settled = report.opened_at is not None or report.closed_at is not None
    return Case(
        id=report.pk,
        title=report.thread.room.session.activity.title,
        reporter=name_of(report.thread.recipient),
        reason=_text(report.reason, report.thread_id),
        at=report.at.astimezone(zone()),
        first=name_of(report.first) if report.first else "",
        grounds=grounds(report) if report.first else "",
        second=name_of(report.second) if report.second else "",
        closed=report.closed_at is not None,
        may_agree=not settled and report.first_id != guardian.pk,
        sender=_sender(report) if opened else "",
        letters=_letters(report) if opened else [],
    )


def _sender(report: WhisperReport) -> str:
    sender = queries.sender_of(report.thread)
    found = Member.objects.filter(pk=sender).first() if sender else None
    return name_of(found) if found else ""


def _letters(report: WhisperReport) -> list[Said]:
    """What there was when it was opened; what was written since is between the two sides again."""
    return [
        Said(by_sender=one.by_sender, text=text, at=one.at.astimezone(zone()))
        for one, text in queries.letters(report.thread)
        if not one.withdrawn and report.opened_at and one.at <= report.opened_at
    ]


def _text(sealed: bytes | memoryview, thread: int) -> str:
    try:
        return vault.open_text(sealed, thread)
    except Unreadable:
        return ""
