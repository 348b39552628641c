"""The board of hours as it stood at the end of a day, reckoned from the ledger on demand.

Entries, reversals, waivers and versions of requirements written later are left out; people count in
the unit they were in, as far as transfers have been kept. Roles and days here are those of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from courses.credits.cohort import standings
from courses.credits.queries import end_of
from courses.reports.hours.columns import wanted
from courses.reports.hours.models import HoursColumn, HoursStanding, Transfer
from courses.reports.hours.queries import Line, Row, being_of
from courses.reports.hours.truth import Held, figures_of, held
from courses.reports.tally import NOBODY, Figures
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure, UnitRole

MOST = 3000
"""Most people one page reckons: some seconds. Files know no limit."""
PIECE = 500
"""People of a file that are reckoned together."""
NAMES = ("pk", "staff_no", "name")


class TooMany(ValueError):
    """More than ``MOST`` people were in the unit: a unit below, or a file, has them."""


@dataclass
class Then:
    """``unit`` and everything below it as it stood at the end of ``day``, in that year."""

    unit: Unit
    day: date
    columns: list[HoursColumn] = field(default_factory=list)
    homes: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the columns (never saved: their keys are their places) and who was there."""
        self.known = end_of(self.day)
        found = sorted(wanted(self.day, self.known).items(), key=lambda one: one[0])
        for (code, key), (version, period) in found:
            if period and not period.first.year <= self.day.year <= period.last.year:
                continue
            first, last = (period.first, period.last) if period else (None, None)
            place = len(self.columns) + 1
            self.columns.append(
                HoursColumn(
                    pk=place, requirement=version, code=code, period=key, first=first, last=last
                )
            )
        self.homes = self._homes()

    def _homes(self) -> dict[int, int]:
        """Member → the unit she counted in, of those in this unit or below."""
        inside = set(_below([self.unit.pk]))
        later: dict[int, int | None] = {}
        since = Transfer.objects.filter(at__gte=self.known).order_by("at", "pk")
        for member, before in since.values_list("member", "before"):
            later.setdefault(member, before)
        now = Member.objects.filter(is_active=True, department__in=inside)
        homes: dict[int, int] = {
            member: unit
            for member, unit in now.values_list("pk", "department")
            if member not in later and unit is not None
        }
        homes.update({one: unit for one, unit in later.items() if unit in inside and unit})
        return dict(sorted(homes.items()))

    def limited(self) -> Then:
        """Itself, if a page can hold it.

        Raises:
            TooMany: it cannot.
        """
        if len(self.homes) > MOST:
            raise TooMany(str(MOST))
        return self

    def reckoned(self, column: HoursColumn) -> Iterator[tuple[Member, Held]]:
        """Everybody whom ``column`` asked, ``PIECE`` people at a time, by key."""
        asked, one = self._asked(column), column.requirement
        for first in range(0, len(asked), PIECE):
            people = Member.objects.filter(pk__in=asked[first : first + PIECE])
            day = column.first or self.day
            for standing in standings(one, people, day, self.day, PIECE, self.known):
                if standing.result.state != "not_applicable":
                    yield standing.member, held(standing, self.homes[standing.member.pk])

    def _asked(self, column: HoursColumn) -> list[int]:
        one = column.requirement
        units = [unit.pk for unit in one.units.all()]
        inside = set(_below(units))
        roles = UnitRole.objects.filter(role=one.role) if one.role else UnitRole.objects.all()
        if units:
            roles = roles.filter(unit__in=inside)
        holders = set(roles.values_list("member", flat=True)) if units or one.role else set()
        return [
            member
            for member, home in self.homes.items()
            if member in holders or (not one.role and (not units or home in inside))
        ]

    def figures(self) -> dict[tuple[int, int], Figures]:
        """(unit, place of the column) → figures, of this unit and everything below it."""
        own: dict[tuple[int, int], Figures] = {}
        for column in self.columns:
            for _member, one in self.reckoned(column):
                cell = (one.unit, column.pk)
                add = figures_of(one, is_behind=one.is_behind(self.day))
                own[cell] = own.get(cell, NOBODY).plus(add)
        found: dict[tuple[int, int], Figures] = {}
        above: dict[int, list[int]] = {}
        paths = UnitClosure.objects.filter(descendant__in={unit for unit, _ in own})
        for below, top in paths.values_list("descendant", "ancestor"):
            above.setdefault(below, []).append(top)
        for (unit, place), add in own.items():
            for top in above[unit]:
                found[top, place] = found.get((top, place), NOBODY).plus(add)
        return found

    def lines(self) -> list[Line]:
        """This unit and then those directly below it, with the columns that asked anybody."""
        found = self.figures()
        self.columns = [one for one in self.columns if (self.unit.pk, one.pk) in found]
        lines = []
        for unit in (self.unit, *Unit.objects.filter(parent=self.unit)):
            cells = [(one, found.get((unit.pk, one.pk), NOBODY)) for one in self.columns]
            total = NOBODY
            for _column, cell in cells:
                total = total.plus(cell)
            lines.append(Line(unit, total, cells))
        return lines

    def people(self, columns: Sequence[HoursColumn]) -> list[HoursStanding]:
        """Everybody whom ``columns`` asked, as rows that are not saved: who was behind first, then
        who had the smallest share."""
        rows = [
            HoursStanding(
                column=column, member=member, unit_id=one.unit, state=one.state,
                required=one.required, counted=one.counted, behind_from=one.behind_from,
                is_behind=one.is_behind(self.day),
            )
            for column in columns
            for member, one in self.reckoned(column)
        ]  # fmt: skip
        order = {"behind": 0, "going": 1, "met": 2, "waived": 3}
        return sorted(
            rows,
            key=lambda row: (
                order[being_of(row.state, is_behind=row.is_behind)],
                row.counted * 1000 // (row.required + 1), row.member.staff_no, row.column.code,
            ),
        )  # fmt: skip

    def rows(self) -> Iterator[list[Row]]:
        """What ``queries.exported`` says, as it stood then."""
        for column in self.columns:
            piece: list[Row] = []
            for member, one in self.reckoned(column):
                behind = one.is_behind(self.day)
                named = (member.pk, member.staff_no, member.name, one.unit)
                piece.append(Row(*named, column.pk, one.state, behind, one.required, one.counted))
                if len(piece) == PIECE:
                    yield piece
                    piece = []
            if piece:
                yield piece


def _below(units: Sequence[int]) -> list[int]:
    rows = UnitClosure.objects.filter(ancestor__in=units)
    return list(rows.values_list("descendant", flat=True))
