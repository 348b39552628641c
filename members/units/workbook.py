"""Spreadsheets as rows of text: bounded in every direction before anything is believed.

A workbook is a zip of XML files. What it says of its own sizes is not trusted: every part is
unpacked once, counted and thrown away, before openpyxl sees it. Document type declarations, which
no spreadsheet program writes, are refused: entities are how little XML becomes much.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MAX_PARTS = 200
LAST_ROW = 1_048_576
"""No sheet has more; whatever claims to stand below it does not exist."""
BLOCK = 64 * 1024
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


class BadSheet(ValueError):
    """A file that is not taken in; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """One row that is not empty; ``number`` as the spreadsheet program shows it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """How much is taken in: bytes of the file and of all its parts unpacked, rows, columns,
    characters of a cell (what is longer is cut there and refused where it is read)."""

    file: int
    unpacked: int
    rows: int
    columns: int = 40
    cell: int = 4000


def lines(data: bytes, most: Limits) -> list[Line]:
    """The rows of the first sheet, the head of the table among them.

    Raises:
        BadSheet: ``file_large``, ``file_type``, ``file_bomb``, ``rows``, ``empty``.
    """
    if len(data) > most.file:
        raise BadSheet("file_large")
    _measure(data, most.unpacked)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, TypeError, ParseError, OSError) as wrong:
        raise BadSheet("file_type") from wrong
    try:
        found = list(_lines(book, most))
    except (KeyError, ValueError, TypeError, ParseError, AttributeError, IndexError) as wrong:
        if isinstance(wrong, BadSheet):
            raise
        raise BadSheet("file_type") from wrong
    finally:
        book.close()
    if not found:
        raise BadSheet("empty")
    return found


def _measure(data: bytes, left: int) -> None:
    """Unpack every part once, counting."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS:
                raise BadSheet("file_bomb")
            for part in parts:
                left = _count(packed, part, left)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError) as wrong:
        raise BadSheet("file_type") from wrong
    except zipfile.zlib.error as wrong:  # type: ignore[attr-defined]
        raise BadSheet("file_type") from wrong


def _count(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    tail = b""
    with packed.open(part) as stream:
        while block := stream.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise BadSheet("file_bomb")
            # in UTF-16 every other byte is a zero
            text = (tail + block).replace(b"\0", b"")
            if any(one in text for one in DECLARATIONS):
                raise BadSheet("file_bomb")
            tail = block[-32:]
    return left


def _lines(book: Any, most: Limits) -> Iterator[Line]:
    sheets = book.worksheets
    if not sheets:
        return
    sheet = sheets[0]
    sheet.reset_dimensions()  # what the file says of its size is not trusted either
    found = 0
    rows = sheet.iter_rows(max_row=LAST_ROW, max_col=most.columns, values_only=True)
    for number, row in enumerate(rows, start=1):
        # a gap is a million empty rows: they must cost next to nothing
        cells = tuple(_text(value, most.cell) for value in row) if any(row) or 0 in row else ()
        if not any(cells):
            continue
        found += 1
        if found > most.rows + 1:
            raise BadSheet("rows")
        yield Line(number, cells)


def _text(value: object, most: int) -> str:
    """A cell as a person would type it: 3 and not 3.0, TRUE and not True."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()[: most + 1]
