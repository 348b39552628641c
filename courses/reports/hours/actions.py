"""Keeping the figures of hours: marking people, looking at them again, and adding the difference.

Looking at somebody reckons her anew from the ledger and compares that with what was kept of her;
the difference goes to her unit and those above. So looking once too often changes nothing. A new
column is walked in the same way, ``PIECE`` people at a time; whoever comes later has a greater key
and is walked too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from courses.credits.models import CreditEntry
from courses.credits.queries import today
from courses.reports.actions import above_of, hold
from courses.reports.hours import columns
from courses.reports.hours.models import (
    HoursColumn,
    HoursCounter,
    HoursMark,
    HoursStanding,
    HoursState,
    Transfer,
)
from courses.reports.hours.truth import Held, figures_of, reckoned
from courses.reports.tally import NOBODY, Figures
from members.accounts.models import Member

PIECE = 500
"""Most people looked at in one transaction."""
ROWS = 500
"""Rows of one statement."""
Above = Mapping[int, Iterable[int]]
"""Unit → itself and every unit above it."""


def changed(members: Iterable[int]) -> None:
    """Mark ``members``; called in the transaction that changed what is known of them."""
    marks = [HoursMark(member_id=one) for one in sorted(set(members))]
    HoursMark.objects.bulk_create(marks, batch_size=ROWS)


def recorded(entries: Sequence[CreditEntry]) -> None:
    """Mark whose ledger has grown."""
    changed(one.member_id for one in entries)


def look_again(member: int) -> None:
    """Mark ``member``."""
    changed([member])


def moved(member: int, before: int | None, after: int | None) -> None:
    """Mark who is in another department now, and keep where she was."""
    if Member.objects.filter(pk=member, is_active=True).exists():
        Transfer.objects.create(
            member_id=member, before_id=before, after_id=after, at=timezone.now()
        )
    changed([member])


def came_or_left(members: Sequence[int]) -> None:
    """Mark who was deactivated or came back, and keep when."""
    now = timezone.now()
    people = Member.objects.filter(pk__in=list(members), department__isnull=False)
    Transfer.objects.bulk_create(
        (
            Transfer(member_id=pk, at=now, **{"after_id" if active else "before_id": unit})
            for pk, active, unit in people.values_list("pk", "is_active", "department")
        ),
        batch_size=ROWS,
    )
    changed(members)


def bring_up() -> int:
    """What a reader waits for: new columns, who turned behind today, and a piece of everything
    else. Answers how many are still to be looked at; cheap when nothing has changed."""
    day = today()
    columns.keep(day)
    turn(day)
    looks = fold(day)
    while looks < PIECE and (more := walk(day)):  # several columns of a small organisation
        looks += more
    return left()


def left() -> int:
    """Looks still to be made: marks, and people no column has come to yet."""
    newest = _newest()
    behind = HoursColumn.objects.filter(walked__lt=newest)
    waiting = sum(Member.objects.filter(pk__gt=one.walked).count() for one in behind)
    return waiting + HoursMark.objects.count()


def keep_up(seconds: float) -> int:
    """The worker's share: goes on until nothing is left or ``seconds`` are over; answers what is
    left. Whatever stops it, the next one goes on where it was."""
    ends = time.monotonic() + seconds
    day = today()
    columns.keep(day)
    turn(day)
    while time.monotonic() < ends and (fold(day) or walk(day)):
        pass
    return left()


def fold(day: date) -> int:
    """Look at those marked first, at most ``PIECE`` marks; answers how many marks were taken."""
    if not HoursMark.objects.exists():
        return 0
    with transaction.atomic():
        hold()
        marks = list(HoursMark.objects.order_by("pk").values_list("pk", "member")[:PIECE])
        members = sorted({member for _, member in marks})
        above = above_of()
        for column in _columns():
            _look(column, members, day, above)
        HoursMark.objects.filter(pk__in=[pk for pk, _ in marks]).delete()
    return len(marks)


def walk(day: date) -> int:
    """Go on with one column that has not come to everybody; answers how many were looked at."""
    if not HoursColumn.objects.filter(walked__lt=_newest()).exists():
        return 0
    with transaction.atomic():
        hold()
        column = _columns().filter(walked__lt=_newest()).first()
        if column is None:
            return 0
        people = Member.objects.filter(pk__gt=column.walked).order_by("pk")
        keys = list(people.values_list("pk", flat=True)[:PIECE])
        _look(column, keys, day, above_of())
        HoursColumn.objects.filter(pk=column.pk).update(walked=keys[-1])
    return len(keys)


def turn(day: date) -> int:
    """Count as behind those whose day has come; answers how many."""
    due = {"state": HoursState.OPEN, "is_behind": False, "behind_from__lte": day}
    if not HoursStanding.objects.filter(**due).exists():
        return 0
    with transaction.atomic():
        hold()
        rows = HoursStanding.objects.filter(**due).order_by()
        groups = list(rows.values_list("column", "unit").annotate(Count("pk")))
        rows.update(is_behind=True)
        found: dict[int, dict[int, Figures]] = {}
        for column, unit, count in groups:
            found.setdefault(column, {})[unit] = Figures(overdue=count)
        above = above_of()
        for column, changes in found.items():
            _add(column, changes, above)
    return sum(count for _, _, count in groups)


def rehang() -> None:
    """A branch hangs elsewhere: sum everything up anew, and look again where units decide who is
    asked."""
    hold()
    HoursColumn.objects.filter(requirement__units__isnull=False).update(walked=0)
    HoursCounter.objects.all().delete()
    above = above_of()
    for column in _columns():
        _add(column.pk, summed(column.pk), above)


def summed(column: int) -> dict[int, Figures]:
    """Unit → the people kept of it, itself only."""
    rows = HoursStanding.objects.filter(column=column).order_by()
    groups = rows.values_list("unit", "state", "is_behind").annotate(Count("pk"))
    found: dict[int, Figures] = {}
    for unit, state, is_behind, count in groups:
        one = Held(unit, state, 0, 0, None)
        add = Figures(*(count * number for number in figures_of(one, is_behind=is_behind)))
        found[unit] = found.get(unit, NOBODY).plus(add)
    return found


def recount() -> int:
    """Throw everything away and look at everybody anew; answers how many standings there are."""
    with transaction.atomic():
        hold()
        HoursColumn.objects.all().delete()
        HoursMark.objects.all().delete()
    while keep_up(60):
        pass
    return HoursStanding.objects.count()


def _columns() -> QuerySet[HoursColumn]:
    rows = HoursColumn.objects.select_related("requirement").order_by("pk")
    return rows.prefetch_related("requirement__units")


def _newest() -> int:
    return Member.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _look(column: HoursColumn, members: Sequence[int], day: date, above: Above) -> None:
    """Reckon ``members`` anew and carry what changed to the units."""
    kept = {one.member_id: one for one in _kept(column, members)}
    truth = reckoned(column, members, day)
    changes: dict[int, Figures] = {}
    for member in kept.keys() | truth.keys():
        before, now = kept.get(member), truth.get(member)
        if before is not None:
            was = figures_of(before, is_behind=before.is_behind)
            changes[before.unit_id] = changes.get(before.unit_id, NOBODY).less(was)
        if now is not None:
            found = figures_of(now, is_behind=now.is_behind(day))
            changes[now.unit] = changes.get(now.unit, NOBODY).plus(found)
    _store(column, kept, truth, day)
    _add(column.pk, changes, above)


def _kept(column: HoursColumn, members: Sequence[int]) -> Iterable[HoursStanding]:
    return HoursStanding.objects.filter(column=column, member__in=members)


def _store(
    column: HoursColumn, kept: dict[int, HoursStanding], truth: dict[int, Held], day: date
) -> None:
    gone = [one.pk for member, one in kept.items() if member not in truth]
    HoursStanding.objects.filter(pk__in=gone).delete()
    rows = [
        HoursStanding(
            column=column, member_id=member, unit_id=one.unit, state=one.state,
            required=one.required, counted=one.counted, behind_from=one.behind_from,
            is_behind=one.is_behind(day),
        )
        for member, one in truth.items()
        if member not in kept or _differs(kept[member], one, day)
    ]  # fmt: skip
    HoursStanding.objects.bulk_create(
        rows, batch_size=ROWS, update_conflicts=True, unique_fields=["column", "member"],
        update_fields=["unit", "state", "required", "counted", "behind_from", "is_behind"],
    )  # fmt: skip


def _differs(kept: HoursStanding, now: Held, day: date) -> bool:
    before = Held(kept.unit_id, kept.state, kept.required, kept.counted, kept.behind_from)
    return before != now or kept.is_behind != now.is_behind(day)


def _add(column: int, changes: Mapping[int, Figures], above: Above) -> None:
    """Add what changed in units to them and to every unit above."""
    summed_up: dict[int, Figures] = {}
    for unit, change in changes.items():
        if change != NOBODY:
            for top in above.get(unit, ()):
                summed_up[top] = summed_up.get(top, NOBODY).plus(change)
    grown = {unit: change for unit, change in summed_up.items() if change != NOBODY}
    if not grown:
        return
    found = HoursCounter.objects.filter(column=column, unit__in=grown)
    rows = {one.unit_id: one for one in found}
    for unit in sorted(grown):
        row = rows.setdefault(unit, HoursCounter(column_id=column, unit_id=unit))
        change = grown[unit]
        row.asked += change.taking
        row.met += change.completed
        row.behind += change.overdue
        row.waived += change.waived
    HoursCounter.objects.bulk_create(
        rows.values(), batch_size=ROWS, update_conflicts=True, unique_fields=["unit", "column"],
        update_fields=["asked", "met", "behind", "waived"],
    )  # fmt: skip
