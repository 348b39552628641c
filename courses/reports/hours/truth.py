"""What the figures of hours are counted from: the same evaluation as closed periods and previews.

A column asks what its requirement asks, alone: the layers above and below it are columns of their
own. The record of a person shows all layers as one, the strictest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from courses.credits.cohort import Standing, asked, standings
from courses.reports.hours.models import HoursColumn, HoursStanding, HoursState
from courses.reports.hours.pace import behind_from
from courses.reports.tally import Figures


class Held(NamedTuple):
    """Where somebody stands, in the unit she counts in; hours in hundredths."""

    unit: int
    state: str
    required: int
    counted: int
    behind_from: date | None

    def is_behind(self, day: date) -> bool:
        """Whether she is behind on ``day``."""
        return self.behind_from is not None and self.behind_from <= day


def reckoned(column: HoursColumn, members: Sequence[int], day: date) -> dict[int, Held]:
    """Those of ``members`` whom ``column`` asks as of ``day``; who is in no department counts in no
    unit, and who was away for all of the period is not asked."""
    one = column.requirement
    units = [unit.pk for unit in one.units.all()]
    people = asked(units, one.role).filter(pk__in=members, department__isnull=False)
    found = standings(one, people, column.first or day, day, len(members))
    return {
        standing.member.pk: held(standing, standing.member.department_id or 0)
        for standing in found
        if standing.result.state != "not_applicable"
    }


def held(standing: Standing, unit: int) -> Held:
    """What the board says of ``standing``, of somebody who counts in ``unit``."""
    result = standing.result
    have = result.counted + result.carried
    if result.state in (HoursState.MET, HoursState.WAIVED):
        return Held(unit, result.state, result.required, have, None)
    falls = behind_from(result.period, standing.away, result.required, have)
    return Held(unit, HoursState.OPEN, result.required, have, falls)


def figures_of(one: Held | HoursStanding, *, is_behind: bool) -> Figures:
    """One person as figures."""
    return Figures(1, one.state == HoursState.MET, is_behind, one.state == HoursState.WAIVED)
