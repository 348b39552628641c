"""What happens in a room as a whole: start, end, hands, stage, tickets.

Commands run in the transaction of ``realtime.writer`` and announce after its commit. Each takes an
``Actor`` and the id of the command, returns the newest ``seq`` it caused (0 if none), and does
nothing the second time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec

from django.utils import timezone

from courses.activities import actions as activities
from courses.activities.intervals import STALE, moment, unix
from courses.activities.models import Session
from courses.activities.queries import role_in
from liveclass.rooms import queries
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_host, require_not_ended, require_open, require_staff
from liveclass.rooms.log import Entry, earlier_seq, in_transaction, lock_room, write_events
from liveclass.rooms.models import Floor, Hand, Phase, Room, RoomEvent, StageStream
from liveclass.rooms.once import once_after_commit
from liveclass.rooms.passes import issue_ticket
from members.accounts.models import Member
from realtime import media_control
from realtime.hub import after_commit, hub
from realtime.protocol.events import (
    ClassEnded,
    ClassStarted,
    DurableEvent,
    HandsChanged,
    MyHand,
    StageArranged,
    StageChanged,
)
from realtime.protocol.refusals import Refusal
from realtime.protocol.stage import LayoutMode
from realtime.protocol.state import StreamName

__all__ = [
    "Actor",
    "add_session",
    "after_starting",
    "announce_attendance",
    "announce_hands",
    "append_event",
    "append_events",
    "arrange",
    "before_ending",
    "clear_all_streams",
    "clear_stream",
    "command",
    "end_class",
    "issue_ticket",
    "lower_hand",
    "present_members",
    "raise_hand",
    "schedule_class",
    "set_stream",
    "start_class",
]

P = ParamSpec("P")


def nobody(code: str) -> list[int]:
    """The people present while no switchboard is running: none."""
    return []


present_members: Callable[[str], list[int]] = nobody
"""Who has a page open in the room with this code; ``liveclass.consumers`` sets it at start-up.

Called on the writer's thread, so it must answer from any thread.
"""

after_starting: list[Callable[[Room, Actor, datetime], None]] = []
"""What other features do when a class has started, in its transaction; set in ``apps.ready``."""
before_ending: list[Callable[[Room, Actor, datetime], None]] = []
"""What other features settle before a class ends, in its transaction; set in ``apps.ready``."""


def command(
    action: Callable[Concatenate[Room, Actor, str, P], int],
) -> Callable[Concatenate[Actor, str, P], int]:
    """Give ``action`` the locked room, and answer a repeated command with its first answer."""

    @functools.wraps(action)
    def run(actor: Actor, command_id: str, /, *args: P.args, **kwargs: P.kwargs) -> int:
        with in_transaction():
            room = lock_room(actor.room_id)
            earlier = earlier_seq(actor, command_id)
            if earlier is not None:
                return earlier
            return action(room, actor, command_id, *args, **kwargs)

    return run


def append_event(
    room: Room, actor: Actor, command_id: str | None, make_event: Callable[[int], DurableEvent]
) -> int:
    """Give an event the next number of the locked ``room``, store it, announce it after commit.

    Of several events of one command only the last carries ``command_id``; the others None.
    """
    [event] = append_events(room, actor.room, [Entry(actor.member, command_id, make_event)])
    return event.seq


def append_events(room: Room, code: str, entries: Sequence[Entry]) -> list[DurableEvent]:
    """Give events the next numbers of the locked ``room`` with this ``code``, store them, announce
    them after commit."""
    events = write_events(room, entries, timezone.now())

    def tell() -> None:
        for event in events:
            hub.durable(code, event)

    after_commit(tell)
    return events


# ---- the class


def schedule_class(**fields: object) -> Session:
    """``courses.activities.actions.schedule_class`` plus the room of an online session."""
    with in_transaction():
        session = activities.schedule_class(**fields)  # type: ignore[arg-type]  # passed on as is
        if session.online:
            Room.objects.create(session=session)
    return session


def add_session(session: Session, starts_at: datetime) -> Session:
    """``courses.activities.actions.add_session`` plus a room of its own."""
    with in_transaction():
        made = activities.add_session(session, starts_at)
        if made.online:
            Room.objects.create(session=made)
    return made


@command
def start_class(room: Room, actor: Actor, command_id: str) -> int:
    """Open the class. Presence begins now for everybody who is already here."""
    require_host(actor)
    require_not_ended(room)
    if room.state == Phase.LIVE:
        return _seq_of_start(room)
    now = timezone.now()
    room.state, room.started_at = Phase.LIVE, now
    room.save(update_fields=["state", "started_at"])
    present = set(present_members(actor.room)) | {actor.member}
    opened = activities.open_intervals(room.session_id, present, now)
    announce_attendance(room.session_id, actor.room, opened)
    for follow in after_starting:
        follow(room, actor, now)
    return append_event(room, actor, command_id, lambda seq: ClassStarted(seq=seq, at=unix(now)))


def _seq_of_start(room: Room) -> int:
    """A second page of the host pressed the button too: the class has started already."""
    started = RoomEvent.objects.filter(room=room, type="class.started")
    return started.values_list("seq", flat=True).get()


@command
def end_class(room: Room, actor: Actor, command_id: str) -> int:
    """End the class for everybody: open polls get their final count, presence ends now."""
    require_host(actor)
    require_not_ended(room)
    if room.state == Phase.SCHEDULED or room.started_at is None:
        raise Refusal("class_not_live")
    now = max(timezone.now(), room.started_at)
    for settle in before_ending:
        settle(room, actor, now)
    _clear_hands(room, actor.room)
    _clear_stage(room, actor.room)
    activities.close_stale(now - STALE, room.session_id)
    left = activities.close_all(room.session_id, now)
    announce_attendance(room.session_id, actor.room, left)
    room.state, room.ended_at = Phase.ENDED, now
    room.save(update_fields=["state", "ended_at"])
    after_commit(lambda: media_control.end_room(actor.room))
    return append_event(room, actor, command_id, lambda seq: ClassEnded(seq=seq, at=unix(now)))


# ---- hands


@command
def raise_hand(room: Room, actor: Actor, command_id: str) -> int:
    """Ask to speak; keeps the place in the queue when the hand is up already.

    Raises:
        Refusal: ``class_not_live``, ``class_ended``, ``hands_closed``.
    """
    return put_hand_up(room, actor)


def put_hand_up(room: Room, actor: Actor) -> int:
    """``raise_hand`` in a room that is locked already."""
    now = timezone.now()
    require_open(room, room.session.starts_at, now)
    if room.floor == Floor.NOBODY and not actor.is_staff:
        raise Refusal("hands_closed")
    Hand.objects.get_or_create(
        room=room, member_id=actor.member, defaults={"role": actor.role, "raised_at": now}
    )
    _announce_hand(actor.room, actor.member, up=True)
    announce_hands(room.pk, actor.room)
    return 0


@command
def lower_hand(room: Room, actor: Actor, command_id: str, member: int | None = None) -> int:
    """Take down the own hand, or as staff another's. A hand that is down already is no mistake."""
    whose = actor.member if member is None else member
    if whose != actor.member:
        require_staff(actor)
    require_not_ended(room)
    Hand.objects.filter(room=room, member=whose).delete()
    _announce_hand(actor.room, whose, up=False)
    announce_hands(room.pk, actor.room)
    return 0


