"""Audiences: what a tree means, and that the one query says the same of everybody."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.assignments.audience import (
    MAX_PEOPLE,
    All,
    Audience,
    BadAudience,
    Everybody,
    HasPost,
    HasRole,
    InUnit,
    Minus,
    NewSince,
    People,
    Person,
    Some,
    encode,
    leaves,
    matches,
    parse,
)
from courses.assignments.matching import matching
from members.accounts.models import Member
from members.units.actions import give_role
from members.units.models import Organisation, Unit, UnitClosure, UnitRole
from tests.factories import make_department, make_group, make_member


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"is": "nobody"},
        {"is": "unit"},
        {"is": "unit", "unit": 0},
        {"is": "unit", "unit": 1, "more": 1},
        {"is": "all", "of": []},
        {"is": "people", "members": list(range(1, MAX_PEOPLE + 2))},
        {"is": "any", "of": [{"is": "everybody"}] * 100},
        {"is": "post", "post": "x" * 61},
        {"is": "new_since", "day": "soon"},
    ],
)
def test_what_says_nothing_sensible_is_refused(data: Any) -> None:
    with pytest.raises(BadAudience):
        parse(data)


def test_a_tree_of_any_depth_is_refused_not_walked() -> None:
    data: dict[str, Any] = {"is": "everybody"}
    for _ in range(100_000):
        data = {"is": "all", "of": [data]}
    with pytest.raises(BadAudience):
        parse(data)


def _random_tree(dice: random.Random, units: list[int], keys: list[int], depth: int) -> Audience:
    kind = dice.randrange(9 if depth else 6)
    if kind >= 6:
        parts = [_random_tree(dice, units, keys, depth - 1) for _ in range(2)]
        branches = (
            All(of=tuple(parts)),
            Some(of=tuple(parts)),
            Minus(keep=parts[0], less=parts[1]),
        )
        return branches[kind - 6]
    roles: tuple[Literal["member", "leader", "admin"], ...] = ("member", "leader", "admin")
    return (
        Everybody(),
        InUnit(unit=dice.choice(units), below=dice.random() < 0.5),
        HasPost(post=dice.choice(["值长", "Engineer"])),
        HasRole(role=dice.choice(roles), unit=dice.choice([None, *units])),
        NewSince(day=date(2026, 3, dice.randrange(1, 28))),
        People(members=tuple(dice.sample(keys, 3))),
    )[kind]


def _persons(zone: ZoneInfo) -> list[Person]:
    above: dict[int, set[int]] = {}
    for low, high in UnitClosure.objects.values_list("descendant", "ancestor"):
        above.setdefault(low, set()).add(high)
    found = []
    for one in Member.objects.filter(is_active=True):
        roles = set(UnitRole.objects.filter(member=one).values_list("unit", "role"))
        units = {unit for unit, _ in roles} | {one.department_id or 0}
        upper = frozenset().union(*(above.get(unit, set()) for unit in units))
        since = one.joined_at.astimezone(zone).date()
        posts = frozenset({one.post, one.post_en})
        found.append(Person(one.pk, frozenset(units), upper, posts, frozenset(roles), since))
    return found


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_the_query_finds_exactly_whom_the_tree_means(db: None, zone: str) -> None:
    Organisation.objects.create(time_zone=zone)
    dice = random.Random(zone)  # noqa: S311 - a repeatable test, no secret
    top, crew = make_department(), make_group()
    units = [top, make_department(parent=top), make_department(), crew, make_group(parent=crew)]
    for number in range(24):
        one = make_member(f"人{number}", dice.choice([*units[:3], None]), is_active=number % 8 != 7)
        joined = datetime(2026, 3, dice.randrange(1, 28), dice.randrange(24), tzinfo=UTC)
        Member.objects.filter(pk=one.pk).update(
            joined_at=joined, post=dice.choice(["", "值长"]), post_en=dice.choice(["", "Engineer"])
        )
        for unit in dice.sample(units, 2):
            give_role(unit, one.pk, dice.choice(["member", "leader", "admin"]))
    persons, keys = _persons(ZoneInfo(zone)), list(Member.objects.values_list("pk", flat=True))
    sizes = set()
    for _ in range(60):
        tree = _random_tree(dice, [unit.pk for unit in units], keys, 3)
        assert parse(encode(tree)) == tree
        assert list(leaves(tree))
        wanted = sorted(who.key for who in persons if matches(tree, who))
        assert sorted(matching(tree).values_list("pk", flat=True)) == wanted, tree
        sizes.add(len(wanted))
    assert len(sizes) > 5, "trees that tell nobody apart prove nothing"


def test_matching_is_one_query_and_stays_inside_the_unit(db: None) -> None:
    Organisation.objects.create()
    here: Unit = make_department()
    below = make_department(parent=here)
    inside = make_member("一", below)
    make_member("二", make_department())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [one.pk for one in matching(Everybody(), here)] == [inside.pk]
    assert len(asked) == 1
