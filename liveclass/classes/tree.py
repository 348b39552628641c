"""The two trees of the organisation as check boxes, with the number of people in each unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from liveclass.classes.names import unit_of
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure, UnitKind, UnitRole

DEEPEST = 4
"""Steps of indentation; what lies deeper is not moved further to the right."""


@dataclass(frozen=True)
class Node:
    """One unit: ``depth`` steps below its root, with ``people`` in it and below it."""

    id: int
    name: str
    depth: int
    people: int
    checked: bool


@dataclass(frozen=True)
class Branch:
    """One of the two trees, parents before their children."""

    label: str
    nodes: list[Node]


def trees(checked: set[int]) -> list[Branch]:
    """Departments, then groups; empty trees are left out. Four queries."""
    units = list(Unit.objects.order_by("order", "id"))
    people = _people(units)
    branches = (
        Branch(str(kind.label), list(_walk([u for u in units if u.kind == kind], people, checked)))
        for kind in UnitKind
    )
    return [branch for branch in branches if branch.nodes]


def _walk(units: list[Unit], people: dict[int, int], checked: set[int]) -> Iterator[Node]:
    children = defaultdict(list)
    for unit in units:
        children[unit.parent_id].append(unit)
    pending = [(unit, 0) for unit in reversed(children[None])]
    while pending:
        unit, depth = pending.pop()
        inside = people.get(unit.pk, 0)
        yield Node(unit.pk, unit_of(unit), min(depth, DEEPEST), inside, unit.pk in checked)
        pending.extend((child, depth + 1) for child in reversed(children[unit.pk]))


def _people(units: Iterable[Unit]) -> dict[int, int]:
    """Active people per unit, sub-units included, nobody twice."""
    above = defaultdict(list)
    for ancestor, descendant in UnitClosure.objects.values_list("ancestor", "descendant"):
        above[descendant].append(ancestor)
    found: dict[int, set[int]] = defaultdict(set)
    for member, unit in _places():
        for ancestor in above[unit]:
            found[ancestor].add(member)
    return {unit.pk: len(found[unit.pk]) for unit in units}


def _places() -> Iterator[tuple[int, int]]:
    """Who is in which unit: the department of each member, and the groups she has a role in."""
    active = Member.objects.filter(is_active=True)
    yield from active.filter(~Q(department=None)).values_list("pk", "department")
    yield from UnitRole.objects.filter(member__in=active).values_list("member", "unit")