def _clear_hands(room: Room, code: str) -> None:
    raised = Hand.objects.filter(room=room)
    for member in list(raised.values_list("member_id", flat=True)):
        _announce_hand(code, member, up=False)
    raised.delete()
    announce_hands(room.pk, code)


def _announce_hand(code: str, member: int, *, up: bool) -> None:
    after_commit(lambda: hub.private(code, member, MyHand(up=up)))


def announce_hands(room_id: int, code: str) -> None:
    """Tell everybody the queue of hands after the commit."""

    def tell() -> None:
        queue, total = queries.hands(room_id), queries.hand_count(room_id)
        hub.keyed(code, "hands", HandsChanged(hands=queue, total=total))

    once_after_commit(("hands", room_id), tell)


# ---- the stage


@command
def arrange(room: Room, actor: Actor, command_id: str, layout: LayoutMode) -> int:
    """What is large on the stage for everybody who follows.

    Raises:
        Refusal: ``staff_only``, ``class_ended``.
    """
    require_staff(actor)
    require_not_ended(room)
    if room.layout == layout:
        return 0
    room.layout = layout
    room.save(update_fields=["layout"])
    return append_event(room, actor, command_id, lambda seq: StageArranged(seq=seq, layout=layout))


# ---- the stage, told by the media process


def set_stream(code: str, stream: StreamName, member: int, session: str, at: float) -> None:
    """A stream is published. Too late or by a stranger, it changes nothing but is ended at once."""
    with in_transaction():
        room = _lock_by_code(code)
        if room is None:
            return
        if room.state == Phase.ENDED:
            after_commit(lambda: media_control.end_room(code))
            return
        publisher = Member.objects.filter(pk=member).first()
        role = role_in(room.session, publisher) if publisher else None
        if role not in ("host", "assistant"):
            after_commit(lambda: media_control.expel(code, member))
            return
        StageStream.objects.update_or_create(
            room=room,
            stream=stream,
            defaults={
                "member_id": member,
                "role": role,
                "media_session": session,
                "since": moment(at),
            },
        )
        announce_stage(room.pk, code)


def clear_stream(code: str, stream: StreamName, member: int, session: str, at: float) -> None:
    """A stream has ended. The end of one that was replaced meanwhile changes nothing."""
    with in_transaction():
        gone = StageStream.objects.filter(
            room__session__code=code, stream=stream, media_session=session
        )
        room_id = gone.values_list("room_id", flat=True).first()
        if room_id is not None:
            gone.delete()
            announce_stage(room_id, code)


def clear_all_streams() -> None:
    """The media process has started anew: nothing is published anywhere."""
    with in_transaction():
        busy = Room.objects.filter(stage__isnull=False).select_related("session").distinct()
        for room in busy:
            _clear_stage(room, room.session.code)


def _clear_stage(room: Room, code: str) -> None:
    StageStream.objects.filter(room=room).delete()
    announce_stage(room.pk, code)


def _lock_by_code(code: str) -> Room | None:
    room_id = Room.objects.filter(session__code=code).values_list("pk", flat=True).first()
    return None if room_id is None else lock_room(room_id)


def announce_stage(room_id: int, code: str) -> None:
    """Tell everybody the whole stage after the commit."""

    def tell() -> None:
        hub.keyed(code, "stage", StageChanged(stage=queries.stage(room_id)))

    once_after_commit(("stage", room_id), tell)


def announce_attendance(session_id: int, code: str, members: list[int]) -> None:
    """Tell each of ``members`` her own presence after the commit."""

    def tell() -> None:
        for member, mine in queries.own_attendance(session_id, members).items():
            hub.private(code, member, mine)

    if members:
        after_commit(tell)
