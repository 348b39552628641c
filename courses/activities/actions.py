"""Scheduling of classes, and the server-timed presence in them: the only writers of both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from courses.activities.models import Activity, Attendance, Segment, Session, Source
from members.accounts.models import Member
from members.units.models import Unit

CHUNK = 500
"""Most ids put into one SQL statement."""


@transaction.atomic
def schedule_class(
    *,
    created_by: Member,
    title: str,
    starts_at: datetime,
    minutes: int,
    lecturer: Member,
    description: str = "",
    assistants: Iterable[Member] = (),
    audience_everyone: bool = False,
    audience_units: Iterable[Unit] = (),
    online: bool = True,
    place: str = "",
    recording: bool = False,
    credit_kind: str = "",
    quorum: str = "",
) -> Session:
    """A lecture with one segment and one session. The room is added by ``liveclass.rooms``.

    ``credit_kind``: of which kind its hours are; empty when it earns none. ``quorum``: how many
    have to come (``QuorumRule``); empty when it does not matter.
    """
    activity = Activity.objects.create(
        title=title.strip(),
        quorum=quorum,
        description=description.strip(),
        lecturer=lecturer,
        audience_everyone=audience_everyone,
        created_by=created_by,
    )
    activity.assistants.set(person for person in assistants if person != lecturer)
    activity.audience_units.set(audience_units)
    Segment.objects.create(
        activity=activity,
        order=1,
        title=activity.title,
        minutes=minutes,
        credit_kind=credit_kind,
    )
    return Session.objects.create(
        activity=activity,
        starts_at=starts_at,
        minutes=minutes,
        online=online,
        place=place.strip(),
        recording=recording,
    )


MOST_SESSIONS = 50
"""Of one class; beyond that it is another class."""


class TooMany(ValueError):
    """The class has ``MOST_SESSIONS`` already."""


@transaction.atomic
def add_session(session: Session, starts_at: datetime) -> Session:
    """The same class once more, at another time: everything else is as in ``session``.

    The activity is the class and is shared: its people, its parts, and its hours, which a member
    gets once, from whichever session she attended enough of. The room is added by
    ``liveclass.rooms``.

    Raises:
        TooMany: there are ``MOST_SESSIONS``.
    """
    # Who adds another one at this moment waits here, so that the bound holds.
    Activity.objects.select_for_update().get(pk=session.activity_id)
    if Session.objects.filter(activity=session.activity_id).count() >= MOST_SESSIONS:
        raise TooMany(session.activity_id)
    return Session.objects.create(
        activity=session.activity,
        starts_at=starts_at,
        minutes=session.minutes,
        online=session.online,
        place=session.place,
        recording=session.recording,
    )


ACTIVITY_FIELDS = ("title", "description", "lecturer", "audience_everyone", "quorum")
SESSION_FIELDS = ("starts_at", "minutes", "online", "place", "recording")
SHOWN_BY_CALENDARS = ("title", "description", "lecturer", "starts_at", "minutes", "place")
"""A change of one of these is a revision: calendars that hold the class are out of date."""


@transaction.atomic
def change_class(session: Session, **changes: Any) -> Session:
    """Write the given fields of ``schedule_class`` anew; those not named stay as they are.

    ``session`` counts a revision when calendars show something else than before.

    Raises:
        TypeError: a name that ``schedule_class`` does not know.
    """
    activity = session.activity
    assistants = changes.pop("assistants", None)
    units = changes.pop("audience_units", None)
    kind = changes.pop("credit_kind", None)
    revised = _write_fields(session, changes)
    activity.save()
    if revised:
        session.revision = F("revision") + 1
    session.save()
    session.refresh_from_db(fields=["revision"])
    if assistants is not None:
        activity.assistants.set(one for one in assistants if one.pk != activity.lecturer_id)
    if units is not None:
        activity.audience_units.set(units)
    # A part of the class has one length, so all its sessions to come have it too.
    coming = activity.sessions.filter(held_to__isnull=True).exclude(minutes=session.minutes)
    coming.update(minutes=session.minutes, revision=F("revision") + 1)
    # As long as a class has one segment, the segment is the class.
    segment = {"title": activity.title, "minutes": session.minutes}
    if kind is not None:
        segment["credit_kind"] = kind
    activity.segments.filter(order=1).update(**segment)
    return session


def close_session(session_id: int, held_from: datetime, held_to: datetime) -> None:
    """The session is over: it was held from … to. Its hours are counted after this (``credit``)."""
    Session.objects.filter(pk=session_id).update(
        held_from=held_from, held_to=held_to, counted_at=None
    )


def show_only(session: Session, bounds: tuple[int, int] | None) -> None:
    """The replay shows these seconds of the class; None: all. Hours are counted anew, and what
    somebody has already stays."""
    first, last = bounds or (None, None)
    Session.objects.filter(pk=session.pk).update(shown_from=first, shown_to=last, counted_at=None)


def record_replay(
    session_id: int, member_id: int, content: tuple[int, int], began: datetime, ended: datetime
) -> Attendance:
    """Somebody saw the seconds ``content`` of the class (on its own clock) in the replay, from
    ``began`` to ``ended``. The caller has bounded what may be claimed; call ``credit.count`` after.

    Raises:
        ValueError: nothing was seen, or in no time.
    """
    start, end = content
    if end <= start or start < 0 or ended <= began:
        raise ValueError("a replay is seen forwards, and that takes time")
    return Attendance.objects.create(
        session_id=session_id,
        member_id=member_id,
        source=Source.REPLAY,
        started_at=began,
        seen_at=ended,
        ended_at=ended,
        content_from=start,
        content_to=end,
    )


def _write_fields(session: Session, changes: dict[str, Any]) -> bool:
    """Set ``changes`` on the session and its activity; whether a calendar shows one of them."""
    revised = False
    for name, value in changes.items():
        if name not in ACTIVITY_FIELDS + SESSION_FIELDS:
            raise TypeError(f"a class has no field {name!r}")
        owner = session.activity if name in ACTIVITY_FIELDS else session
        revised |= name in SHOWN_BY_CALENDARS and getattr(owner, name) != value
        setattr(owner, name, value)
    return revised


def open_intervals(session_id: int, members: Iterable[int], at: datetime) -> list[int]:
    """Live presence of many begins at once; answers for whom it was not running yet."""
    running = Attendance.objects.filter(
        session_id=session_id, source=Source.LIVE, ended_at__isnull=True
    ).values_list("member_id", flat=True)
    missing = sorted(set(members) - set(running))
    Attendance.objects.bulk_create(
        (
            Attendance(session_id=session_id, member_id=member, started_at=at, seen_at=at)
            for member in missing
        ),
        batch_size=CHUNK,
        ignore_conflicts=True,
    )
    return missing


def close_intervals(session_id: int, members: Iterable[int], at: datetime) -> list[int]:
    """Live presence of ``members`` ends; answers for whom it was running."""
    ended: list[int] = []
    ids = sorted(set(members))
    for first in range(0, len(ids), CHUNK):
        running = Attendance.objects.filter(
            session_id=session_id,
            member_id__in=ids[first : first + CHUNK],
            source=Source.LIVE,
            ended_at__isnull=True,
        )
        found = list(running.values_list("member_id", flat=True))
        if found:
            running.update(ended_at=_not_before_start(at), seen_at=_not_before_start(at))
        ended += found
    return ended


def close_elsewhere(session_id: int, member: int, at: datetime) -> list[int]:
    """Live presence of one member ends in all sessions but this one; answers in which it was
    running."""
    running = Attendance.objects.filter(
        member=member, source=Source.LIVE, ended_at__isnull=True
    ).exclude(session=session_id)
    sessions = list(running.values_list("session_id", flat=True))
    running.update(ended_at=_not_before_start(at), seen_at=_not_before_start(at))
    return sessions


def close_all(session_id: int, at: datetime) -> list[int]:
    """Live presence of everybody ends; answers whose was running."""
    running = Attendance.objects.filter(
        session_id=session_id, source=Source.LIVE, ended_at__isnull=True
    )
    members = list(running.values_list("member_id", flat=True))
    running.update(ended_at=_not_before_start(at), seen_at=_not_before_start(at))
    return members


def _not_before_start(at: datetime) -> Greatest:
    """``at``, or the start of the stretch if the server's clock was set back in between."""
    return Greatest(Value(at), F("started_at"))


def touch(session_id: int, members: Iterable[int], at: datetime) -> int:
    """Certify that ``members`` are present at ``at``; answers how many stretches were running."""
    ids = sorted(set(members))
    touched = 0
    for first in range(0, len(ids), CHUNK):
        running = Attendance.objects.filter(
            session_id=session_id,
            member_id__in=ids[first : first + CHUNK],
            source=Source.LIVE,
            ended_at__isnull=True,
        )
        touched += running.update(seen_at=Greatest(Value(at), F("seen_at")))
    return touched


def close_stale(before: datetime, session_id: int | None = None) -> int:
    """End live stretches last certified before ``before``, at that last moment.

    After a crash nobody was there to end them: what is not certain does not count.
    """
    stale = Attendance.objects.filter(source=Source.LIVE, ended_at__isnull=True, seen_at__lt=before)
    if session_id is not None:
        stale = stale.filter(session_id=session_id)
    return stale.update(ended_at=F("seen_at"))
