"""Tables as CSV files that spreadsheet programs open correctly, in Chinese too. No Django here."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Without it spreadsheet programs on Windows read UTF-8 as the local code page."""

FORMULA_STARTS = ("=", "+", "-", "@")
"""A cell that begins like this, as spreadsheet programs see it, would be run as a formula."""

LINE_STARTS = ("\t", "\r", "\n")
"""A cell that begins like this may move what follows to the start of another cell."""

Cell = str | int | float | None


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One table as RFC 4180 CSV: UTF-8 with BOM, CRLF, cells safe against formula injection."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would run gets a leading apostrophe; numbers stay numbers."""
    if isinstance(cell, str) and (cell.startswith(LINE_STARTS) or _is_formula(cell)):
        return f"'{cell}"
    return cell


def _is_formula(text: str) -> bool:
    """Whether a program that forgives blanks, invisible signs and full width would run it.

    ``＝`` is ``=`` after NFKC; categories Z and C hold every blank (U+3000), control character and
    format character (U+200B, the byte order mark), and what is not assigned.
    """
    for character in text:
        folded = unicodedata.normalize("NFKC", character)
        seen = [one for one in folded if unicodedata.category(one)[0] not in "ZC"]
        if seen:
            return seen[0] in FORMULA_STARTS
    return False
