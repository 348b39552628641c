"""Paging by key: the next page begins after the last row of this one, whatever was added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from courses.activities.models import Session

PAGE = 20
"""Classes on one page."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """Place of a class in the order by start: exact to the microsecond, then by id."""

    starts_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.starts_at - EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Key | None:
        """What ``str`` wrote; None for anything else, so that a mangled link shows page one."""
        moment, _, pk = text[:40].partition("-")
        if not (moment.isdecimal() and pk.isdecimal()):
            return None
        try:
            return cls(EPOCH + timedelta(microseconds=int(moment)), int(pk))
        except OverflowError:
            return None


@dataclass(frozen=True)
class Page:
    """Some rows in reading order; ``back`` and ``on`` are keys, empty where there is no more."""

    rows: list[Session]
    back: str
    on: str


def page(rows: QuerySet[Session], *, newest_first: bool, after: str = "", before: str = "") -> Page:
    """The page that begins after the key ``after``, or ends before the key ``before``."""
    start, end = Key.parse(after), Key.parse(before)
    if end is not None and start is None:
        found = _take(rows, end, descending=not newest_first)
        return _page(found[:PAGE][::-1], back=len(found) > PAGE, on=True)
    found = _take(rows, start, descending=newest_first)
    return _page(found[:PAGE], back=start is not None, on=len(found) > PAGE)


def _take(rows: QuerySet[Session], key: Key | None, *, descending: bool) -> list[Session]:
    """One row more than a page, from ``key`` on: the last only tells that there is more."""
    if key is not None:
        side = "lt" if descending else "gt"
        later = Q(**{f"starts_at__{side}": key.starts_at})
        same = Q(starts_at=key.starts_at, **{f"pk__{side}": key.pk})
        rows = rows.filter(later | same)
    order = ("-starts_at", "-pk") if descending else ("starts_at", "pk")
    return list(rows.order_by(*order)[: PAGE + 1])


def _page(rows: list[Session], *, back: bool, on: bool) -> Page:
    if not rows:
        return Page([], "", "")
    first, last = (Key(row.starts_at, row.pk) for row in (rows[0], rows[-1]))
    return Page(rows, str(first) if back else "", str(last) if on else "")
