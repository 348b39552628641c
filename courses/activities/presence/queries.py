"""What an account of presence is made of, for many members at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from courses.activities.account import Facts, Line, Presence, account, counted
from courses.activities.intervals import Stretch, clip, minutes, moment, unix
from courses.activities.models import Attendance, Session, Source
from courses.activities.presence.models import Absence, Break, Check, CheckAnswer, CheckPlan, Gap
from courses.activities.queries import attendance_by_member, presence_within, stretch
from courses.credits.queries import writable_people
from members.accounts.models import Member


def breaks_of(session_id: int) -> list[Stretch]:
    """The breaks of a session, as long as they were planned or until they were ended."""
    rows = Break.objects.filter(session=session_id).order_by("started_at")
    return [(unix(start), unix(end)) for start, end in rows.values_list("started_at", "until")]


def gaps_of(session_id: int, members: Iterable[int]) -> dict[int, list[Stretch]]:
    """What each of ``members`` has to make up because of a missed check."""
    rows = Gap.objects.filter(session=session_id, member__in=list(members))
    found: dict[int, list[Stretch]] = {}
    for member, start, end in rows.values_list("member", "started_at", "ended_at"):
        found.setdefault(member, []).append((unix(start), unix(end)))
    return found


def facts_of(
    session: Session, members: Sequence[int], began: datetime, until: datetime
) -> dict[int, Facts]:
    """What is known of each of ``members`` beside her presence; three queries."""
    held = (unix(began), unix(until))
    breaks = clip(breaks_of(session.pk), *held)
    gaps = gaps_of(session.pk, members)
    elsewhere = presence_within(session.pk, members, began, until)
    return {
        one: Facts(session.pk, held, breaks, gaps.get(one, ()), elsewhere.get(one, ()))
        for one in members
    }


def presence_of(rows: Iterable[Attendance], now: datetime) -> list[Presence]:
    """Live and hall stretches as an account takes them."""
    return [Presence(row.source, stretch(row, now)) for row in rows if row.source != Source.REPLAY]


def accounts(
    session: Session, members: list[int] | None, began: datetime, until: datetime
) -> dict[int, list[Line]]:
    """What became of the presence of everybody (or of ``members``) from ``began`` to ``until``."""
    rows = attendance_by_member(session.pk, members)
    facts = facts_of(session, list(rows), began, until)
    return {one: account(presence_of(rows[one], until), facts[one]) for one in rows}


def minutes_by_session(member: int, spans: Mapping[int, Stretch], now: datetime) -> dict[int, int]:
    """Whole minutes that count for one member in each session; ``spans``: while each was live.
    Sessions in which she was not seen are absent. Three queries, however many they are."""
    if not spans:
        return {}
    first, last = min(one[0] for one in spans.values()), max(one[1] for one in spans.values())
    rows = Attendance.objects.filter(member=member, started_at__lte=moment(last))
    rows = rows.filter(Q(seen_at__gte=moment(first)) | Q(ended_at__isnull=True))
    found: dict[int, list[Attendance]] = {}
    for row in rows.exclude(source=Source.REPLAY).order_by("started_at", "pk"):
        found.setdefault(row.session_id, []).append(row)
    breaks = _stretches(Break.objects.filter(session__in=spans), "until")
    gaps = _stretches(Gap.objects.filter(session__in=spans, member=member), "ended_at")
    counts = {}
    for one in spans.keys() & found.keys():
        others = [(row.session_id, stretch(row, now))
                  for pk, stretches in found.items() if pk != one for row in stretches]  # fmt: skip
        facts = Facts(one, spans[one], breaks.get(one, ()), gaps.get(one, ()), others)
        counts[one] = minutes(counted(account(presence_of(found[one], now), facts)))
    return counts


def _stretches(rows: QuerySet[Any], end: str) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = {}
    for session, started, ended in rows.values_list("session", "started_at", end):
        found.setdefault(session, []).append((unix(started), unix(ended)))
    return found


def announced(session_id: int) -> int:
    """How many checks the members were told of; 0: none."""
    rows = CheckPlan.objects.filter(session=session_id)
    return rows.values_list("most", flat=True).first() or 0


def checks_of(session_id: int) -> list[Check]:
    """The checks asked so far, in order; there are few."""
    return list(Check.objects.filter(session=session_id).order_by("opened_at", "pk"))


def newest_check(session_id: int) -> Check | None:
    """The check asked last."""
    return Check.objects.filter(session=session_id).order_by("-opened_at", "-pk").first()


def answer_count(check: int) -> int:
    """How many have answered a check."""
    return CheckAnswer.objects.filter(check_asked=check).count()


def answered_by(check: int, members: Iterable[int]) -> set[int]:
    """Those of ``members`` who have answered a check."""
    rows = CheckAnswer.objects.filter(check_asked=check, member__in=list(members))
    return set(rows.values_list("member", flat=True))


def overdue(before: datetime, codes: Iterable[str]) -> list[tuple[str, int]]:
    """Checks that ended before ``before`` and were not settled, in the sessions with these codes:
    code and check."""
    rows = Check.objects.filter(
        settled_at__isnull=True, deadline__lt=before, session__code__in=list(codes)
    )
    return list(rows.values_list("session__code", "pk"))


def absences_at(members: Iterable[int], began: datetime, until: datetime) -> dict[int, Absence]:
    """Why each of ``members`` cannot come at some time from ``began`` to ``until``; of several
    reasons the one entered last."""
    rows = Absence.objects.filter(
        member__in=list(members),
        withdrawn_at__isnull=True,
        starts_at__lt=until,
        ends_at__gt=began,
    )
    return {one.member_id: one for one in rows.order_by("entered_at", "pk")}


def absences_for(viewer: Member, now: datetime, most: int) -> list[Absence]:
    """Absences that are not over, of everybody whose record ``viewer`` may write, soonest first."""
    rows = Absence.objects.filter(member__in=writable_people(viewer), ends_at__gt=now)
    shown = rows.filter(withdrawn_at__isnull=True).select_related(
        "member__department", "entered_by"
    )
    return list(shown.order_by("starts_at", "pk")[:most])
