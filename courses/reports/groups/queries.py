"""Groups, or posts, × courses or required hours: of the people below one unit, counted on demand.

Who is in a group (by any role, or in one below it) counts in it once. The conditions are those of
the lists of people, so a figure and the people behind it cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, Max, Model, Q, QuerySet

from courses.catalog.models import Course
from courses.reports.hours.models import HoursColumn, HoursStanding, HoursState
from courses.reports.hours.queries import below
from courses.reports.queries import states_of
from courses.reports.tally import NOBODY, Figures
from members.accounts.models import Member
from members.units.models import Unit, UnitKind, UnitRole
from members.units.queries import descendants

By = Literal["groups", "posts"]
ROWS = 20
"""Groups of one page."""
KEYS: Mapping[By, str] = {
    "groups": "member__unit_roles__unit__above__ancestor",
    "posts": "member__post",
}
"""From somebody's row to what she is counted in."""


MOST = 20_000
"""Most people whose courses one page counts: some seconds."""
ONE = {
    "done": Figures(1, 1), "overdue": Figures(1, 0, 1), "waived": Figures(1, 0, 0, 1),
    "going": Figures(1),
}  # fmt: skip
"""One person's state as figures."""


class TooMany(ValueError):
    """More people than one page counts: a unit below has fewer."""


@dataclass(frozen=True)
class Band:
    """A group or a post, with the number of active people of it below the unit."""

    by: By
    key: int | str
    code: str
    zh: str
    en: str
    people: int

    def name(self, language: str) -> str:
        """As a reader of ``language`` sees it."""
        return (self.zh if language.startswith("zh") else self.en or self.zh) or self.en

    @property
    def query(self) -> str:
        """Which parameter of an address names it."""
        return "group" if self.by == "groups" else "post"


@dataclass(frozen=True)
class Line:
    """A band with its cells in the order of the columns."""

    band: Band
    cells: list[tuple[Any, Figures]]


def group_counts(unit: Unit) -> list[tuple[int, int]]:
    """Groups with anybody below ``unit``, in their order, each with how many."""
    roles = UnitRole.objects.filter(
        unit__kind=UnitKind.GROUP, member__department__in=below(unit), member__is_active=True
    )
    rows = roles.order_by().values_list("unit__above__ancestor")
    found = dict(rows.annotate(Count("member", distinct=True)))
    order = Unit.objects.filter(pk__in=found).order_by("order", "pk").values_list("pk", flat=True)
    return [(one, found[one]) for one in order]


def post_counts(unit: Unit) -> list[tuple[str, int]]:
    """Posts of active people below ``unit``, the most frequent first, each with how many."""
    people = Member.objects.filter(department__in=below(unit), is_active=True).exclude(post="")
    rows = people.order_by().values_list("post").annotate(number=Count("pk"))
    return list(rows.order_by("-number", "post").values_list("post", "number"))


def bands(by: By, shown: Sequence[tuple[Any, int]]) -> list[Band]:
    """Those of one page, with their names."""
    if by == "groups":
        units = Unit.objects.in_bulk([key for key, _ in shown])
        return [
            Band(by, key, units[key].code, units[key].name_zh, units[key].name_en, number)
            for key, number in shown
        ]
    names = Member.objects.filter(post__in=[key for key, _ in shown]).order_by()
    english = dict(names.values_list("post").annotate(Max("post_en")))
    return [Band(by, key, key, key, english.get(key) or "", number) for key, number in shown]


def course_lines(
    unit: Unit, found: Sequence[Band], courses: Sequence[Course], day: date
) -> list[Line]:
    """Each band × each course.

    Raises:
        TooMany: more than ``MOST`` people are in the bands.
    """
    homes: dict[int, list[int | str]] = {}
    for band, member in _members(unit, found):
        homes.setdefault(member, []).append(band)
    if len(homes) > MOST:
        raise TooMany(str(MOST))
    cells: dict[tuple[int | str, int], Figures] = {}
    keys = [one.pk for one in courses]
    for member, course, state in states_of(sorted(homes), keys, day):
        for band in homes[member]:
            cells[band, course] = cells.get((band, course), NOBODY).plus(ONE[state])
    return [
        Line(one, [(of, cells.get((one.key, of.pk), NOBODY)) for of in courses]) for one in found
    ]


def _members(unit: Unit, found: Sequence[Band]) -> set[tuple[int | str, int]]:
    """(band, member) of the active people below ``unit``."""
    if not found:
        return set()
    people = Member.objects.filter(department__in=below(unit), is_active=True)
    key = KEYS[found[0].by].removeprefix("member__")
    rows = people.filter(**{f"{key}__in": [one.key for one in found]}).order_by()
    return set(rows.values_list(key, "pk"))


def hours_lines(unit: Unit, found: Sequence[Band], columns: Sequence[HoursColumn]) -> list[Line]:
    """Each band × each requirement, as it stands."""
    rows = HoursStanding.objects.filter(unit__in=below(unit), column__in=list(columns))
    conditions = (
        Q(), Q(state=HoursState.MET), Q(is_behind=True), Q(state=HoursState.WAIVED),
    )  # fmt: skip
    return _lines(found, columns, [rows.filter(one) for one in conditions], "column")


def _lines(
    found: Sequence[Band], columns: Sequence[Model], parts: Sequence[QuerySet[Any]], column: str
) -> list[Line]:
    """``parts``: the rows that are counted for each of the four figures of a cell."""
    if not found:
        return []
    key = KEYS[found[0].by]
    wanted = [one.key for one in found]
    counts: list[dict[tuple[Any, Any], int]] = []
    for rows in parts:
        groups = rows.filter(**{f"{key}__in": wanted}).order_by().values_list(key, column)
        numbers = groups.annotate(number=Count("pk", distinct=True))
        counts.append({(band, of): number for band, of, number in numbers})
    return [
        Line(
            one,
            [(of, Figures(*(part.get((one.key, of.pk), 0) for part in counts))) for of in columns],
        )
        for one in found
    ]


@dataclass(frozen=True)
class Narrowed:
    """Only people of one group, or with one post."""

    band: Band
    condition: Q


def narrowed(unit: Unit, group: str, post: str) -> Narrowed | None:
    """The group of that code, or the post; None when nobody below ``unit`` is of it."""
    if group:
        found = Unit.objects.filter(kind=UnitKind.GROUP, code=group).first()
        shown = [one for one in group_counts(unit) if found and one[0] == found.pk]
        inside = UnitRole.objects.filter(unit__in=descendants([found])) if found else None
        condition = Q(member__in=inside.values("member")) if inside is not None else Q()
        return Narrowed(bands("groups", shown)[0], condition) if shown else None
    people = Member.objects.filter(department__in=below(unit), is_active=True, post=post)
    number = people.count() if post else 0
    return Narrowed(bands("posts", [(post, number)])[0], Q(member__post=post)) if number else None


def course_figures(unit: Unit, one: Narrowed, course: Course, day: date) -> Figures:
    """One cell, as the lists of people count."""
    [line] = course_lines(unit, [one.band], [course], day)
    return line.cells[0][1]


def hours_figures(unit: Unit, one: Narrowed, columns: Iterable[HoursColumn]) -> Figures:
    """The same for required hours."""
    rows = HoursStanding.objects.filter(
        one.condition, unit__in=below(unit), column__in=list(columns)
    )
    found = rows.order_by().values_list("state", "is_behind").annotate(Count("pk"))
    tally = NOBODY
    for state, behind, number in found:
        met, waived = state == HoursState.MET, state == HoursState.WAIVED
        tally = tally.plus(Figures(number, number * met, number * behind, number * waived))
    return tally
