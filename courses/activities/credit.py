"""A class has ended: what people attended becomes entries of the ledger.

Live, hall and replay are united on the clock of the class; where the share that counts is reached,
the member gets the full value of the segment, dated by the moment she reached it. Counting again
writes nothing twice, so it is done after each replay too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.activities.intervals import Stretch, clip, moment, subtract, union, unix
from courses.activities.models import Attendance, Segment, Session, Source
from courses.activities.queries import attendance_by_member, presence_elsewhere
from courses.catalog.models import Lesson
from courses.completion.settling import settle
from courses.credits import actions as ledger
from courses.credits.actions import Earned
from courses.credits.crossing import Coverage, Piece, cover
from courses.credits.models import CreditEntry, Mode
from courses.credits.models import Source as Origin
from members.accounts.models import Member

WAYS = {
    frozenset({Source.LIVE.value}): Mode.LIVE,
    frozenset({Source.HALL.value}): Mode.HALL,
    frozenset({Source.REPLAY.value}): Mode.REPLAY,
    frozenset({Source.LIVE.value, Source.HALL.value}): Mode.LIVE,
}
"""Which mode presence from these sources is; every other mixture is live and replay."""


@dataclass(frozen=True)
class Part:
    """A segment on the clock of its class: from ``start`` to ``end``, in seconds."""

    segment: Segment
    start: float
    end: float

    @property
    def length(self) -> float:
        """Seconds it really took."""
        return self.end - self.start

    def worth(self, percent: int) -> int:
        """Minutes that count: the planned ones, unless it was broken off before ``percent``."""
        held = int(self.length // 60)
        planned = self.segment.minutes
        return planned if held * 100 >= planned * percent else held


def parts_of(session: Session) -> list[Part]:
    """The segments of a session that has ended, one after another as planned; the last one goes on
    until the end, and what had not begun by then was not held."""
    if session.held_from is None or session.held_to is None:
        return []
    length = unix(session.held_to) - unix(session.held_from)
    segments = list(session.activity.segments.order_by("order"))
    parts, at = [], 0.0
    for segment in segments:
        planned_end = at + segment.minutes * 60
        end = length if segment is segments[-1] else min(planned_end, length)
        if end > at:
            parts.append(Part(segment, at, end))
        at = planned_end
    return parts


@transaction.atomic
def count(session: Session, members: Iterable[int] | None = None) -> list[CreditEntry]:
    """Write the hours of everybody (or of ``members``) who attended enough of ``session``.

    Answers the entries that stand for them, new or not. A session that has not ended has none.
    """
    wanted = _earned(session, members)
    written = ledger.record_many(wanted)
    if members is None and session.held_to is not None:
        Session.objects.filter(pk=session.pk).update(counted_at=timezone.now())
    _settle_courses(session, members)
    return written


def _settle_courses(session: Session, members: Iterable[int] | None) -> None:
    """Courses of which this class is a lesson may be completed by it."""
    if session.held_to is None:
        return
    rows = Lesson.objects.filter(activity=session.activity_id, removed=False)
    courses = sorted(set(rows.values_list("section__course", flat=True)))
    if not courses:
        return
    present = Attendance.objects.filter(session=session).values_list("member", flat=True)
    who = set(present) if members is None else set(members)
    for course in courses:
        settle(who, course)


@transaction.atomic
def recount(session: Session, by: Member, reason: str) -> int:
    """Make the ledger say what attendance says now, after the class or its presence was corrected.

    Entries that are no longer right are reversed and written anew; what somebody took back by hand
    stays taken back. Answers how many entries were changed.
    """
    wanted = {(one.member.pk, one.segment): one for one in _earned(session, None)}
    origin = str(session.activity_id)
    rows = CreditEntry.objects.filter(source_kind=Origin.CLASS, source_id=origin)
    standing = rows.filter(reverses__isnull=True, reversal__isnull=True)
    changed = 0
    for entry in standing.order_by("pk"):
        if entry.evidence.get("class") != session.code:
            continue
        right = wanted.pop((entry.member_id, entry.segment), None)
        if right is None:
            ledger.reverse(entry, reason, by)
        elif _differs(entry, right):
            ledger.replace(entry, _signed(right, by, reason), reason)
        else:
            continue
        changed += 1
    before = rows.count()
    ledger.record_many(wanted.values())
    _settle_courses(session, None)
    return changed + rows.count() - before


def _differs(entry: CreditEntry, right: Earned) -> bool:
    told = (entry.minutes, entry.kind, entry.mode, entry.earned_at)
    return told != (right.minutes, right.kind, right.mode, right.earned_at)


def _signed(earned: Earned, by: Member, reason: str) -> Earned:
    return Earned(**{**earned.__dict__, "entered_by": by, "reason": reason[:500]})


def _earned(session: Session, members: Iterable[int] | None) -> list[Earned]:
    parts = [part for part in parts_of(session) if part.segment.credit_kind]
    if not parts:
        return []
    only = None if members is None else list(members)
    rows = attendance_by_member(session.pk, only)
    elsewhere = presence_elsewhere(session, list(rows))
    people = Member.objects.in_bulk(list(rows))
    found = []
    for member, stretches in rows.items():
        if member == session.activity.lecturer_id:
            continue
        seen = Seen(session, stretches, elsewhere.get(member, []))
        found += [one for part in parts if (one := seen.earned(people[member], part)) is not None]
    lecturer = session.activity.lecturer
    if only is None or lecturer.pk in only:
        found += [_taught(session, lecturer, part) for part in parts]
    return found


def _taught(session: Session, lecturer: Member, part: Part) -> Earned:
    """Teaching counts like attending, once."""
    percent = session.activity.complete_percent
    began = unix(_began(session))
    evidence = {**_about(session, part, percent), "percent": 100}
    return _one(session, lecturer, part, Mode.TEACHING, moment(began + part.end), evidence, percent)


def _one(
    session: Session, member: Member, part: Part, mode: str, at: datetime,
    evidence: dict[str, Any], percent: int,
) -> Earned:  # fmt: skip
    return Earned(
        member=member,
        source_kind=Origin.CLASS,
        source_id=str(session.activity_id),
        segment=str(part.segment.order),
        title=part.segment.title,
        minutes=part.worth(percent),
        kind=part.segment.credit_kind,
        mode=mode,
        earned_at=at,
        evidence=evidence,
    )


def _about(session: Session, part: Part, percent: int) -> dict[str, Any]:
    """What every piece of evidence says about the class; whole seconds."""
    began = unix(_began(session))
    return {
        "class": session.code,
        "from": int(began + part.start),
        "to": int(began + part.end),
        "threshold": percent,
    }


def _began(session: Session) -> datetime:
    if session.held_from is None:
        raise ValueError(f"{session.code} has not been held")
    return session.held_from


class Seen:
    """What one member saw of one session."""

    def __init__(
        self, session: Session, rows: Sequence[Attendance], elsewhere: Sequence[tuple[int, Stretch]]
    ) -> None:
        self.session = session
        self.began = unix(_began(session))
        self.replayed = [row for row in rows if row.source == Source.REPLAY]
        self.present = [
            (row.source, piece)
            for row in rows
            if row.source != Source.REPLAY
            for piece in _own_time(row, elsewhere)
        ]

    def earned(self, member: Member, part: Part) -> Earned | None:
        """What ``part`` is worth to her; None while she has not seen enough of it."""
        percent = self.session.activity.complete_percent
        pieces = [*self.live(part), *self.replay(part)]
        found = cover(pieces, part.length, percent)
        if found.crossed_at is None:
            return None
        mode = WAYS.get(self._sources(part), Mode.LIVE_REPLAY)
        evidence = self._evidence(part, found, percent)
        return _one(self.session, member, part, mode, moment(found.crossed_at), evidence, percent)

    def live(self, part: Part) -> list[Piece]:
        """What she saw of ``part`` while it was held."""
        first, last = self.began + part.start, self.began + part.end
        shown = union(clip((piece for _, piece in self.present), first, last))
        return [Piece(a - first, b - first, a, b - a) for a, b in shown]

    def replay(self, part: Part) -> list[Piece]:
        """What she saw of ``part`` afterwards."""
        pieces = []
        for row in self.replayed:
            if row.content_from is None or row.content_to is None:
                continue
            start = unix(row.started_at)
            took = unix(row.seen_at) - start
            pieces.append(
                Piece(row.content_from - part.start, row.content_to - part.start, start, took)
            )
        return pieces

    def _sources(self, part: Part) -> frozenset[str]:
        first, last = self.began + part.start, self.began + part.end
        kinds = {source for source, piece in self.present if clip([piece], first, last)}
        if any(cover([piece], part.length, 100).seconds for piece in self.replay(part)):
            kinds.add(Source.REPLAY.value)
        return frozenset(kinds)

    def _evidence(self, part: Part, found: Coverage, percent: int) -> dict[str, Any]:
        live = [[int(one.start), int(one.end)] for one in self.live(part)]
        replay = [
            [int(one.start), int(one.end), int(one.at), int(one.took)] for one in self.replay(part)
        ]
        return {
            **_about(self.session, part, percent),
            "percent": int((found.seconds + 1e-6) * 100 // part.length),
            "live": live[:200],
            "replay": replay[:200],
        }


def _own_time(row: Attendance, elsewhere: Sequence[tuple[int, Stretch]]) -> list[Stretch]:
    """A stretch without the time that belongs to another class: nobody attends two at once, and a
    second belongs to the class she had entered first (of equal ones, the one planned first)."""
    end = row.ended_at or row.seen_at
    mine = (unix(row.started_at), max(unix(end), unix(row.started_at)))
    earlier = [one for rank, one in elsewhere if (one[0], rank) < (mine[0], row.session_id)]
    return subtract([mine], earlier)
