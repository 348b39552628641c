"""Rows of a CSV file as people keep them in spreadsheet programs. Knows no database."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MOST_ROWS = 20_000
"""More rows than this are no list of people of one organisation."""
MOST_BYTES = 8 * 1024 * 1024

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
        NotASheet: not text, an unknown or repeated heading, a required one missing, no or too many
            rows.
    """
    reader = csv.reader(io.StringIO(decoded(data), newline=""), strict=True)
    try:
        names = _fields(next(reader, []), columns, required)
        rows = [(reader.line_num, _row(names, cells)) for cells in reader if any(cells)]
    except csv.Error as wrong:
        raise NotASheet(_("Line %(line)d is not CSV.") % {"line": reader.line_num}) from wrong
    if not rows:
        raise NotASheet(_("The file has no rows."))
    if len(rows) > MOST_ROWS:
        raise NotASheet(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
    return rows


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
