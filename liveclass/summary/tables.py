"""The four tables one may download: header and rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from courses.activities.models import Session
from liveclass.summary import queries
from liveclass.summary.records import PersonRow
from liveclass.summary.sheets import Cell
from members.accounts.models import Member

Table = tuple[list[str], list[list[Cell]]]


def attendance(session: Session, reader: Member, zone: ZoneInfo) -> Table:
    """Everybody expected and everybody who came, with each stretch of presence."""
    header = [
        _("Staff number"), _("Name"), _("Unit"), _("Role"), _("Expected"), _("Minutes"),
        _("Class, minutes"), _("Percent"), _("From"), _("To"), _("Stretches"), _("State"),
    ]  # fmt: skip
    rows = queries.people(session, session.room, zone)
    return header, [_attendance_row(row) for row in rows]


def _attendance_row(row: PersonRow) -> list[Cell]:
    stretches = "; ".join(f"{start:%H:%M:%S}–{end:%H:%M:%S}" for start, end in row.stretches)
    return [
        row.staff_no, row.name, row.unit, row.role_name, _("Yes") if row.expected else _("No"),
        row.line.tenths / 10, row.line.whole / 10, row.percent,
        _moment(row.first), _moment(row.last), stretches, _state(row),
    ]  # fmt: skip


def _state(row: PersonRow) -> str:
    if not row.present:
        return _("Absent")
    return _("Complete") if row.complete else _("Partly")


def messages(session: Session, reader: Member, zone: ZoneInfo) -> Table:
    """All chat lines; a recalled one keeps its place without its text, and names who took it."""
    header = [_("Time"), _("Staff number"), _("Name"), _("Role"), _("Text"), _("Removed by")]
    return header, [
        [
            _moment(row.at), row.staff_no, row.author, row.role_name,
            _("(recalled)") if row.recalled else row.text, row.recalled_by,
        ]
        for row in queries.messages(session, zone)
    ]  # fmt: skip


def questions(session: Session, reader: Member, zone: ZoneInfo) -> Table:
    """All questions with their answers, most wanted first."""
    header = [
        _("Time"), _("Staff number"), _("Name"), _("Question"), _("Votes"), _("State"),
        _("Answer"), _("Answered at"),
    ]  # fmt: skip
    return header, [
        [
            _moment(row.at), row.staff_no, row.author, row.text, row.votes, row.phase_name,
            row.answer, _moment(row.answered_at),
        ]
        for row in queries.questions(session, zone)
    ]  # fmt: skip


def polls(session: Session, reader: Member, zone: ZoneInfo) -> Table:
    """One row per option of every poll that was opened. Nobody's own vote is in it."""
    header = [_("Time"), _("Poll"), _("Option"), _("Votes"), _("Voters"), _("Percent")]
    found = queries.polls(session, zone, reader, published_only=False)
    return header, [
        [_moment(poll.opened_at), poll.question, one.text, one.votes, poll.voters, one.percent]
        for poll in found
        for one in poll.options
    ]


def _moment(at: datetime | None) -> str:
    """Date and time as spreadsheet programs recognise them; empty for never."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


TABLES: dict[str, Callable[[Session, Member, ZoneInfo], Table]] = {
    "attendance": attendance,
    "messages": messages,
    "questions": questions,
    "polls": polls,
}
