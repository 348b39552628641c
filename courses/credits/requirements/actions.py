"""Writing requirements: a change is always a new version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from courses.credits import queries
from courses.credits.limits import check
from courses.credits.models import Kind, Mode, Requirement
from members.accounts.models import Member
from members.units.models import Unit


class TooEarly(ValueError):
    """The new version would begin before the one it follows: the past would be rewritten."""


@transaction.atomic
def write_requirement(
    by: Member, code: str, *, units: Iterable[Unit] = (), **fields: Any
) -> Requirement:
    """The next version of requirement ``code``, or its first.

    Raises:
        PermissionDenied: ``by`` writes no rules.
        TooEarly: it does not begin after the version before.
        BadLimits: ``rule`` says something that cannot be a limit.
    """
    if not queries.may_rule(by):
        raise PermissionDenied
    check(fields.get("rule", {}), Kind.values, Mode.values)
    earlier = Requirement.objects.filter(code=code)
    found = earlier.aggregate(version=Max("version"), begun=Max("valid_from"))
    if found["begun"] is not None and fields["valid_from"] <= found["begun"]:
        raise TooEarly(str(found["begun"]))
    made = Requirement.objects.create(
        code=code, version=(found["version"] or 0) + 1, created_by=by, **fields
    )
    made.units.set(units)
    return made
