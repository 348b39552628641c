"""Everybody's state as a file. The people in it are noted as looked at before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from django.utils import translation
from django.utils.translation import gettext as _

from courses.credits.actions import log_views
from courses.credits.queries import zone
from courses.reports import queries, sheet
from courses.reports.tally import Figures, share
from members.accounts.models import Member
from members.units.models import Unit


def head() -> list[str]:
    """The headings, in the reader's language."""
    return [
        _("Staff number"), _("Name"), _("Unit"), _("Course code"), _("Course"), _("State"),
        _("Progress in percent"), _("Completed"),
    ]  # fmt: skip


def pieces(viewer: Member, unit: Unit, language: str) -> Iterator[bytes]:
    """The file of ``unit`` piece by piece, in ``language``; each row is one of the figures."""
    with translation.override(language):
        first = sheet.first(head())
    yield first
    for rows in row_pieces(viewer, unit, language):
        yield sheet.piece(rows)


def words() -> dict[str, str]:
    """What each state is called, in the reader's language."""
    return {
        "done": _("Completed"), "going": _("In progress"), "overdue": _("Overdue"),
        "waived": _("Waived"),
    }  # fmt: skip


def row_pieces(viewer: Member, unit: Unit, language: str) -> Iterator[list[list[str]]]:
    """Everybody's rows a few hundred people at a time, noted as looked at before they are given."""
    with translation.override(language):
        called = words()
    names, local = queries.unit_names(language), zone()
    for found in queries.exported(unit):
        log_views(viewer, {one.member for one in found}, "export")
        yield [_cells(one, names, called, local) for one in found]


def figure_head() -> list[str]:
    """The headings of figures, in the reader's language."""
    return [
        _("Taking it"), _("Completed"), _("In progress"), _("Overdue"), _("Waived"), _("Percent"),
    ]  # fmt: skip


def figure_cells(one: Figures) -> list[str]:
    """Figures in the order of their headings, as every page and file says them."""
    numbers = (one.taking, one.completed, one.going, one.overdue, one.waived)
    return [*map(str, numbers), share(one.permille)]


def _cells(
    one: queries.Taken, names: dict[int, str], called: dict[str, str], local: tzinfo
) -> list[str]:
    done = one.completed_at
    return [
        one.staff_no,
        one.name,
        names.get(one.unit, ""),
        one.code,
        one.title,
        called[one.state],
        f"{one.permille / 10:.1f}",
        f"{done.astimezone(local):%Y-%m-%d %H:%M}" if done else "",
    ]
