"""Where everybody stands in hours as a file. The people in it are noted as looked at before it
leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from courses.credits.actions import log_views
from courses.reports import sheet
from courses.reports.hours.models import HoursColumn
from courses.reports.hours.queries import Row
from courses.reports.queries import unit_names
from courses.reports.tally import Figures, share
from members.accounts.models import Member


def head() -> list[str]:
    """The headings of people, in the reader's language."""
    return [
        _("Staff number"), _("Name"), _("Unit"), _("Requirement"), _("Title"), _("Period"),
        _("State"), _("Counted"), _("Required"),
    ]  # fmt: skip


def words() -> dict[str, str]:
    """What each state is called, in the reader's language."""
    return {
        "met": _("Met"), "going": _("On the way"), "behind": _("Behind"), "waived": _("Waived"),
    }  # fmt: skip


def pieces(
    viewer: Member, found: Iterable[list[Row]], columns: Sequence[HoursColumn], language: str
) -> Iterator[bytes]:
    """The file of ``found`` piece by piece, in ``language``; each row is one of the figures."""
    with translation.override(language):
        first = sheet.first(head())
    yield first
    for rows in row_pieces(viewer, found, columns, language):
        yield sheet.piece(rows)


def row_pieces(
    viewer: Member, pieces_of: Iterable[list[Row]], columns: Sequence[HoursColumn], language: str
) -> Iterator[list[list[str]]]:
    """Everybody's rows, some hundred at a time, noted as looked at before they are given."""
    with translation.override(language):
        called = words()
    names = unit_names(language)
    titles = {one.pk: titles_of(one, language) for one in columns}
    for found in pieces_of:
        log_views(viewer, {one.member for one in found}, "export")
        yield [
            [one.staff_no, one.name, names.get(one.unit, ""), *titles[one.column],
             called[one.being], plain(one.counted), plain(one.required)]
            for one in found
        ]  # fmt: skip


def titles_of(column: HoursColumn, language: str) -> tuple[str, str, str]:
    """Code, title and period of a column."""
    return column.code, column.requirement.name(language), column.period


def plain(hundredths: int) -> str:
    """Credit hours as a number that spreadsheet programs reckon with."""
    return f"{hundredths / 100:.2f}"


def figure_head() -> list[str]:
    """The headings of figures, in the reader's language."""
    return [
        _("Asked"), _("Met"), _("On the way"), _("Behind"), _("Waived"), _("Percent"),
    ]  # fmt: skip


def figure_cells(one: Figures) -> list[str]:
    """Figures in the order of their headings, as every page and file says them."""
    numbers = (one.taking, one.completed, one.going, one.overdue, one.waived)
    return [*map(str, numbers), share(one.permille)]
