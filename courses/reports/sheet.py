"""Rows as CSV that spreadsheet programs read as they were meant, and never run. Knows no Django."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Without it, spreadsheet programs take UTF-8 for something else."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What begins a formula in one program or another (OWASP, CSV injection)."""


def harmless(cell: str) -> str:
    """``cell`` with an apostrophe before it where a program might run it."""
    if cell[:1].isalnum():  # nearly all of them; no formula begins like that
        return cell
    lead = cell.lstrip(" \u3000\u00a0")
    return f"'{cell}" if lead.startswith((*RISKY, "\uff1d", "\uff0b", "\uff0d", "\uff20")) else cell


def first(head: Sequence[str]) -> bytes:
    """What a file begins with: the mark and the headings."""
    return BOM.encode() + piece([head])


def piece(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as they stand in the file; lines end as RFC 4180 says."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode()
