"""The board as a report on paper, set by typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.credits.certificates.paper import set_template
from courses.credits.queries import zone
from courses.reports import export, queries
from members.units.models import Unit
from members.units.queries import organisation

TEMPLATE = Path(__file__).parent / "report.typ"


def paper(unit: Unit, language: str) -> bytes:
    """``unit`` with those below it, and its courses, as PDF; the same figures as on the board."""
    units, courses = queries.summary(unit, language)
    tables = [
        {"title": _("Units"), "head": [_("Unit"), *export.figure_head()],
         "rows": [[name, *export.figure_cells(cell)] for name, cell in units]},
        {"title": _("Courses"), "head": [_("Course"), *export.figure_head()],
         "rows": [[f"{of.code} {of.title}", *export.figure_cells(cell)] for of, cell in courses]},
    ]  # fmt: skip
    return set_tables(_("Learning in %(name)s") % {"name": unit.name(language)}, tables, language)


def set_tables(heading: str, tables: list[dict[str, Any]], language: str) -> bytes:
    """A report of ``tables``, each with ``title``, ``head`` and ``rows``, as PDF."""
    house = organisation()
    inputs = {
        "lang": language[:2],
        "colour": house.theme,
        "organisation": house.name(language),
        "heading": heading,
        "asof": _("As of %(at)s") % {"at": f"{timezone.now().astimezone(zone()):%Y-%m-%d %H:%M}"},
        "tables": json.dumps(tables),
    }
    return set_template(TEMPLATE, inputs)
