"""Writing conversion tables: always a new version, never for days that have begun."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max

from courses.credits import queries
from courses.credits.conversion import check
from courses.credits.models import ConversionTable
from members.accounts.models import Member


class Retroactive(ValueError):
    """It would begin on a day that has begun, or not after the table before it: entries that were
    valued by another table would lie in its days."""


class Overtaken(ValueError):
    """Somebody else wrote the next version at the same moment; nothing was written."""


def write_table(by: Member, name: str, valid_from: date, rules: dict[str, Any]) -> ConversionTable:
    """The next version of the table ``name``, in force from ``valid_from`` on. What was valued
    before keeps its value and the name of its table.

    Raises:
        PermissionDenied: ``by`` writes no rules.
        Retroactive: it would not begin in the future, or not after every other table.
        BadTable: ``rules`` cannot be computed.
        Overtaken: two wrote at once.
    """
    if not queries.may_rule(by):
        raise PermissionDenied
    check(rules)
    found = ConversionTable.objects.aggregate(latest=Max("valid_from"))
    latest = found["latest"]
    if valid_from <= queries.today() or (latest is not None and valid_from <= latest):
        raise Retroactive(str(valid_from))
    newest = ConversionTable.objects.filter(name=name).aggregate(version=Max("version"))
    try:
        with transaction.atomic():
            return ConversionTable.objects.create(
                name=name, version=(newest["version"] or 0) + 1, valid_from=valid_from,
                rules=rules, created_by=by,
            )  # fmt: skip
    except IntegrityError as clash:
        raise Overtaken(name) from clash
