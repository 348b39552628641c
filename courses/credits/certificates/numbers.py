"""Numbers of certificates: short enough to type, too many to guess."""

from __future__ import annotations

import secrets
from calendar import monthrange
from datetime import date

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs: without 0/O and 1/I/L, which are mistaken for each other on paper."""
HALF = 4


def new_number(year: int) -> str:
    """E.g. ``2026-7HK2-MWQA``: 31 ** 8, about 8.5e11 for each year."""
    first, second = ("".join(secrets.choice(SIGNS) for _ in range(HALF)) for _ in range(2))
    return f"{year}-{first}-{second}"


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later; where that month is shorter, its last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year += day.year
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
