"""Taking a course, opening its lessons, and taking what a page says was played of them.

Reports come by thousands, so they are taken in bulk: ``record_all`` reads the leases and the
progress of a whole batch, decides in memory, and writes each table once. A report names its lease
and has a number; a number is taken once, whatever the network does with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.completion.book import Book, Refused, Report, Taken
from courses.completion.budget import Account, filled, opened
from courses.completion.crossings import crossed
from courses.completion.models import Enrolment, Lease
from courses.completion.policy import policy
from courses.completion.replays import when_replayed
from courses.completion.settling import CHUNK, settle
from realtime.protocol.refusals import Refusal

when_enrolled: list[Callable[[list[int], int], None]] = []
"""Told which members take which course from now on, in that transaction; set in ``apps.ready``."""

when_refused: list[Callable[[dict[int, Refused], datetime], None]] = []
"""Told whose pages claimed more playing than time has passed, in that transaction; set in
``apps.ready``."""

LIVELY = timedelta(seconds=45)
"""A page that reported so recently is still playing: another asks before it takes over."""


def open_lease(
    member: int,
    lesson: int | None,
    version: int,
    now: datetime | None = None,
    *,
    session: int | None = None,
    period: str = "",
    take_over: bool = True,
) -> Lease | None:
    """Give ``member`` the lesson (or the replay of ``session``) on the page that asks; None when
    another page is playing and ``take_over`` is false.

    What the page before may still be believed stays with its lease, but for what the new page
    begins with: what it played until now and could not report counts when it comes, and who opens
    a hundred pages has no more than who opens one.
    """
    when = now or timezone.now()
    account = opened(None, policy(), when.timestamp())
    with transaction.atomic():
        current = (
            Lease.objects.select_for_update().filter(member=member, closed_at__isnull=True).first()
        )
        if current is not None:
            if not take_over and current.filled_at > when - LIVELY:
                return None
            account = _hand_over(current, max(when, current.opened_at))
        return Lease.objects.create(
            member_id=member,
            lesson_id=lesson,
            session_id=session,
            period=period,
            version=version,
            ticks=account.ticks,
            filled_at=when,
            opened_at=when,
        )


def _hand_over(lease: Lease, when: datetime) -> Account:
    """Close ``lease``; the account with which the next one begins is taken out of its own."""
    kept = filled(Account(lease.ticks, lease.filled_at.timestamp()), policy(), when.timestamp())
    given = opened(kept, policy(), when.timestamp())
    lease.ticks = max(0.0, kept.ticks - given.ticks)
    lease.filled_at = max(lease.filled_at, when)
    lease.closed_at = when
    lease.save(update_fields=["ticks", "filled_at", "closed_at"])
    return given


def record(report: Report, now: datetime | None = None) -> Taken:
    """Take one report.

    Raises:
        Refusal: as in ``record_all``.
    """
    [answer] = record_all([report], now)
    if isinstance(answer, Refusal):
        raise answer
    return answer


def record_all(reports: Sequence[Report], now: datetime | None = None) -> list[Taken | Refusal]:
    """Take many reports: the state after each, or ``lesson_closed`` where its page has to open the
    lesson anew."""
    with transaction.atomic():
        when = now or timezone.now()
        book = Book(reports, when)
        answers = [book.take(report) for report in reports]
        book.write()
        for course, members in sorted(crossed(book.grown).items()):
            settle(members, course, now)
        if book.replayed:
            for tell in when_replayed:
                tell(book.replayed)
        if book.refused:
            for doubt in when_refused:
                doubt(book.refused, when)
    return answers


@transaction.atomic
def enrol(
    members: Iterable[int], course: int, period: str = "", now: datetime | None = None
) -> int:
    """``members`` take ``course`` from now on (in ``period``, where it is required anew); answers
    how many began just now. What they had done of it before counts, outside of periods."""
    when, wanted = now or timezone.now(), sorted(set(members))
    rows = Enrolment.objects.filter(course=course, period=period)
    before = set(rows.filter(member__in=wanted).values_list("member", flat=True))
    fresh = [one for one in wanted if one not in before]
    Enrolment.objects.bulk_create(
        [Enrolment(member_id=one, course_id=course, period=period, began_at=when) for one in fresh],
        batch_size=CHUNK,
        ignore_conflicts=True,
    )
    settle(fresh, course, when)
    for tell in when_enrolled:
        tell(fresh, course)
    return len(fresh)
