"""Where many members stand, in a handful of statements for each few hundred of them. Never writes.

Says of each person exactly what ``assess`` says: both feed the same ``evaluate``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from courses.credits import queries
from courses.credits.assess import Facts, period_of
from courses.credits.evaluate import Item, Result, evaluate
from courses.credits.limits import rule_of
from courses.credits.models import CreditEntry, Requirement, Tenure, Waiver
from courses.credits.periods import Away, Period
from members.accounts.models import Member
from members.units.models import Unit, UnitClosure, UnitRole

CHUNK = 500
"""Most people read at a time: also the bound on what is held in memory."""

FIELDS = ("pk", "source_kind", "source_id", "segment", "kind", "mode", "value", "earned_on")
"""Of an entry, what the evaluation sees."""


@dataclass(frozen=True)
class Standing:
    """How one person stands to one requirement."""

    member: Member
    result: Result
    away: tuple[Away, ...] = ()
    """Days of the period that do not count against her: not here, or excused."""


def asked(units: Sequence[Unit | int], role: str = "") -> QuerySet[Member]:
    """Everybody whom a requirement of ``units`` (none: all) and ``role`` (none: any) is about."""
    people = Member.objects.filter(is_active=True).order_by("staff_no")
    roles = UnitRole.objects.filter(role=role) if role else UnitRole.objects.all()
    if not units:
        return people.filter(pk__in=roles.values("member")) if role else people
    below = UnitClosure.objects.filter(ancestor__in=units).values("descendant")
    holders = Q(pk__in=roles.filter(unit__in=below).values("member"))
    return people.filter(holders if role else holders | Q(department__in=below))


def standings(
    one: Requirement,
    people: QuerySet[Member],
    day: date,
    today: date,
    most: int,
    known: datetime | None = None,
) -> Iterator[Standing]:
    """How the first ``most`` of ``people`` stand to ``one`` alone (no other layer), in the period
    of ``day``; those for whom it has no period are left out. ``known``: see ``facts_of``."""
    rule = rule_of(one.code, one.threshold, one.rule)
    within = _within(one, day)
    for chunk in _chunks(people, most):
        found = facts_of([member.pk for member in chunk], within, known)
        for member in chunk:
            facts = found[member.pk]
            period = period_of(one, day, facts.joined)
            if period is None:
                continue
            excused = facts.waived([one.code])
            result = evaluate(
                rule, period, facts.items, today, absent=facts.absent,
                waived=excused, carried=facts.carried(rule, period, today),
            )  # fmt: skip
            yield Standing(member, result, (*facts.absent, *excused))


def _chunks(people: QuerySet[Member], most: int) -> Iterator[list[Member]]:
    rows = people.order_by("staff_no")
    last = ""
    while most > 0 and (found := list(rows.filter(staff_no__gt=last)[: min(CHUNK, most)])):
        yield found
        last, most = found[-1].staff_no, most - len(found)


def _within(one: Requirement, day: date) -> Period | None:
    """The days whose entries matter to ``one``: its period, and the one before it whose rest may be
    carried over. None: it depends on the person."""
    period = period_of(one, day, None)
    if period is None:
        return None
    before = timedelta(days=366) if one.rule.get("carry_most") else timedelta()
    return Period(period.first - before, period.last)


def facts_of(
    members: Sequence[int], within: Period | None = None, known: datetime | None = None
) -> dict[int, Facts]:
    """What is known of each of ``members``, in three statements (at most ``CHUNK`` of them); of
    their entries those of ``within``. With ``known``: as it had been written by then."""
    items: dict[int, list[Item]] = {one: [] for one in members}
    entries = CreditEntry.objects.filter(member__in=members, reverses__isnull=True)
    if within is not None:
        entries = entries.filter(earned_on__range=(within.first, within.last))
    if known is not None:
        entries = entries.filter(entered_at__lt=known)
    rows = entries.order_by().values_list("member", *FIELDS, "reversal__entered_at")
    for member, *fields, undone in rows:
        items[member].append(
            _item(fields, undone if known is None or _before(undone, known) else None)
        )
    tenures = {one.member_id: one for one in Tenure.objects.filter(member__in=members)}
    waivers: dict[int, list[Waiver]] = {one: [] for one in members}
    for waiver in queries.waivers_standing(members, known):
        waivers[waiver.member_id].append(waiver)
    return {one: Facts.of(tenures.get(one), waivers[one], tuple(items[one])) for one in members}


def _before(undone: datetime | None, known: datetime) -> bool:
    return undone is not None and undone < known


def _item(fields: Sequence[Any], undone: datetime | None) -> Item:
    """``queries.as_item`` of a row that was never made an object: a third of the time."""
    pk, source_kind, source_id, segment, kind, mode, value, earned_on = fields
    once = f"{source_kind}:{source_id}:{segment}"
    return Item(f"{pk:012}", once, kind, mode, value, earned_on, reversed=undone is not None)


def periods_over(one: Requirement, today: date, most: int = 8) -> list[Period]:
    """The newest periods of ``one`` that are over, newest first; none of one that begins with each
    person's joining."""
    found: list[Period] = []
    day = today
    while len(found) < most and day >= one.valid_from:
        period = period_of(one, day, None)
        if period is None:
            break
        if period.is_over(today) and (not found or found[-1] != period):
            found.append(period)
        if period.first <= one.valid_from:
            break
        day = period.first - date.resolution
    return found
