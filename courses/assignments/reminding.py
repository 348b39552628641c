"""Telling members what is due, and those above them what is overdue: as notices, then by mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from courses.assignments import queries
from courses.assignments.due import (
    ABOVE_AFTER,
    MAX_MAILS_A_WEEK,
    REMIND_AFTER,
    REMIND_BEFORE,
    is_quiet,
    steps,
)
from courses.assignments.models import Notice, Obligation, Step
from courses.credits.queries import may_see, zone
from members.accounts.models import Member
from members.units.models import UnitClosure, UnitRole, UnitRoleKind

FRESH = timedelta(days=3)
"""A notice that could not be mailed for so long is left to the page."""
BATCH = 500
"""Most digests of one round; the next round goes on."""
LINES = 50
"""Most lines of one mail."""


@transaction.atomic
def write_notices(day: date) -> int:
    """Write today's notices; answers how many there were to write. Safe to repeat: a person is told
    of a thing once a day. Nothing is written of what was done, waived or dropped: the ladder ends
    by itself, and at the latest after ``ABOVE_AFTER``."""
    first = day - timedelta(days=max(*REMIND_AFTER, *ABOVE_AFTER))
    last = day + timedelta(days=max(REMIND_BEFORE))
    rows = queries.open_obligations().filter(
        ~queries.waived_on(day), due_on__range=(first, last), member__is_active=True
    )
    count = 0
    batch: list[Obligation] = []
    for one in rows.select_related("assignment", "member").iterator(chunk_size=BATCH):
        batch.append(one)
        if len(batch) == BATCH:
            count += _write(batch, day)
            batch = []
    return count + _write(batch, day)


def _write(rows: Sequence[Obligation], day: date) -> int:
    above = ladders({one.member.department_id for one in rows if one.member.department_id})
    notices = [
        Notice(reader_id=reader, obligation=one, step=step, day=day)
        for one in rows
        for step in steps(day, one.due_on, escalates=one.assignment.escalates)
        for reader in _readers(one.member, step, above)
    ]
    Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)
    return len(notices)


def _readers(member: Member, step: int, above: dict[int, list[list[int]]]) -> list[int]:
    if step == Step.MEMBER:
        return [member.pk]
    # Who leads the unit herself is answered for one step further up.
    rungs = [rung for rung in above.get(member.department_id or 0, []) if member.pk not in rung]
    return rungs[step - 1] if len(rungs) >= step else []


def ladders(departments: Iterable[int]) -> dict[int, list[list[int]]]:
    """Of each department the leaders of the nearest unit that has any, then those of the next one
    above it, and so on; the same people are not named twice in a row."""
    paths = UnitClosure.objects.filter(descendant__in=list(departments)).order_by("depth")
    steps_up = list(paths.values_list("descendant", "ancestor"))
    leaders = defaultdict(list)
    roles = UnitRole.objects.filter(
        role=UnitRoleKind.LEADER, unit__in={up for _, up in steps_up}, member__is_active=True
    )
    for unit, who in roles.order_by("member").values_list("unit", "member"):
        leaders[unit].append(who)
    found: dict[int, list[list[int]]] = defaultdict(list)
    for unit, up in steps_up:
        if up in leaders and found[unit][-1:] != [leaders[up]]:
            found[unit].append(leaders[up])
    return found


def remind_now(by: Member, obligations: Iterable[Obligation], day: date) -> int:
    """Remind people privately, each once a day; answers how many people. Who is not in a unit that
    ``by`` leads or administers, and what is not open, is left out."""
    open_ones = queries.open_obligations().filter(
        ~queries.waived_on(day), pk__in=[one.pk for one in obligations], member__is_active=True
    )
    told = [one for one in open_ones.select_related("member") if may_see(by, one.member)]
    Notice.objects.bulk_create(
        [Notice(reader=one.member, obligation=one, step=Step.MEMBER, day=day) for one in told],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return len({one.member_id for one in told})


def due_digests(now: datetime) -> list[int]:
    """Readers who have something to be told by mail at ``now``; nobody during quiet hours, and
    nobody who had ``MAX_MAILS_A_WEEK`` in the last seven days."""
    here = now.astimezone(zone())
    if is_quiet(here.time()):
        return []
    waiting = _waiting(here.date()).filter(reader__is_active=True, reader__email__isnull=False)
    full = _full(now)
    readers = waiting.exclude(reader__in=full).order_by("reader").values_list("reader", flat=True)
    return list(readers.distinct()[:BATCH])


def _full(now: datetime) -> list[int]:
    """Who has had her mails of the week. All lines of one mail have the same moment."""
    sent = Notice.objects.filter(mailed_at__gt=now - timedelta(days=7)).order_by()
    mails: dict[int, int] = defaultdict(int)
    for reader, _ in sent.values_list("reader", "mailed_at").distinct():
        mails[reader] += 1
    return [reader for reader, count in mails.items() if count >= MAX_MAILS_A_WEEK]


def _waiting(day: date) -> QuerySet[Notice]:
    rows = Notice.objects.filter(queries.in_force(day), mailed_at__isnull=True)
    return rows.filter(day__gt=day - FRESH, day__lte=day)


def send_digest(reader: int, address: str, now: datetime | None = None) -> bool:
    """One mail with everything ``reader`` is to be told, in her language; False when nothing is
    left to tell. ``address``: of the site."""
    when = now or timezone.now()
    day = when.astimezone(zone()).date()
    with transaction.atomic():
        member = Member.objects.select_for_update().filter(pk=reader, is_active=True).first()
        if member is None or not member.email:
            return False
        names = ("obligation__course", "obligation__member")
        rows = list(_waiting(day).filter(reader=member).select_related(*names)[:LINES])
        Notice.objects.filter(pk__in=[one.pk for one in rows]).update(mailed_at=when)
    if not rows:
        return False
    _send(member, rows, day, address)
    return True


def _send(member: Member, rows: Sequence[Notice], day: date, address: str) -> None:
    language = member.language or settings.LANGUAGE_CODE
    with translation.override(language):
        own = [one.obligation for one in rows if one.step == Step.MEMBER]
        others = [
            (one.obligation, one.obligation.member.display_name(language))
            for one in rows
            if one.step != Step.MEMBER
        ]
        count = len(own) + len(others)
        subject = ngettext("%(n)d thing is due", "%(n)d things are due", count) % {"n": count}
        facts = {
            "name": member.display_name(language),
            "own": own,
            "others": others,
            "day": day,
            "link": f"{address}/assignments/mine/",
        }
        body = render_to_string("courses/assignments/digest.txt", facts)
    send_mail(subject, body, None, [member.email or ""])
