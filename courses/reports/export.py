"""Everybody's state as a file. The people in it are noted as looked at before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from django.utils import translation
from django.utils.translation import gettext as _

from courses.credits.actions import log_views
from courses.credits.queries import zone
from courses.reports import queries, sheet
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
        first, words = sheet.first(head()), (_("In progress"), _("Completed"))
    yield first
    names, local = queries.unit_names(language), zone()
    for found in queries.exported(unit):
        log_views(viewer, {one.member for one in found}, "export")
        yield sheet.piece(_cells(one, names, words, local) for one in found)


def _cells(
    one: queries.Taken, names: dict[int, str], words: tuple[str, str], local: tzinfo
) -> list[str]:
    done = one.completed_at
    return [
        one.staff_no,
        one.name,
        names.get(one.unit, ""),
        one.code,
        one.title,
        words[done is not None],
        f"{one.permille / 10:.1f}",
        f"{done.astimezone(local):%Y-%m-%d %H:%M}" if done else "",
    ]
