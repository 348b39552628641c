"""Closing a period: the one writer.

The lines are written some hundred people at a time, each piece in a transaction of its own that
remembers how far it came: whoever goes on, goes on there. All pieces say what had been written to
the ledger when the period was closed, so it makes no difference how long that takes.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from courses.credits import queries
from courses.credits.closing.models import ClosedRow, PeriodClose
from courses.credits.cohort import Standing, asked, periods_over, standings
from courses.credits.models import Requirement
from members.accounts.models import Member
from realtime.jobs import task

MOST = 10_000
"""Most people whose lines are written at once, while somebody waits: some seconds. More are written
by the worker."""
LARGEST = 1_000_000
"""Most people of one report: its digest is reckoned over all lines at once."""
PIECE = 500
"""People of one transaction."""
SECONDS = 30
"""For how long the worker goes on before other jobs have their turn."""
STUCK = timedelta(minutes=2)
"""A report nobody has written to for so long was left behind."""


class NotOver(ValueError):
    """The period still runs, or the requirement has none like it."""


class Closed(ValueError):
    """This period of the requirement was closed before; nothing was written."""


class TooMany(ValueError):
    """The requirement is about more people than one report holds."""


def close_period(by: Member, requirement: Requirement, key: str) -> PeriodClose:
    """Keep how everybody stands to ``requirement`` in its period ``key``, for good.

    Whatever changes afterwards leaves these lines alone and is told as an adjustment (T18). Of more
    than ``MOST`` people the worker writes the lines; what is answered says how far it is.

    Raises:
        PermissionDenied: ``by`` writes no rules.
        NotOver, Closed, TooMany.
    """
    if not queries.may_rule(by):
        raise PermissionDenied
    today = queries.today()
    period = next((one for one in periods_over(requirement, today) if one.key == key), None)
    if period is None:
        raise NotOver(key)
    total = _people(requirement).count()
    if total > LARGEST:
        raise TooMany(str(LARGEST))
    moment = timezone.now()
    with transaction.atomic():
        # of two who close at once the second waits for the row, and finds it
        made, fresh = PeriodClose.objects.get_or_create(
            code=requirement.code, period=period.key,
            defaults={
                "requirement": requirement, "first": period.first, "last": period.last,
                "closed_by": by, "closed_at": moment, "people": 0, "met": 0, "digest": "",
                "total": total, "touched_at": moment,
            },
        )  # fmt: skip
        if not fresh:
            raise Closed(str(made))
        if total > MOST:
            write_lines.enqueue_after_commit(made.pk)
    if total <= MOST:
        go_on(made.pk)
    made.refresh_from_db()
    return made


def _people(requirement: Requirement) -> QuerySet[Member]:
    return asked([unit.pk for unit in requirement.units.all()], requirement.role)


@task
def write_lines(pk: int) -> None:
    """Go on with a report for a while; what is left waits for its next turn."""
    if not go_on(pk, SECONDS):
        write_lines.enqueue(pk)


def go_on(pk: int, seconds: float | None = None) -> bool:
    """Write lines until every one is there, or ``seconds`` are over; whether every one is."""
    ends = None if seconds is None else time.monotonic() + seconds
    while not (whole := _write_some(pk)) and (ends is None or time.monotonic() < ends):
        pass
    return whole


def take_up() -> int:
    """Queue the reports whose worker died; answers how many."""
    before = timezone.now() - STUCK
    left = PeriodClose.objects.filter(digest="", touched_at__lt=before)
    keys = list(left.order_by("pk").values_list("pk", flat=True)[:20])
    PeriodClose.objects.filter(pk__in=keys, digest="").update(touched_at=timezone.now())
    for one in keys:
        write_lines.enqueue(one)
    return len(keys)


@transaction.atomic
def _write_some(pk: int) -> bool:
    """The next ``PIECE`` people's lines; whether the report is whole."""
    locked = PeriodClose.objects.select_for_update(of=("self",)).select_related("requirement")
    made = locked.get(pk=pk)
    if made.is_whole:
        return True
    people = _people(made.requirement).filter(pk__gt=made.cursor).order_by("pk")
    keys = list(people.values_list("pk", flat=True)[:PIECE])
    if not keys:
        _finish(made)
        return True
    found = standings(
        made.requirement, Member.objects.filter(pk__in=keys), made.last, queries.today(), PIECE,
        made.closed_at,
    )  # fmt: skip
    rows = [_row(made, one) for one in found if one.result.state != "not_applicable"]
    ClosedRow.objects.bulk_create(rows, batch_size=PIECE)
    PeriodClose.objects.filter(pk=pk).update(
        cursor=keys[-1], looked_at=F("looked_at") + len(keys), touched_at=timezone.now()
    )
    return False


def _finish(made: PeriodClose) -> None:
    rows = ClosedRow.objects.filter(close=made)
    made.people, made.met = rows.count(), rows.filter(state="met").count()
    made.digest, made.touched_at = digest(rows.iterator(chunk_size=2000)), timezone.now()
    made.save(update_fields=["people", "met", "digest", "touched_at"])


def _row(made: PeriodClose, one: Standing) -> ClosedRow:
    """Her line."""
    member, result = one.member, one.result
    return ClosedRow(
        close=made, member=member, staff_no=member.staff_no, name=member.name,
        unit_id=member.department_id, required=result.required,
        counted=result.counted + result.carried, state=result.state,
    )  # fmt: skip


def digest(rows: Iterable[ClosedRow]) -> str:
    """SHA-256 over all lines in the order of staff numbers: what was handed in can be compared."""
    lines = [
        [row.staff_no, row.name, row.unit_id, row.required, row.counted, row.state] for row in rows
    ]
    lines.sort(key=lambda line: str(line[0]))
    found = hashlib.sha256()
    for line in lines:
        found.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return found.hexdigest()
