"""Rows of a CSV file or an Excel workbook, as people keep them. Knows no database."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from members.units.workbook import BadSheet, Limits, lines

MOST_ROWS = 20_000
"""More rows than this are no list of people of one organisation."""
MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 96 * 1024 * 1024
"""Bytes of all parts of a workbook together: 20,000 people take about 25 MB."""
ZIP = b"PK\x03\x04"
"""What every workbook begins with, and no text."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """Why a line of the file cannot be used. ``line`` counts from 1, the header included."""

    line: int
    reason: str


@dataclass
class Report:
    """What an import did, or would do: lines by what becomes of them."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, line: int, reasons: Sequence[str]) -> None:
        """Note why ``line`` is of no use, one fault for each reason."""
        self.faults += [Fault(line, reason) for reason in reasons]


class NotASheet(Exception):
    """The file as a whole cannot be read; the message says why, in the reader's language."""


def decoded(data: bytes) -> str:
    """UTF-8, with or without a mark, or GB 18030, as Chinese spreadsheet programs save.

    Raises:
        NotASheet: neither, or larger than ``MOST_BYTES``.
    """
    if len(data) > MOST_BYTES:
        raise NotASheet(_("The file is larger than 8 MiB."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASheet(_("The file is neither UTF-8 nor GB 18030 text."))


def read(data: bytes, columns: Mapping[str, str], required: Sequence[str]) -> list[tuple[int, Row]]:
    """The filled rows with their line numbers; ``columns``: what a heading may be → field name.

    Raises:
        NotASheet: neither text nor a workbook, an unknown or repeated heading, a required one
            missing, no or too many rows.
    """
    rows = (_workbook if data.startswith(ZIP) else _csv)(data, columns, required)
    if not rows:
        raise NotASheet(_("The file has no rows."))
    if len(rows) > MOST_ROWS:
        raise NotASheet(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
    return rows


def _csv(data: bytes, columns: Mapping[str, str], required: Sequence[str]) -> list[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(decoded(data), newline=""), strict=True)
    try:
        names = _fields(next(reader, []), columns, required)
        return [(reader.line_num, _row(names, cells)) for cells in reader if any(cells)]
    except csv.Error as wrong:
        raise NotASheet(_("Line %(line)d is not CSV.") % {"line": reader.line_num}) from wrong


def _workbook(
    data: bytes, columns: Mapping[str, str], required: Sequence[str]
) -> list[tuple[int, Row]]:
    """The first sheet; a cell that a program fills with a formula counts with its value."""
    try:
        head, *found = lines(data, Limits(MOST_BYTES, MOST_UNPACKED, MOST_ROWS))
    except BadSheet as bad:
        raise NotASheet(_why(bad.code)) from bad
    names = _fields(_trimmed(head.cells), columns, required)
    return [(one.number, _row(names, _trimmed(one.cells))) for one in found]


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Without the empty cells at the end: a sheet is as wide as its widest row."""
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _why(code: str) -> str:
    match code:
        case "file_large":
            return _("The file is larger than 8 MiB.")
        case "file_bomb":
            return _("The file unpacks to far more than a list of people needs.")
        case "rows":
            return _("The file has more than %(most)d rows.") % {"most": MOST_ROWS}
        case "empty":
            return _("The file has no rows.")
    return _("This is not a readable Excel workbook (.xlsx).")


def _fields(
    header: Sequence[str], columns: Mapping[str, str], required: Sequence[str]
) -> list[str]:
    headings = [cell.strip().lower() for cell in header]
    if unknown := [one for one in headings if one not in columns]:
        raise NotASheet(_("Unknown columns: %(names)s") % {"names": ", ".join(unknown) or "–"})
    names = [columns[one] for one in headings]
    if missing := [one for one in required if one not in names]:
        raise NotASheet(_("Missing columns: %(names)s") % {"names": ", ".join(missing)})
    if len(set(names)) < len(names):
        raise NotASheet(_("A column is there twice."))
    return names


def _row(names: Sequence[str], cells: Sequence[str]) -> Row:
    """Missing cells at the end are empty; cells beyond the header are kept under no name."""
    padded = [*cells, *[""] * (len(names) - len(cells))]
    row = {name: cell.strip() for name, cell in zip(names, padded, strict=False)}
    return row if len(cells) <= len(names) else {**row, "": "".join(cells[len(names) :])}
