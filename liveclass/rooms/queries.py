"""What is known about a room and the people in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import F
from django.utils import timezone

from courses.activities import queries as activities
from courses.activities.account import account, counted
from courses.activities.intervals import Stretch, minutes, unix
from courses.activities.models import Attendance, Session
from courses.activities.presence import queries as presence
from liveclass.rooms.actor import Actor
from liveclass.rooms.entry import doors
from liveclass.rooms.models import Hand, Participation, Room, RoomEvent, Speaker, StageStream
from liveclass.rooms.people import person
from members.accounts.models import Member
from realtime.protocol.attendance import Interval, LostTime, MyAttendance
from realtime.protocol.refusals import Refusal
from realtime.protocol.stage import Mute
from realtime.protocol.state import HandState, Person, Role, SpeakerState, StreamState

REMOVED_SHOWN = 50
"""People who were sent out that the staff are shown, the last first."""
HANDS_SHOWN = 50
"""Raised hands that travel with names; beyond it only their number does."""


def find_room(code: str) -> Room:
    """The room of a session, with activity and lecturer loaded.

    Raises:
        Room.DoesNotExist: no online session has this code.
    """
    rooms = Room.objects.select_related("session__activity__lecturer__department")
    return rooms.get(session__code=code)


def admit(code: str, member: Member) -> Actor:
    """``member`` as she may enter the room ``code``.

    Raises:
        Room.DoesNotExist: no online session has this code.
        Refusal: ``not_in_audience``, ``removed``, ``lobby`` or ``locked``.
    """
    room = find_room(code)
    role = activities.role_in(room.session, member)
    if role is None and not (member.is_active or member.is_guest):
        raise Refusal("not_in_audience")
    found = doors(room, [member.pk], {} if role is None else {member.pk: role})
    refused = found.refused.get(member.pk)
    if refused == "not_in_audience":
        raise Refusal(refused)
    require_not_removed(room.pk, member.pk)
    if refused is not None:
        raise Refusal(refused)
    return Actor(room_id=room.pk, room=code, member=member.pk, role=found.roles[member.pk])


def require_not_removed(room_id: int, member: int) -> None:
    """Raise ``removed`` for somebody who was sent out."""
    sent_out = Participation.objects.filter(room=room_id, member=member, removed_at__isnull=False)
    if sent_out.exists():
        raise Refusal("removed")


def expected_count(code: str) -> int:
    """How many people the class of room ``code`` is meant for, those who hold it left out."""
    return activities.expected_count(find_room(code).session)


def stage(room_id: int) -> list[StreamState]:
    """Who is seen and heard now: camera before screen."""
    rows = StageStream.objects.filter(room=room_id).select_related("member__department")
    return [
        StreamState(
            stream=row.stream,  # type: ignore[arg-type]  # CHECK stage_stream_known
            person=person(row.member, row.role),  # type: ignore[arg-type]  # stage_role_known
            session=row.media_session,
            since=unix(row.since),
        )
        for row in rows.order_by("stream")
    ]


def hands(room_id: int) -> list[HandState]:
    """The first raised hands, oldest first."""
    rows = Hand.objects.filter(room=room_id).select_related("member__department")
    return [
        HandState(person(row.member, row.role), unix(row.raised_at))  # type: ignore[arg-type]
        for row in rows.order_by("raised_at", "pk")[:HANDS_SHOWN]
    ]


def speakers(room_id: int) -> list[SpeakerState]:
    """Who may speak, who was asked first before."""
    rows = Speaker.objects.filter(room=room_id).select_related("member__department")
    return [
        SpeakerState(
            person(row.member, cast(Role, row.role)), unix(row.since), cast(Mute, row.muted)
        )
        for row in rows.order_by("since", "pk")
    ]


def spotlight(room_id: int) -> Person | None:
    """Who of those who speak is shown large."""
    rows = Speaker.objects.filter(room=room_id, room__spotlight=F("member"))
    found = rows.select_related("member__department").first()
    return person(found.member, cast(Role, found.role)) if found else None


def hand_count(room_id: int) -> int:
    """How many hands are up."""
    return Hand.objects.filter(room=room_id).count()


def hand_up(actor: Actor) -> bool:
    """Whether the own hand is up."""
    return bool(hands_up(actor.room_id, [actor.member]))


def hands_up(room_id: int, members: Iterable[int]) -> set[int]:
    """Those of ``members`` whose hand is up."""
    raised = Hand.objects.filter(room=room_id, member__in=list(members))
    return set(raised.values_list("member", flat=True))


def removed(room_id: int, members: Iterable[int]) -> set[int]:
    """Those of ``members`` who were sent out."""
    gone = Participation.objects.filter(room=room_id, member__in=list(members))
    return set(gone.filter(removed_at__isnull=False).values_list("member", flat=True))


def removed_people(room_id: int) -> list[Person]:
    """Who was sent out and not let in again, the last first."""
    rows = Participation.objects.filter(room=room_id, removed_at__isnull=False)
    shown = rows.select_related("member__department").order_by("-removed_at")[:REMOVED_SHOWN]
    return [person(row.member, row.role) for row in shown]  # type: ignore[arg-type]  # CHECK


def events_since(room_id: int, seq: int, most: int) -> list[dict[str, Any]] | None:
    """The durable events after ``seq`` as they were sent; None when more than ``most``."""
    rows = RoomEvent.objects.filter(room=room_id, seq__gt=seq).order_by("seq")
    found = list(rows.values_list("payload", flat=True)[: most + 1])
    return None if len(found) > most else found


def own_attendance(session_id: int, members: list[int]) -> dict[int, MyAttendance]:
    """Presence of ``members`` as the wire shows it, and what of it does not count; everybody asked
    for is a key. Five queries, however many they are."""
    rows = activities.attendance_by_member(session_id, members)
    lost = _lost(session_id, rows)
    return {
        one: MyAttendance(
            intervals=[_interval(row) for row in rows.get(one, ())], lost=lost.get(one, [])
        )
        for one in members
    }


def _lost(session_id: int, rows: dict[int, list[Attendance]]) -> dict[int, list[LostTime]]:
    room = (
        Room.objects.select_related("session").filter(session=session_id).first() if rows else None
    )
    if room is None or room.started_at is None:
        return {}
    # who has just come is told at once where she is counted: by a second that is yet to pass
    until = room.ended_at or timezone.now() + timedelta(seconds=1)
    facts = presence.facts_of(room.session, list(rows), room.started_at, until)
    end = unix(until)
    found = {}
    for member, stretches in rows.items():
        lines = account(presence.presence_of(stretches, until), facts[member])
        found[member] = [
            LostTime(line.start, None if line.end >= end and not room.ended_at else line.end, why)
            for line in lines
            if (why := line.why) in ("elsewhere", "check")
        ]
    return found


def _interval(row: Attendance) -> Interval:
    return Interval(unix(row.started_at), unix(row.ended_at) if row.ended_at else None)


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """One line of the summary: who it is, whether she was expected, and when she was there."""

    member: Member
    role: Role
    expected: bool
    stretches: list[Stretch]
    """Disjoint, within the class, unix seconds."""

    @property
    def present(self) -> bool:
        """Whether she was there at all."""
        return bool(self.stretches)

    @property
    def minutes(self) -> int:
        """Whole minutes of presence."""
        return minutes(self.stretches)

    @property
    def intervals(self) -> list[Interval]:
        """The stretches as the wire shows them."""
        return [Interval(start, end) for start, end in self.stretches]


def summary(session: Session, now: datetime | None = None) -> list[PersonSummary]:
    """Everybody expected and everybody who came: host, assistants, then by department and number.

    Stretches of all sources are united; live ones are clipped to the class.
    """
    room = Room.objects.get(session=session)
    stretches = _stretches_in_class(room, now or timezone.now())
    expected = {one.pk for one in activities.expected(session)}
    everybody = expected | set(stretches) | {session.activity.lecturer_id}
    roles = _roles(session, room, everybody)
    members = Member.objects.select_related("department").filter(pk__in=everybody)
    lines = [
        PersonSummary(one, roles[one.pk], one.pk in expected, stretches.get(one.pk, []))
        for one in members.order_by("department_id", "staff_no")
    ]
    order = ("host", "assistant", "member")
    return sorted(lines, key=lambda line: order.index(line.role))


def _stretches_in_class(room: Room, now: datetime) -> dict[int, list[Stretch]]:
    if room.started_at is None:
        return {}
    found = presence.accounts(room.session, None, room.started_at, room.ended_at or now)
    return {member: counted(lines) for member, lines in found.items()}


def _roles(session: Session, room: Room, members: Iterable[int]) -> dict[int, Role]:
    """The role each person had; who was never here is what the class says she is."""
    roles: dict[int, Role] = dict.fromkeys(members, "member")
    came = Participation.objects.filter(room=room).values_list("member_id", "role")
    roles.update(came)  # type: ignore[arg-type]  # CHECK participation_role_known
    roles.update(
        dict.fromkeys(session.activity.assistants.values_list("pk", flat=True), "assistant")
    )
    roles[session.activity.lecturer_id] = "host"
    return roles
