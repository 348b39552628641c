"""The four tables one may download: header and rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities.models import Session
from liveclass.classes.names import name_of, unit_of
from liveclass.polls.queries import Cast, signed
from liveclass.polls.tally import percent
from liveclass.summary import queries
from liveclass.summary.records import PersonRow, PollRow
from liveclass.summary.sheets import Cell
from members.accounts.models import Member
from realtime.protocol.state import PollState

Table = tuple[list[str], list[list[Cell]]]


def attendance(session: Session, reader: Member, zone: ZoneInfo) -> Table:
    """Everybody expected and everybody who came, with each stretch of presence."""
    header = [
        _("Staff number"), _("Name"), _("Unit"), _("Role"), _("Expected"), _("Minutes"),
        _("Class, minutes"), _("Percent"), _("From"), _("To"), _("Stretches"), _("State"),
        _("Reason"), _("To be made up"),
    ]  # fmt: skip
    rows = queries.people(session, session.room, zone)
    return header, [_attendance_row(row) for row in rows]


def _attendance_row(row: PersonRow) -> list[Cell]:
    stretches, missed = (
        "; ".join(f"{start:%H:%M:%S}–{end:%H:%M:%S}" for start, end in some)
        for some in (row.stretches, row.missed)
    )
    return [
        row.staff_no, row.name, row.unit, row.role_name, _yes(row.expected),
        row.line.tenths / 10, row.line.whole / 10, row.percent,
        _moment(row.first), _moment(row.last), stretches, _state(row), row.reason, missed,
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
        for row in queries.all_questions(session, zone)
    ]  # fmt: skip


def polls(session: Session, reader: Member, zone: ZoneInfo) -> Table:
    """One row per option or written answer of every poll that was opened. Nobody's own vote is in
    it. The votes of a ranking are its points."""
    header = [
        _("Time"), _("Poll"), _("Kind"), _("Round"), _("Slide"), _("Anonymous"), _("Option"),
        _("Right"), _("Votes"), _("Voters"), _("Percent"),
    ]  # fmt: skip
    found = queries.polls(session, zone, reader, published_only=False)
    return header, [row for poll in found for row in _poll_rows(poll)]


def _poll_rows(poll: PollRow) -> list[list[Cell]]:
    about: list[Cell] = [
        _moment(poll.opened_at), poll.question, poll.kind_name, poll.round, poll.page or "",
        _yes(poll.anonymous),
    ]  # fmt: skip
    options: list[list[Cell]] = [
        [*about, one.text, _yes(one.correct) if poll.kind == "quiz" else "", one.votes, poll.voters,
         one.percent]
        for one in poll.options
    ]  # fmt: skip
    return options + [
        [*about, one.text, "", one.votes, poll.voters, percent(one.votes, poll.voters)]
        for one in poll.answers
    ]


def _yes(true: bool) -> str:
    return _("Yes") if true else _("No")


def votes(poll: PollState, zone: ZoneInfo) -> Table:
    """Who chose what in one poll; of an anonymous one, or of one whose voters were not told that
    this would be seen, only who took part, without a time."""
    header = [_("Staff number"), _("Name"), _("Unit"), _("Time"), _("Answer")]
    texts = {one.id: queries.option_text(poll.kind, one.text) for one in poll.options}
    return header, [
        [
            one.member.staff_no, name_of(one.member), unit_of(one.member.department),
            _moment(timezone.localtime(one.at, zone) if one.at else None),
            _unsigned(poll) if one.cast is None else _said(poll, one.cast, texts),
        ]
        for one in signed(poll)
    ]  # fmt: skip


def _unsigned(poll: PollState) -> str:
    return _("(anonymous)") if poll.anonymous else _("(not shown: voters had not been told)")


def _said(poll: PollState, cast: Cast, texts: dict[int, str]) -> str:
    chosen = [texts[one] for one in cast.options]
    if poll.kind == "ranking":
        chosen = [f"{place}. {text}" for place, text in enumerate(chosen, 1)]
    return "; ".join([*chosen, *cast.answers])


def _moment(at: datetime | None) -> str:
    """Date and time as spreadsheet programs recognise them; empty for never."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


TABLES: dict[str, Callable[[Session, Member, ZoneInfo], Table]] = {
    "attendance": attendance,
    "messages": messages,
    "questions": questions,
    "polls": polls,
}
