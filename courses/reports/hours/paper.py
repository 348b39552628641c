"""The board of hours as a report on paper."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from courses.reports import report
from courses.reports.hours import export
from courses.reports.hours.summary import Summary
from members.units.models import Unit


def paper(unit: Unit, year: int, found: Summary, language: str, as_at: date | None) -> bytes:
    """``unit`` with those below it, and what is required, as PDF; the same figures as on the
    board, as it stands or as it stood at the end of ``as_at``."""
    units, columns = found
    tables = [
        {"title": _("Units"), "head": [_("Unit"), *export.figure_head()],
         "rows": [[name, *export.figure_cells(cell)] for name, cell in units]},
        {"title": _("Requirements"), "head": [_("Requirement"), *export.figure_head()],
         "rows": [[" ".join(export.titles_of(of, language)).strip(), *export.figure_cells(cell)]
                  for of, cell in columns]},
    ]  # fmt: skip
    heading = _("Hours of %(year)s in %(name)s") % {"name": unit.name(language), "year": year}
    if as_at:
        heading = _("%(heading)s, as it stood on %(day)s") % {"heading": heading, "day": as_at}
    return report.set_tables(heading, tables, language)
