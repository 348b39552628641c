"""The list of requirements, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from courses.credits.limits import rule_of
from courses.credits.models import Layer, Requirement
from courses.credits.queries import requirements_in_force

ORDER = list(Layer.values)


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
