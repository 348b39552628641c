"""Where a member stands: each requirement with its period, all layers applied. Reads, never writes.

The one function behind the record page, reports and exports, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.credits import periods, queries
from courses.credits.evaluate import Item, Result, Rule, evaluate, strictest
from courses.credits.limits import rule_of
from courses.credits.models import Layer, Requirement, Span, Standing
from courses.credits.periods import Period
from members.accounts.models import Member

ORDER = list(Layer.values)


@dataclass(frozen=True)
class Assessed:
    """One requirement as it stands: every layer that asks, the one that decides, the result."""

    layers: tuple[Requirement, ...]
    deciding: Requirement
    result: Result

    @property
    def unchecked(self) -> bool:
        """Whether the source of the deciding requirement is still to be checked (T20)."""
        return self.deciding.standing == Standing.CHECK


def period_of(requirement: Requirement, day: date, joined: date | None) -> Period | None:
    """The period of ``requirement`` that ``day`` lies in; None when it has none for this person."""
    if requirement.span == Span.FIXED and requirement.valid_to:
        return Period(requirement.valid_from, requirement.valid_to, requirement.code)
    if requirement.span == Span.SINCE_JOINING:
        return periods.since(joined, requirement.days or 1) if joined else None
    makers = {Span.YEAR: periods.year, Span.QUARTER: periods.quarter, Span.MONTH: periods.month}
    return makers[Span(requirement.span)](day)


def assess(member: Member, day: date, today: date | None = None) -> list[Assessed]:
    """Everything asked of ``member`` on ``day``, as it stands ``today``; widest threshold first."""
    joined = queries.joined_on(member.pk)
    groups: dict[tuple[Period, frozenset[str]], list[Requirement]] = {}
    for one in queries.requirements_of(member, day):
        period = period_of(one, day, joined)
        if period is not None:
            kinds = frozenset(one.rule.get("kinds", ()))
            groups.setdefault((period, kinds), []).append(one)
    items = queries.items_of(member.pk)
    found = [
        _assess(member, period, layers, items, today or queries.today())
        for (period, _), layers in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.result.full, one.deciding.code))


def _assess(
    member: Member, period: Period, layers: list[Requirement], items: Sequence[Item], today: date
) -> Assessed:
    layers.sort(key=lambda one: (ORDER.index(one.layer), one.code))
    rules = [rule_of(one.code, one.threshold, one.rule) for one in layers]
    rule = strictest(rules)
    away = queries.absent(member.pk)
    excused = queries.waived(member.pk, [one.code for one in layers])
    carried = _carried(rule, period, items, today)
    result = evaluate(rule, period, items, today, absent=away, waived=excused, carried=carried)
    deciding = next(one for one in layers if one.code == rule.code)
    return Assessed(tuple(layers), deciding, result)


def _carried(rule: Rule, period: Period, items: Sequence[Item], today: date) -> int:
    """What the calendar period before left over; nothing unless the rule carries."""
    if not rule.carry_most or "+" in period.key:
        return 0
    makers = {4: periods.year, 7: periods.month if "Q" not in period.key else periods.quarter}
    make = makers.get(len(period.key))
    if make is None:
        return 0
    before = evaluate(rule, make(period.first - date.resolution), items, today)
    return max(0, before.counted - before.required)
