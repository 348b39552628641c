"""What a report of hours says first: the figures of units, and of requirements."""

from __future__ import annotations

from courses.credits.queries import today
from courses.reports.hours import queries
from courses.reports.hours.asat import Then
from courses.reports.hours.models import HoursColumn
from courses.reports.tally import Figures
from members.units.models import Unit

Summary = tuple[list[tuple[str, Figures]], list[tuple[HoursColumn, Figures]]]
"""Units by name, everything together; and each requirement in the whole of the first unit."""


def summary(unit: Unit, year: int, language: str) -> Summary:
    """``unit`` and those directly below it in ``year``, as it stands."""
    columns = queries.columns_of(year, today())
    return _of(queries.lines(unit, list(queries.asked_of(unit, columns)), columns), language)


def summary_then(then: Then, language: str) -> Summary:
    """The same, as it stood."""
    return _of(then.lines(), language)


def _of(found: list[queries.Line], language: str) -> Summary:
    return [(one.unit.name(language), one.total) for one in found], found[0].cells
