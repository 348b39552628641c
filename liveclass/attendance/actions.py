"""Who comes and goes, written for many at once: a restart brings a whole room back in seconds.

Run by ``AttendanceClock`` through the writer; each action is one transaction with a handful of
statements however many people it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from courses.activities import actions as activities
from courses.activities.intervals import STALE
from courses.activities.models import Attendance, Source
from liveclass.rooms.actions import announce_attendance
from liveclass.rooms.actor import Actor
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Participation, Phase, Room
from realtime import media_control
from realtime.hub import after_commit, hub

VISITED = timedelta(days=1)
"""How long ago somebody may have come who may still have a page open in a room."""


def enter(room_id: int, actors: Iterable[Actor]) -> None:
    """The first page of each is in the room. While the class is live their presence begins.

    Somebody who was sent out meanwhile is left out.
    """
    with in_transaction():
        room = lock_room(room_id)
        came = _not_removed(room, {actor.member: actor for actor in actors})
        if not came:
            return
        now = timezone.now()
        Participation.objects.bulk_create(
            (
                Participation(
                    room=room,
                    member_id=actor.member,
                    role=actor.role,
                    first_seen=now,
                    last_seen=now,
                )
                for actor in came.values()
            ),
            update_conflicts=True,
            unique_fields=["room", "member"],
            update_fields=["role"],
            batch_size=activities.CHUNK,
        )
        _seen(room, came)
        if room.state == Phase.LIVE:
            activities.close_stale(now - STALE, room.session_id)
            opened = activities.open_intervals(room.session_id, came, now)
            code = next(iter(came.values())).room
            announce_attendance(room.session_id, code, opened)
            tell_other_rooms(also_in(room.session_id, opened), opened)


def also_in(session_id: int, members: Iterable[int]) -> list[int]:
    """The other sessions in which presence of one of ``members`` runs."""
    running = Attendance.objects.filter(
        member__in=list(members), source=Source.LIVE, ended_at__isnull=True
    ).exclude(session=session_id)
    return list(running.values_list("session_id", flat=True).distinct())


def tell_other_rooms(sessions: Iterable[int], members: Iterable[int]) -> None:
    """Nobody is counted in two classes at once: tell ``members`` what is counted in ``sessions``
    now that they came to or went from another."""
    here = list(members)
    ids = list(sessions)
    rows = Room.objects.filter(session__in=ids) if ids and here else Room.objects.none()
    for session, code in rows.values_list("session", "session__code"):
        mine = Attendance.objects.filter(session=session, member__in=here, source=Source.LIVE)
        people = list(mine.values_list("member_id", flat=True).distinct())
        announce_attendance(session, code, people)


def _not_removed(room: Room, actors: dict[int, Actor]) -> dict[int, Actor]:
    return {member: actors[member] for member in actors.keys() - _removed(room, actors)}


def _removed(room: Room, members: Iterable[int]) -> set[int]:
    gone = Participation.objects.filter(
        room=room, member__in=list(members), removed_at__isnull=False
    )
    return set(gone.values_list("member_id", flat=True))


def _seen(room: Room, members: Iterable[int]) -> None:
    here = Participation.objects.filter(room=room, member__in=list(members))
    here.update(last_seen=Greatest(Value(timezone.now()), F("last_seen")))


def leave(room_id: int, actors: Iterable[Actor]) -> None:
    """The last page of each is gone: their presence ends now."""
    left = {actor.member: actor for actor in actors}
    if not left:
        return
    with in_transaction():
        room = lock_room(room_id)
        now = timezone.now()
        _seen(room, left)
        activities.close_stale(now - STALE, room.session_id)
        closed = activities.close_intervals(room.session_id, left, now)
        code = next(iter(left.values())).room
        announce_attendance(room.session_id, code, closed)
        tell_other_rooms(also_in(room.session_id, closed), closed)


def linger(room_id: int, until: Mapping[int, datetime]) -> None:
    """Picture and sound reach these members (member -> last certain moment) although their line to
    the room is broken: their presence goes on until then. Nobody's begins by it."""
    with in_transaction():
        room = lock_room(room_id)
        if room.state == Phase.LIVE:
            gone = _removed(room, until)
            for member, moment in until.items():
                if member not in gone:
                    activities.touch(room.session_id, [member], moment)


def leave_at(room_id: int, until: Mapping[int, datetime]) -> None:
    """Nothing reaches these members any more: their presence ended at the given moments."""
    with in_transaction():
        room = lock_room(room_id)
        closed: list[int] = []
        for member, moment in until.items():
            closed += activities.close_intervals(room.session_id, [member], moment)
        code = room.session.code
        announce_attendance(room.session_id, code, closed)


def ask_again(member: int) -> None:
    """A sign-in of ``member`` has ended, or her password was changed: her open pages have to ask
    for a new ticket. Where she is still signed in they get one and are back at once."""
    since = timezone.now() - VISITED
    visited = Participation.objects.filter(member=member, last_seen__gte=since)
    open_rooms = visited.exclude(room__state=Phase.ENDED)
    codes = list(open_rooms.values_list("room__session__code", flat=True))

    def tell() -> None:
        for code in codes:
            hub.kick(code, member, "ticket_expired")
            media_control.expel(code, member)

    after_commit(tell)


def touch(rooms: Mapping[str, Iterable[int]]) -> None:
    """The heartbeat: certify the presence of ``rooms`` (code -> members) at this moment.

    A stretch that was not certified for ``STALE`` ends at its last certain moment; whoever is here
    without a running one begins a new one. So a server that was away invents no presence.
    """
    live = Room.objects.filter(state=Phase.LIVE, session__code__in=list(rooms))
    with in_transaction():
        for session_id, code in live.values_list("session_id", "session__code"):
            now = timezone.now()
            members = list(rooms[code])
            activities.close_stale(now - STALE, session_id)
            opened = activities.open_intervals(session_id, members, now)
            activities.touch(session_id, members, now)
            announce_attendance(session_id, code, opened)


def close_stale(older_than: timedelta = STALE) -> int:
    """End all presence not certified for ``older_than``, at its last certain moment."""
    return activities.close_stale(timezone.now() - older_than)
