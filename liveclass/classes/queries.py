"""Reads behind the pages around a class: cards for one person, audience in words, polls waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.activities import intervals
from courses.activities.actions import MOST_SESSIONS
from courses.activities.models import Activity, Session
from courses.activities.presence.queries import minutes_by_session
from courses.activities.queries import classes_for, role_in
from liveclass.classes.cards import Card, Stage, stage_of
from liveclass.classes.ends import PlannedEnd
from liveclass.classes.names import name_of, unit_of
from liveclass.lateness.queries import announced
from liveclass.polls.models import Poll, PollPhase
from liveclass.recordings.queries import recorded
from liveclass.rooms.models import Phase, Room
from members.accounts.models import Member
from realtime.tickets import Role

_SCHEDULED = Q(room__state=Phase.SCHEDULED) | Q(room__isnull=True, held_to__isnull=True)
ENDED = Q(room__state=Phase.ENDED) | Q(room__isnull=True, held_to__isnull=False)
"""Over. A session in a place has no room: it is over when somebody says when it was held."""


def upcoming(member: Member, now: datetime) -> QuerySet[Session]:
    """Classes that concern ``member`` and are live, or may still be held."""
    waiting = _SCHEDULED & Q(ends_at__gt=now)
    sessions = classes_for(member).annotate(ends_at=PlannedEnd())
    return sessions.filter(Q(room__state=Phase.LIVE) | waiting)


def past(member: Member, now: datetime) -> QuerySet[Session]:
    """Classes that concern ``member`` and are over, or were never held."""
    missed = _SCHEDULED & Q(ends_at__lte=now)
    sessions = classes_for(member).annotate(ends_at=PlannedEnd())
    return sessions.filter(ENDED | missed)


def cards(sessions: Iterable[Session], member: Member, now: datetime, zone: ZoneInfo) -> list[Card]:
    """``sessions`` as ``member`` sees them; five queries, however many there are."""
    rows = list(sessions)
    roles = _roles(rows, member)
    attended = minutes_attended(rows, member, now)
    kept = recorded(room.pk for row in rows if (room := _room(row)) is not None)
    made = [
        _card(row, roles[row.pk], attended.get(row.pk), _room_id(row) in kept, now, zone)
        for row in rows
    ]
    first = announced(row.pk for row in rows if _waits(row))
    return [_put_off(one, first.get(row.pk)) for one, row in zip(made, rows, strict=True)]


def _waits(session: Session) -> bool:
    """Has not begun: only then it matters when it should have."""
    room = _room(session)
    return room is not None and room.state == Phase.SCHEDULED


def _put_off(card: Card, first: datetime | None) -> Card:
    """With the start that was announced, as long as it is another one."""
    if first is None or first >= card.starts_at:
        return card
    return replace(card, was=timezone.localtime(first, card.starts_at.tzinfo))


def _room(session: Session) -> Room | None:
    """The room of a session; one that is held in a place has none."""
    return getattr(session, "room", None)


def _room_id(session: Session) -> int | None:
    room = _room(session)
    return room.pk if room else None


def card(session: Session, member: Member, now: datetime, zone: ZoneInfo) -> Card:
    """One class as ``member`` sees it."""
    kept = bool(recorded([session.room.pk]))
    made = _card(session, role_in(session, member), None, kept, now, zone)
    first = announced([session.pk]) if _waits(session) else {}
    return _put_off(made, first.get(session.pk))


def minutes_attended(sessions: list[Session], member: Member, now: datetime) -> dict[int, int]:
    """Own counted minutes per session; only while the class was live. Nothing for none."""
    live = {row.pk: _live_time(row, now) for row in sessions}
    return minutes_by_session(member.pk, live, now)


def _live_time(session: Session, now: datetime) -> intervals.Stretch:
    """While the class was live; empty before it began."""
    room = _room(session)
    if room is None:
        return intervals.unix(session.held_from or now), intervals.unix(session.held_to or now)
    return intervals.unix(room.started_at or now), intervals.unix(room.ended_at or now)


def overlapping(
    lecturer: Member, starts_at: datetime, minutes: int, but: Session | None = None
) -> list[Session]:
    """Other classes the lecturer holds in that time, at most five. Ended ones do not count."""
    held = (
        Session.objects.select_related("activity")
        .annotate(ends_at=PlannedEnd())
        .filter(
            activity__lecturer=lecturer,
            starts_at__lt=starts_at + timedelta(minutes=minutes),
            ends_at__gt=starts_at,
        )
    )
    clashing = held.filter(rehearses__isnull=True).exclude(ENDED)
    if but is not None:
        clashing = clashing.exclude(pk=but.pk)
    return list(clashing.order_by("starts_at")[:5])


def sessions_of(session: Session) -> list[Session]:
    """All sessions of the same class in order of their start, as many as one class can have."""
    rows = Session.objects.filter(activity=session.activity_id, room__isnull=False)
    rows = rows.select_related("activity__lecturer__department", "room")
    return list(rows.order_by("starts_at", "pk")[:MOST_SESSIONS])


def prepared_polls(session: Session, member: Member) -> list[Poll]:
    """Polls that wait in the tray of those who run the class, in its order; nobody else has any."""
    if role_in(session, member) not in ("host", "assistant"):
        return []
    waiting = Poll.objects.filter(room=session.room, phase=PollPhase.PREPARED)
    return list(waiting.order_by("place", "pk").prefetch_related("options"))


def audience_names(activity: Activity) -> list[str]:
    """The units and groups ``activity`` is meant for, by name; empty when for everyone."""
    if activity.audience_everyone:
        return []
    return [unit_of(unit) for unit in activity.audience_units.order_by("pk")]


def _roles(rows: list[Session], member: Member) -> dict[int, Role | None]:
    """Role per session. ``rows`` concern the person, so who neither holds nor helps is a member.

    Only a class she scheduled for others needs the full question.
    """
    assisted = set(
        Activity.assistants.through.objects.filter(
            member=member, activity__in={row.activity_id for row in rows}
        ).values_list("activity_id", flat=True)
    )
    return {row.pk: _role(row, member, assisted) for row in rows}


def _role(row: Session, member: Member, assisted: set[int]) -> Role | None:
    if row.activity.lecturer_id == member.pk:
        return "host"
    if member.is_platform_admin or row.activity_id in assisted:
        return "assistant"
    return role_in(row, member) if row.activity.created_by_id == member.pk else "member"


def _card(
    row: Session,
    role: Role | None,
    attended: int | None,
    replay: bool,
    now: datetime,
    zone: ZoneInfo,
) -> Card:
    lecturer = row.activity.lecturer
    return Card(
        code=row.code,
        title=row.activity.title,
        starts_at=timezone.localtime(row.starts_at, zone),
        minutes=row.minutes,
        stage=_stage(row, now),
        role=role,
        lecturer=name_of(lecturer),
        unit=unit_of(lecturer.department),
        attended=attended,
        replay=replay,
        place=row.place,
        in_person=_room(row) is None,
    )


def _stage(row: Session, now: datetime) -> Stage:
    """A session in a place has nothing to enter, and may be marked as held long after its end."""
    room = _room(row)
    if room is not None:
        return stage_of(room.state, row.starts_at, row.minutes, now)
    return "planned" if row.held_to is None else "ended"
