"""The list of requirements, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.credits.cohort import Standing, asked, standings
from courses.credits.limits import rule_of
from courses.credits.models import Layer, Requirement
from courses.credits.queries import requirements_in_force
from members.units.models import Unit

ORDER = list(Layer.values)
LOOKED_AT = 3000
"""Most people one preview reckons: a few seconds' work."""
NAMED = 20
"""Most people it names."""
BEHIND = ("not_started", "in_progress", "due_soon", "not_met")


@dataclass(frozen=True)
class Listed:
    """The newest version of one requirement; ``above`` is one of a higher layer, for everybody it
    is about, that asks for more and therefore decides (T10)."""

    requirement: Requirement
    in_force: bool
    versions: int
    above: Requirement | None


def listed(day: date) -> list[Listed]:
    """Every requirement by its newest version, as it stands on ``day``."""
    newest: dict[str, Requirement] = {}
    count: dict[str, int] = {}
    for one in Requirement.objects.prefetch_related("units").order_by("code", "version"):
        newest[one.code] = one
        count[one.code] = count.get(one.code, 0) + 1
    running = requirements_in_force(day)
    here = {one.pk for one in running}
    return [
        Listed(one, one.pk in here, count[one.code], _above(one, running))
        for one in newest.values()
    ]


def _above(one: Requirement, running: list[Requirement]) -> Requirement | None:
    mine = _about(one)
    higher = [
        other
        for other in running
        if ORDER.index(other.layer) < ORDER.index(one.layer)
        and _about(other) == mine
        and other.threshold > one.threshold
        and not other.role
        and not other.units.all()
    ]
    return max(higher, key=lambda other: other.threshold, default=None)


def _about(one: Requirement) -> tuple[str, frozenset[str]]:
    return one.span, rule_of(one.code, one.threshold, one.rule).kinds


def newest_version(code: str) -> Requirement | None:
    """The newest version of the requirement ``code``."""
    rows = Requirement.objects.filter(code=code).prefetch_related("units")
    return rows.order_by("-version").first()


@dataclass(frozen=True)
class Preview:
    """Who would reach a requirement today, were it in force: how many in each state, and the first
    few who would not. Only itself is looked at, no other layer."""

    people: int
    looked_at: int
    states: tuple[tuple[str, int], ...]
    behind: tuple[Standing, ...]

    @property
    def met(self) -> int:
        """How many reach it."""
        return dict(self.states).get("met", 0)


def preview(one: Requirement, units: Sequence[Unit], today: date) -> Preview:
    """Hold ``one`` (it need not be saved) against the people of ``units``, as of ``today``."""
    people = asked([unit.pk for unit in units], one.role)
    states: Counter[str] = Counter()
    behind: list[Standing] = []
    for standing in standings(one, people, today, today, LOOKED_AT):
        state = standing.result.state
        states[state] += 1
        if state in BEHIND and len(behind) < NAMED:
            behind.append(standing)
    total = people.count()
    return Preview(total, min(total, LOOKED_AT), tuple(states.most_common()), tuple(behind))


def versions(code: str) -> list[Requirement]:
    """Every version of a requirement, newest first; at most fifty."""
    rows = Requirement.objects.filter(code=code).prefetch_related("units")
    return list(rows.order_by("-version")[:50])
