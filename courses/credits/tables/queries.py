"""Conversion tables with their days, and which of them valued an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from courses.credits.conversion import DEFAULT, Table
from courses.credits.models import ConversionTable, CreditEntry

MOST = 100
"""Most versions on the page; one a year for a century."""


@dataclass(frozen=True)
class Version:
    """One table: in force from … to (None: open), and how many entries it valued. ``pk`` None: the
    one built in, which counts while nobody has written another."""

    table: Table
    pk: int | None
    first: date | None
    last: date | None
    entries: int
    state: str
    """``past``, ``now`` or ``future``."""
    created_by: str = ""


def versions(today: date) -> list[Version]:
    """Every table, the newest first, the built-in one last."""
    rows = ConversionTable.objects.select_related("created_by")
    found = list(rows.order_by("-valid_from", "-version", "-pk")[:MOST])
    counted = _entries({str(row) for row in found} | {DEFAULT.name})
    made, until = [], None
    for row in found:
        made.append(
            Version(
                Table(str(row), row.rules), row.pk, row.valid_from, until,
                counted.get(str(row), 0), _state(row.valid_from, until, today),
                row.created_by.name,
            )
        )  # fmt: skip
        until = row.valid_from - date.resolution
    state = "now" if until is None or until >= today else "past"
    made.append(Version(DEFAULT, None, None, until, counted.get(DEFAULT.name, 0), state))
    return made


def _state(first: date, last: date | None, today: date) -> str:
    if first > today:
        return "future"
    return "now" if last is None or last >= today else "past"


def _entries(names: set[str]) -> dict[str, int]:
    rows = CreditEntry.objects.filter(conversion__in=names, reverses__isnull=True)
    return dict(rows.order_by().values_list("conversion").annotate(n=Count("pk")))


def version(pk: int | None, today: date) -> Version | None:
    """One of ``versions``."""
    return next((one for one in versions(today) if one.pk == pk), None)


def pk_of(conversion: str) -> int | None:
    """The table that an entry names; None: the built-in one, or one that is no longer known."""
    name, slash, number = conversion.rpartition("/")
    if not slash or not number.isdecimal() or len(number) > 5:
        return None
    rows = ConversionTable.objects.filter(name=name, version=int(number))
    return rows.values_list("pk", flat=True).first()
