"""The chat of a class as a table and as text, in pieces: a long class costs no more memory.

Whispers are no lines of the chat and never in it. What was taken back is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from liveclass.chat.models import Message
from liveclass.summary.sheets import BOM, safe

PIECE = 500
"""Lines read and sent together."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose file it is: of which room, in which language and zone."""

    room: int
    language: str
    zone: ZoneInfo


def table(taken: Taken) -> Iterator[bytes]:
    """CSV as spreadsheet programs open it: BOM, CRLF, no cell that would run as a formula."""
    with override(taken.language):
        header = [_("Time"), _("Staff number"), _("Name"), _("Role"), _("Text")]
    yield BOM.encode() + _rows([header])
    for lines in _pieces(taken.room):
        with override(taken.language):
            rows = [
                [
                    _clock(one, taken).isoformat(sep=" ", timespec="seconds"),
                    one.author.staff_no or "",
                    one.author.display_name(taken.language),
                    one.get_author_role_display(),
                    one.text,
                ]
                for one in lines
            ]
        yield _rows(rows)


def text(taken: Taken) -> Iterator[bytes]:
    """One line each; what follows a break is indented, so that nobody writes another's line."""
    yield BOM.encode()
    for lines in _pieces(taken.room):
        yield "".join(
            f"{_clock(one, taken):%H:%M:%S} {one.author.display_name(taken.language)}: "
            + "\r\n    ".join(one.text.splitlines())
            + "\r\n"
            for one in lines
        ).encode()


def _pieces(room: int) -> Iterator[list[Message]]:
    last = 0
    said = Message.objects.filter(room=room, recalled_at__isnull=True).order_by("pk")
    while lines := list(said.filter(pk__gt=last).select_related("author")[:PIECE]):
        yield lines
        last = lines[-1].pk


def _clock(line: Message, taken: Taken) -> datetime:
    return timezone.localtime(line.at, taken.zone).replace(tzinfo=None)


def _rows(rows: list[list[str]]) -> bytes:
    said = io.StringIO(newline="")
    csv.writer(said, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return said.getvalue().encode()
