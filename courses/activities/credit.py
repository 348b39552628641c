"""A class has ended: what people attended becomes entries of the ledger.

Live, hall and replay are united on the clock of the class; where the share that counts is reached,
the member gets the full value of the segment, dated by the moment she reached it. Counting again
writes nothing twice, so it is done after each replay too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.activities.account import Facts, account
from courses.activities.intervals import Stretch, clip, moment, seconds, union, unix
from courses.activities.models import Attendance, Segment, Session, Source
from courses.activities.presence.queries import breaks_of, facts_of, presence_of
from courses.activities.queries import attendance_by_member
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
ATTENDED = frozenset({"counted", "twice"})
"""Time she was there; what was seen in two ways is united, never added."""


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

    def worth(self, percent: int, rests: Iterable[Stretch] = ()) -> int:
        """Minutes that count: the planned ones, unless less than ``percent`` of them was held.
        ``rests`` are its breaks (seconds of the part)."""
        held = int((self.length - seconds(rests) + 1e-6) // 60)
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


def shown(session: Session, part: Part) -> Part | None:
    """What the replay shows of ``part``; None where nothing was cut off, or nothing is left."""
    if session.shown_from is None or session.shown_to is None:
        return None
    start, end = max(part.start, session.shown_from), min(part.end, session.shown_to)
    return Part(part.segment, start, end) if start < end else None


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
    rows_of_members = Attendance.objects.filter(session=session, member__is_guest=False)
    present = rows_of_members.values_list("member", flat=True)
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
    if not parts or session.rehearses_id is not None:
        return []
    only = None if members is None else list(members)
    everybody = seen_by(session, only)
    people = Member.objects.in_bulk(list(everybody))
    found = []
    for member, seen in everybody.items():
        if member == session.activity.lecturer_id or people[member].is_guest:
            continue
        found += [one for part in parts if (one := seen.earned(people[member], part)) is not None]
    lecturer = session.activity.lecturer
    if only is None or lecturer.pk in only:
        breaks = breaks_of(session.pk)
        found += [_taught(session, lecturer, part, breaks) for part in parts]
    return found


def seen_by(session: Session, members: list[int] | None = None) -> dict[int, Seen]:
    """What everybody (or ``members``) saw of a session that has ended; who saw nothing is absent.
    Four queries."""
    rows = attendance_by_member(session.pk, members)
    if session.held_from is None or session.held_to is None:
        return {}
    facts = facts_of(session, list(rows), session.held_from, session.held_to)
    return {one: Seen(session, rows[one], facts[one]) for one in rows}


def _taught(session: Session, lecturer: Member, part: Part, breaks: Sequence[Stretch]) -> Earned:
    """Teaching counts like attending, once."""
    percent = session.activity.complete_percent
    began = unix(_began(session))
    evidence = {**_about(session, part, percent), "percent": 100}
    worth = part.worth(percent, rests_of(part, began, breaks))
    return _one(session, lecturer, part, Mode.TEACHING, moment(began + part.end), evidence, worth)


def rests_of(part: Part, began: float, breaks: Sequence[Stretch]) -> list[Stretch]:
    """The breaks within ``part``, in its own seconds."""
    within = union(clip(breaks, began + part.start, began + part.end))
    return [(start - began - part.start, end - began - part.start) for start, end in within]


def _one(
    session: Session, member: Member, part: Part, mode: str, at: datetime,
    evidence: dict[str, Any], minutes: int,
) -> Earned:  # fmt: skip
    return Earned(
        member=member,
        source_kind=Origin.CLASS,
        source_id=str(session.activity_id),
        segment=str(part.segment.order),
        title=part.segment.title,
        minutes=minutes,
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

    def __init__(self, session: Session, rows: Sequence[Attendance], facts: Facts) -> None:
        self.session = session
        self.began = unix(_began(session))
        self.breaks = facts.breaks
        self.replayed = [row for row in rows if row.source == Source.REPLAY]
        lines = account(presence_of(rows, moment(facts.held[1])), facts)
        self.present = [
            (line.source, (line.start, line.end)) for line in lines if line.why in ATTENDED
        ]

    def in_hall(self) -> Seen:
        """Only what she saw in the place where it was held."""
        hall = copy(self)
        hall.present = [one for one in self.present if one[0] == Source.HALL]
        hall.replayed = []
        return hall

    def earned(self, member: Member, part: Part) -> Earned | None:
        """What ``part`` is worth to her; None while she has not seen enough of it."""
        percent = self.session.activity.complete_percent
        seen, found = part, self._cover(part, percent)
        if found.crossed_at is None and (cut := shown(self.session, part)) is not None:
            # whoever has enough of all of it keeps that, however it is cut
            seen, found = cut, self._cover(cut, percent)
        if found.crossed_at is None:
            return None
        mode = WAYS.get(self._sources(seen), Mode.LIVE_REPLAY)
        evidence = self._evidence(seen, found, percent)
        worth = part.worth(percent, self.rests(part))
        return _one(self.session, member, part, mode, moment(found.crossed_at), evidence, worth)

    def rests(self, part: Part) -> list[Stretch]:
        """The breaks within ``part``, in its own seconds."""
        return rests_of(part, self.began, self.breaks)

    def _cover(self, part: Part, percent: int) -> Coverage:
        pieces = [*self.live(part), *self.replay(part)]
        return cover(pieces, part.length, percent, self.rests(part))

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
        rests = {"breaks": [[int(a), int(b)] for a, b in self.rests(part)][:50]}
        return {
            **_about(self.session, part, percent),
            **(rests if rests["breaks"] else {}),
            "percent": int((found.seconds + 1e-6) * 100 // found.base),
            "live": live[:200],
            "replay": replay[:200],
        }
