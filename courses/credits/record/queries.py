"""What the record page shows, as plain data: templates read it and never query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min, QuerySet

from courses.credits import queries
from courses.credits.assess import Assessed, assess
from courses.credits.evaluate import Line
from courses.credits.models import CreditEntry, Kind, ViewLog
from courses.credits.periods import Period, year
from courses.credits.record.models import Correction, CorrectionState
from members.accounts.models import Member

PER_PAGE = 50
SHOWN = 20
"""Most requests and looks shown at once."""


@dataclass(frozen=True)
class Row:
    """One entry, and what of it counts for the requirement the page leads with; with ``known``: as
    it had been written by then."""

    entry: CreditEntry
    line: Line | None
    known: datetime | None = None

    @property
    def counted(self) -> int:
        """Hundredths that count; the whole value where nothing is required."""
        return self.line.counted if self.line else 0 if self.is_reversed else self.entry.value

    @property
    def reason(self) -> str:
        """Why (part of) it does not count; empty when it does."""
        if self.line:
            return self.line.reason or ""
        return "reversed" if self.is_reversed else ""

    @property
    def is_reversed(self) -> bool:
        """Whether it was taken back."""
        return queries.is_reversed(self.entry, self.known)


@dataclass(frozen=True)
class Share:
    """The counted hours of one kind, from ``start`` on along the bar."""

    kind: str
    label: str
    css: str
    start: int
    value: int


@dataclass(frozen=True)
class Card:
    """One requirement on the page."""

    assessed: Assessed
    shares: tuple[Share, ...]

    @property
    def width(self) -> int:
        """Length of the bar in hundredths; never 0."""
        result = self.assessed.result
        return max(1, result.required, result.counted)


CSS = {Kind.THEORY: "k1", Kind.PROFESSIONAL: "k2", Kind.SAFETY: "k3", Kind.PRACTICE: "k4"}


def cards(member: Member, day: date, as_at: date | None = None) -> list[Card]:
    """Every requirement of ``member`` in the periods of ``day``; as it stood at the end of
    ``as_at``, by what had been written by then. Units and roles are those of today."""
    known = queries.end_of(as_at) if as_at else None
    return [Card(one, _shares(one)) for one in assess(member, day, as_at, known)]


def _shares(assessed: Assessed) -> tuple[Share, ...]:
    shares, start = [], 0
    for kind in Kind:
        value = sum(one.counted for one in assessed.result.lines if one.item.kind == kind)
        if value:
            shares.append(Share(kind, str(kind.label), CSS[kind], start, value))
            start += value
    return tuple(shares)


def leading(found: Sequence[Card], period: Period) -> Assessed | None:
    """The requirement against which a table shows what counts: the widest one of this year."""
    yearly = [one.assessed for one in found if one.assessed.result.period == period]
    return yearly[0] if yearly else None


def rows(
    member: Member, period: Period, against: Assessed | None, as_at: date | None = None
) -> list[Row]:
    """The entries of ``period``, newest first, each with its line of the leading requirement;
    ``as_at`` as in ``cards``."""
    known = queries.end_of(as_at) if as_at else None
    lines = {line.item.ref: line for line in against.result.lines} if against else {}
    entries = queries.entries_of(member.pk).filter(
        reverses__isnull=True, earned_on__range=(period.first, period.last)
    )
    if known is not None:
        entries = entries.filter(entered_at__lt=known)
    newest = entries.order_by("-earned_on", "-pk")
    return [Row(entry, lines.get(queries.as_item(entry).ref), known) for entry in newest]


def years(member: Member, today: date) -> list[int]:
    """The years the page can show: from the first entry to this one, newest first."""
    seen = CreditEntry.objects.filter(member=member).aggregate(
        first=Min("earned_on"), last=Max("earned_on")
    )
    first = seen["first"].year if seen["first"] else today.year
    last = max(today.year, seen["last"].year if seen["last"] else today.year)
    return list(range(last, max(first, last - 30) - 1, -1))


def year_period(number: int) -> Period:
    """The calendar year ``number``."""
    return year(date(number, 1, 1))


noticed_of: list[Callable[[Member], Sequence[object]]] = []
"""Says what was noticed about a member and is checked by a person; set in ``apps.ready``."""


def noticed(member: Member) -> list[object]:
    """What was noticed about ``member``, newest first."""
    return [one for ask in noticed_of for one in ask(member)]


def corrections_of(member: Member) -> list[Correction]:
    """The newest requests of ``member``."""
    found = Correction.objects.filter(member=member).select_related("entry", "decided_by")
    return list(found.order_by("-created_at", "-pk")[:SHOWN])


def open_requests(viewer: Member) -> QuerySet[Correction]:
    """Requests that wait for ``viewer``: those of people in whose records she may write."""
    waiting = Correction.objects.filter(state=CorrectionState.OPEN)
    mine = waiting.filter(member__in=queries.writable_people(viewer).values("pk"))
    return mine.select_related("member", "entry").order_by("created_at", "pk")


def looks_at(member: Member) -> list[ViewLog]:
    """Who else looked at the record of ``member``, newest first."""
    found = ViewLog.objects.filter(subject=member).select_related("viewer")
    return list(found.order_by("-last_at")[:SHOWN])


def reviews_requests(viewer: Member) -> bool:
    """Whether requests can ever wait for ``viewer``."""
    return viewer.is_platform_admin or viewer.unit_roles.filter(role="admin").exists()


def evidence_lines(entry: CreditEntry) -> dict[str, Any]:
    """The evidence of an attended class for drawing: spans in seconds of its clock."""
    found = entry.evidence
    if "from" not in found or "to" not in found:
        return {}
    zone = queries.zone()
    return {
        "began": datetime.fromtimestamp(found["from"], zone),
        "ended": datetime.fromtimestamp(found["to"], zone),
        "length": max(1, found["to"] - found["from"]),
        "live": _spans(found.get("live", [])),
        "replay": _spans(found.get("replay", [])),
    }


def _spans(pieces: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [(piece[0], max(1, piece[1] - piece[0])) for piece in pieces]
