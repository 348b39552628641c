"""The trees: the closure is always what one would find by walking from parent to parent."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from members.accounts.queries import members_in
from members.units.actions import create_unit, give_role, move_unit, take_role
from members.units.models import Unit, UnitClosure, UnitKind, UnitRole
from members.units.queries import descendants, path, units_of
from tests.factories import make_department, make_group, make_member

MOVES = st.lists(st.tuples(st.integers(0, 6), st.one_of(st.none(), st.integers(0, 6))), max_size=12)
PARENTS = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=7, max_size=7)


def walked() -> set[tuple[int, int, int]]:
    """Every path of every tree, found the slow way."""
    found: set[tuple[int, int, int]] = set()
    for unit in Unit.objects.all():
        step: Unit | None = unit
        depth = 0
        while step is not None:
            found.add((step.pk, unit.pk, depth))
            step, depth = step.parent, depth + 1
    return found


def kept() -> set[tuple[int, int, int]]:
    """Every path as the closure has it."""
    return set(UnitClosure.objects.values_list("ancestor_id", "descendant_id", "depth"))


class ClosureLaw(TestCase):
    """Whatever is created and moved, closure = transitive closure of ``parent``."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(PARENTS, MOVES)
    def test_closure_follows_parents(
        self, parents: list[int | None], moves: list[tuple[int, int | None]]
    ) -> None:
        units: list[Unit] = []
        for number, above in enumerate(parents):
            parent = units[above] if above is not None and above < len(units) else None
            units.append(create_unit(UnitKind.GROUP, f"g{number}", f"组{number}", "", parent))
        for which, target in moves:
            parent = None if target is None else units[target]
            parent = Unit.objects.get(pk=parent.pk) if parent else None
            try:
                move_unit(Unit.objects.get(pk=units[which].pk), parent)
            except ValidationError:
                assert parent is not None
        assert kept() == walked()


def test_a_unit_cannot_be_moved_below_itself(db: None) -> None:
    top = make_department()
    leaf = make_department(parent=make_department(parent=top))
    before = kept()
    for target in (top, leaf):
        with pytest.raises(ValidationError, match=r"below itself|自己的下级"):
            move_unit(top, target)
    assert kept() == before


def test_the_two_trees_do_not_mix(db: None) -> None:
    department, group = make_department(), make_group()
    with pytest.raises(ValidationError):
        move_unit(group, department)
    with pytest.raises(ValidationError):
        create_unit(UnitKind.GROUP, "x", "组", "", department)


def test_the_path_leads_from_the_root(db: None) -> None:
    top = make_department()
    middle = make_department(parent=top)
    leaf = make_department(parent=middle)
    assert path(leaf) == [top, middle, leaf]


def test_people_below_a_unit_are_its_people_each_once(db: None) -> None:
    company = make_department()
    crew = make_department(parent=company)
    branch = make_group()
    cell = make_group(parent=branch)
    both = make_member("两处", crew, cell)
    give_role(branch, both.pk, "leader")
    gone = make_member("离职", crew, is_active=False)
    assert list(members_in([company])) == [both]
    assert list(members_in([branch, company])) == [both]
    assert gone not in members_in([company])
    assert set(units_of(both.pk)) == {company, crew, branch, cell}
    assert set(descendants([branch])) == {branch, cell}


def test_roles_are_given_and_taken_once(db: None) -> None:
    group, member = make_group(), make_member()
    assert give_role(group, member.pk, "admin") == give_role(group, member.pk, "admin")
    take_role(group, member.pk, "admin")
    take_role(group, member.pk, "admin")
    assert not UnitRole.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "club"},
        {"code": ""},
        {"name_zh": "", "name_en": ""},
    ],
)
def test_the_database_refuses_units_that_mean_nothing(db: None, wrong: dict[str, str]) -> None:
    fields = {"kind": "group", "code": "c", "name_zh": "组", "name_en": ""} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(**fields)


def test_the_database_refuses_a_path_of_depth_zero_to_another_unit(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitClosure.objects.create(ancestor=make_group(), descendant=make_group(), depth=0)


def test_the_database_refuses_an_unknown_role(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitRole.objects.create(unit=make_group(), member=make_member(), role="king")
