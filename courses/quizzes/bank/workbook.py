"""Spreadsheets of questions: how much of one is taken in, and how one is written."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.styles import Alignment, Font

from members.units.workbook import BadSheet, Limits, Line, lines

__all__ = ["MAX_FILE", "BadSheet", "Line", "read", "write"]

MAX_FILE = 2 * 1024 * 1024
"""Bytes of the file."""
MAX_UNPACKED = 32 * 1024 * 1024
"""Bytes of all its parts together."""
MAX_ROWS = 2000
"""Questions of one sheet."""


def read(data: bytes) -> list[Line]:
    """The rows of the first sheet, the head of the table among them.

    Raises:
        BadSheet: ``file_large``, ``file_type``, ``file_bomb``, ``rows``, ``empty``.
    """
    return lines(data, Limits(MAX_FILE, MAX_UNPACKED, MAX_ROWS))


def write(title: str, rows: Iterable[Sequence[str]], notes: tuple[str, Sequence[str]]) -> bytes:
    """A workbook with one table (its head first) and a sheet of ``notes`` (title, lines)."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 16
    sheet.freeze_panes = "A2"
    second = book.create_sheet(notes[0])
    second.column_dimensions["A"].width = 100
    for line in notes[1]:
        second.append([line])
        second.cell(second.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
