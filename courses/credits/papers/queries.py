"""What a record says, in a form that can be compared; and what a stranger learns of a paper."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from courses.credits import queries as ledger
from courses.credits.certificates.queries import covered
from courses.credits.papers.models import RecordPaper
from courses.credits.record.queries import Card, Row, cards, leading, rows, year_period
from members.accounts.models import Member

MOST = 1000
"""Most entries on one paper; a year of several a day."""


@dataclass(frozen=True)
class Content:
    """One person's record of one year."""

    member: Member
    year: int
    cards: list[Card]
    rows: list[Row]

    @property
    def totals(self) -> list[tuple[str, str, str, int, int]]:
        """Each requirement: code, both titles, required, counted (with what was carried over)."""
        found = []
        for card in self.cards:
            one, result = card.assessed.deciding, card.assessed.result
            counted = result.counted + result.carried
            found.append((one.code, one.title, one.title_en, result.required, counted))
        return found

    @property
    def digest(self) -> str:
        """SHA-256 over every figure: the same as long as the record says the same. What a day
        changes by itself (“due soon”) is not part of it."""
        lines = [
            [str(row.entry.ref), row.entry.value, row.counted, row.reason] for row in self.rows
        ]
        said = json.dumps([self.year, self.totals, lines], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


def content(member: Member, year: int, today: date) -> Content:
    """The record of ``member`` in ``year``, exactly as its page reckons it."""
    period = year_period(year)
    found = cards(member, today if today in period else period.last)
    lines = rows(member, period, leading(found, period))
    return Content(member, year, found, lines[:MOST])


@dataclass(frozen=True)
class Verified:
    """What the public page says of a paper: enough to compare with it, and no more."""

    number: str
    name: str
    year: int
    made_at: datetime
    totals: list[tuple[str, str, str, int, int]]
    entries: int
    is_current: bool


def verified(number: str, today: date) -> Verified | None:
    """What is known of the paper ``number``; None when nothing is."""
    found = RecordPaper.objects.filter(number=number.upper()).select_related("member").first()
    if found is None:
        return None
    now = content(found.member, found.year, today)
    totals = [(one[0], one[1], one[2], one[3], one[4]) for one in found.totals]
    return Verified(
        found.number, covered(found.name), found.year, found.made_at, totals, found.entries,
        now.digest == found.digest,
    )  # fmt: skip


def today() -> date:
    """The date on the organisation's wall."""
    return ledger.today()
