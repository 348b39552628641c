"""The list of a session held in a place: the host marks who was there, and for which part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.activities.actions import close_session
from courses.activities.credit import count, parts_of, recount
from courses.activities.intervals import union
from courses.activities.models import Attendance, Session, Source
from courses.activities.queries import audience, expected, may_manage
from courses.activities.quorum import Quorum, hold
from members.accounts.models import Member

MOST = 500
"""People on one list; a larger hall is checked in, not ticked off."""
LONGEST = timedelta(hours=24)


class NotOver(ValueError):
    """Nobody was there until the end of something that has not ended."""


class NoReason(ValueError):
    """What was counted is changed with a reason only."""


class NoQuorum(ValueError):
    """Fewer came than the meeting needs; it is written all the same once somebody has seen it."""

    def __init__(self, quorum: Quorum) -> None:
        super().__init__(f"{quorum.present} of {quorum.called}, {quorum.needed} needed")
        self.quorum = quorum


class Mark(NamedTuple):
    """``member`` was there from ``start`` to ``end``, in seconds after the beginning."""

    member: int
    start: float
    end: float


class Line(NamedTuple):
    """One person of the list: for each part of the session, from and to which minute of it she was
    marked (None: she was not)."""

    member: Member
    marked: tuple[tuple[int, int] | None, ...]


def held(session: Session) -> tuple[datetime, datetime]:
    """When it was held; until somebody says so, as planned."""
    if session.held_from is not None and session.held_to is not None:
        return session.held_from, session.held_to
    return session.starts_at, session.starts_at + timedelta(minutes=session.minutes)


def lines(session: Session, extra: Iterable[int] = ()) -> list[Line]:
    """Who is expected, who was marked, and ``extra``: at most ``MOST``, by their numbers."""
    rows = Attendance.objects.filter(session=session, entered_by__isnull=False)
    marked: dict[int, list[tuple[float, float]]] = {}
    began, _ = held(session)
    for row in rows:
        end = row.ended_at or row.seen_at
        one = ((row.started_at - began).total_seconds(), (end - began).total_seconds())
        marked.setdefault(row.member_id, []).append(one)
    asked = expected(session).values_list("pk", flat=True)[:MOST]
    keys = {*asked, *marked, *extra} - {session.activity.lecturer_id}
    people = Member.objects.filter(pk__in=keys).select_related("department").order_by("staff_no")
    spans = part_spans(session)
    return [Line(one, _marks(spans, marked.get(one.pk, []))) for one in people[:MOST]]


def part_spans(session: Session) -> list[tuple[float, float]]:
    """Each part as it was (or is planned to be) held, in seconds after the beginning."""
    began, ended = held(session)
    planned = Session(activity=session.activity, held_from=began, held_to=ended)
    return [(part.start, part.end) for part in parts_of(planned)]


def quorum_of(session: Session, present: Collection[int] | None = None) -> Quorum | None:
    """Who was called and who came: ``present``, or who is marked. Whoever leads a meeting to which
    she is called herself is there; who comes as a guest does not count. None: it needs none."""
    activity = session.activity
    if not activity.quorum:
        return None
    called = set(audience(activity).values_list("pk", flat=True))
    rows = Attendance.objects.filter(session=session).exclude(source=Source.REPLAY)
    if present is not None:
        rows = rows.filter(entered_by__isnull=True)  # seen by the server, in the room
    came = called & {activity.lecturer_id, *(present or ()), *rows.values_list("member", flat=True)}
    return hold(activity.quorum, len(called), len(came))


def _marks(
    spans: Sequence[tuple[float, float]], there: Sequence[tuple[float, float]]
) -> tuple[tuple[int, int] | None, ...]:
    found: list[tuple[int, int] | None] = []
    for start, end in spans:
        cut = [(max(a, start), min(b, end)) for a, b in there if max(a, start) < min(b, end)]
        if not cut:
            found.append(None)
            continue
        first, last = min(a for a, _ in cut), max(b for _, b in cut)
        found.append((round((first - start) / 60), round((last - start) / 60)))
    return tuple(found)


@transaction.atomic
def mark(
    session: Session,
    by: Member,
    times: tuple[datetime, datetime],
    listed: Collection[int],
    marks: Sequence[Mark],
    reason: str = "",
    *,
    without_quorum: bool = False,
) -> None:
    """Write who of the ``listed`` was there; what was marked of them before is replaced. Hours are
    counted at once; where they were counted before they are counted anew, with ``reason``.

    ``times``: when it was held; that of a class with a room is known and stays. ``without_quorum``:
    whoever writes it knows that too few came.

    Raises:
        PermissionDenied: ``by`` does not run this session.
        NotOver: it has not ended.
        NoQuorum: too few came, and nobody said that this is known.
        NoReason: it was counted before, and nothing says why it changes.
        ValueError: it lasted no time, or longer than a day.
    """
    if not may_manage(session.activity, by):
        raise PermissionDenied
    session = Session.objects.select_for_update().get(pk=session.pk)
    began, ended = held(session) if hasattr(session, "room") else times
    if not began < ended <= began + LONGEST:
        raise ValueError("a session lasts some time, and at most a day")
    if ended > timezone.now() or (hasattr(session, "room") and session.held_to is None):
        raise NotOver
    counted = session.counted_at is not None
    if counted and not reason.strip():
        raise NoReason
    quorum = quorum_of(session, {one.member for one in marks})
    if quorum is not None and not quorum.reached and not without_quorum:
        raise NoQuorum(quorum)
    close_session(session.pk, began, ended)
    _replace(session, by, began, ended, listed, marks)
    session.refresh_from_db()
    if counted:
        recount(session, by, reason.strip())
        Session.objects.filter(pk=session.pk).update(counted_at=timezone.now())
    else:
        count(session)


def _replace(
    session: Session, by: Member, began: datetime, ended: datetime,
    listed: Collection[int], marks: Sequence[Mark],
) -> None:  # fmt: skip
    rows = Attendance.objects.filter(session=session, entered_by__isnull=False)
    rows.filter(member__in=listed).delete()
    by_member: dict[int, list[tuple[float, float]]] = {}
    for one in marks:
        if one.member in listed and one.member != session.activity.lecturer_id:
            by_member.setdefault(one.member, []).append((one.start, one.end))
    fresh = []
    for member, stretches in sorted(by_member.items()):
        for start, end in union(stretches):
            first = began + timedelta(seconds=max(0.0, start))
            last = min(ended, began + timedelta(seconds=end))
            if first < last:
                fresh.append(
                    Attendance(
                        session=session, member_id=member, source=Source.HALL, entered_by=by,
                        started_at=first, seen_at=last, ended_at=last,
                    )
                )  # fmt: skip
    Attendance.objects.bulk_create(fresh, batch_size=200)
