"""Rows as an Excel workbook, written row by row. Knows no Django.

A name that begins like a formula is stored as text: a program shows it and does not run it, and its
bytes are those of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

MOST_ROWS = 1_048_575
"""Rows one sheet can hold, besides the headings."""
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML file may contain."""


class Sheets:
    """A workbook of several sheets; only the row being written is in memory."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet: Any = None
        self._title, self._head, self._rows = "", [""], 0

    def begin(self, title: str, head: Sequence[str]) -> None:
        """Go on in a new sheet."""
        self._title, self._head, self._rows = title, list(head), 0
        self._sheet = self._book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._text(one) for one in head])

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Append ``rows``; what one sheet cannot hold goes on in another."""
        for row in rows:
            if self._rows == MOST_ROWS:
                self.begin(self._title, self._head)  # openpyxl numbers sheets of one name
            self._sheet.append([self._text(one) for one in row])
            self._rows += 1

    def save(self, path: Path) -> None:
        """Write everything to ``path``; nothing can be added after that."""
        self._book.save(path)

    def _text(self, value: str) -> Any:
        clean = FORBIDDEN.sub("", value)
        if not clean.startswith("="):
            return clean
        cell = WriteOnlyCell(self._sheet, clean)
        cell.data_type = "s"
        return cell
