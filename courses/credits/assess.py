"""Where a member stands: each requirement with its period, all layers applied. Reads, never writes.

The one function behind the record page, reports and exports, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from courses.credits import periods, queries
from courses.credits.evaluate import Item, Result, Rule, evaluate, strictest
from courses.credits.limits import rule_of
from courses.credits.models import Layer, Requirement, Span, Standing, Tenure, Waiver
from courses.credits.periods import Away, Period
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


@dataclass(frozen=True)
class Facts:
    """What is known of one person: her entries, when she was here, and for when she is excused."""

    joined: date | None
    absent: tuple[Away, ...]
    excuses: tuple[tuple[str, Away], ...]
    items: tuple[Item, ...]

    @classmethod
    def of(cls, tenure: Tenure | None, waivers: Iterable[Waiver], items: tuple[Item, ...]) -> Facts:
        """From her rows; ``waivers`` are those not withdrawn."""
        excuses = tuple((one.code, Away(one.first, one.last)) for one in waivers)
        joined = tenure.joined_on if tenure else None
        return cls(joined, tuple(queries.away_of(tenure)), excuses, items)

    def waived(self, codes: Iterable[str]) -> list[Away]:
        """Days for which she is excused from requirements with one of ``codes``."""
        wanted = {"", *codes}
        return [away for code, away in self.excuses if code in wanted]

    def carried(self, rule: Rule, period: Period, today: date) -> int:
        """What the calendar period before left over; nothing unless the rule carries."""
        calendar = (periods.year, periods.quarter, periods.month)
        makers = [make for make in calendar if make(period.first) == period]
        if not rule.carry_most or not makers:
            return 0
        before = evaluate(rule, makers[0](period.first - date.resolution), self.items, today)
        return max(0, before.counted - before.required)


def facts_of(member_id: int, known: datetime | None = None) -> Facts:
    """Everything that ``assess`` holds against the rules, of one person; with ``known``: as it had
    been written by then."""
    tenure = Tenure.objects.filter(member=member_id).first()
    waivers = queries.waivers_standing([member_id], known)
    return Facts.of(tenure, waivers, tuple(queries.items_of(member_id, known=known)))


def assess(
    member: Member, day: date, today: date | None = None, known: datetime | None = None
) -> list[Assessed]:
    """Everything asked of ``member`` on ``day``, as it stands ``today``; widest threshold first.
    ``known``: see ``facts_of``."""
    facts = facts_of(member.pk, known)
    groups: dict[tuple[Period, frozenset[str]], list[Requirement]] = {}
    for one in queries.requirements_of(member, day, known):
        period = period_of(one, day, facts.joined)
        if period is not None:
            kinds = frozenset(one.rule.get("kinds", ()))
            groups.setdefault((period, kinds), []).append(one)
    now = today or queries.today()
    found = [_assess(facts, period, layers, now) for (period, _), layers in groups.items()]
    return sorted(found, key=lambda one: (-one.result.full, one.deciding.code))


def _assess(facts: Facts, period: Period, layers: list[Requirement], today: date) -> Assessed:
    layers.sort(key=lambda one: (ORDER.index(one.layer), one.code))
    rule = strictest([rule_of(one.code, one.threshold, one.rule) for one in layers])
    result = evaluate(
        rule, period, facts.items, today, absent=facts.absent,
        waived=facts.waived([one.code for one in layers]),
        carried=facts.carried(rule, period, today),
    )  # fmt: skip
    deciding = next(one for one in layers if one.code == rule.code)
    return Assessed(tuple(layers), deciding, result)
