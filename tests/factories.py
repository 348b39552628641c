"""Makes rows for tests, through the same actions the product uses."""

from __future__ import annotations

import itertools
from typing import Any

from members.accounts.models import Member
from members.units.actions import create_unit, give_role
from members.units.models import Unit, UnitKind

PASSWORD = "kiln-harbour-tests-57"
"""The password of everybody a test signs in through the real form."""

_numbers = itertools.count(1)


def make_department(name: str = "部门", parent: Unit | None = None) -> Unit:
    """A department, below ``parent`` or a root."""
    return _unit(UnitKind.DEPARTMENT, name, parent)


def make_group(name: str = "分组", parent: Unit | None = None) -> Unit:
    """A group, below ``parent`` or a root."""
    return _unit(UnitKind.GROUP, name, parent)


def make_member(
    name: str = "测试员", department: Unit | None = None, *groups: Unit, **fields: Any
) -> Member:
    """An active member who may sign in with ``PASSWORD``; a member of each of ``groups``."""
    staff_no = fields.pop("staff_no", f"T{next(_numbers)}")
    password = fields.pop("password", PASSWORD)
    made = Member.objects.create_user(staff_no, name, password, department=department, **fields)
    for group in groups:
        give_role(group, made.pk, "member")
    return made


def _unit(kind: UnitKind, name: str, parent: Unit | None) -> Unit:
    number = next(_numbers)
    return create_unit(kind, f"unit-{number}", f"{name}{number}", f"Unit {number}", parent)
