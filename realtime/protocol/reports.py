"""Reports: a member tells the staff about a line or a person. Who told travels to nobody."""

from typing import Annotated

import msgspec

from realtime.protocol.base import Command, Event, Person, Uuid

REPORT_CHARS = 300
REPORTS_SHOWN = 50


class ReportState(msgspec.Struct, frozen=True, kw_only=True):
    """A report that is not settled yet. ``line`` is what was written when it was reported, empty
    when it is about a person; ``text`` is the reason, and may be empty."""

    id: int
    about: Person
    message: int | None
    line: str
    text: str
    at: float


class ReportSend(Command, frozen=True, tag="report.send"):
    """Tell host and assistants about a line (``message``) or a person (``member``)."""

    id: Uuid
    message: int | None = None
    member: int | None = None
    text: Annotated[str, msgspec.Meta(max_length=REPORT_CHARS)] = ""


class ReportSettle(Command, frozen=True, tag="report.settle"):
    """A report was looked at; nobody else needs to (host and assistants)."""

    id: Uuid
    report: int


class ReportsChanged(Event, frozen=True, tag="reports.changed"):
    """The reports that wait, the first REPORTS_SHOWN (host and assistants only)."""

    reports: list[ReportState]
