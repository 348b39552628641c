"""What a person sees on entering a room: asks each feature, adds nothing of its own.

The number of queries does not depend on how much there is in the room. The room with its ``seq`` is
read first: whatever commits meanwhile comes again as an event, and events are absolute.
"""

from __future__ import annotations

from django.utils import timezone

from courses.activities import queries as activities
from courses.activities.intervals import unix
from liveclass.chat import queries as chat
from liveclass.polls import queries as polls
from liveclass.questions import queries as questions
from liveclass.rooms import queries as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from liveclass.rooms.people import find_person, person
from realtime.hub import hub
from realtime.protocol.events import MyAttendance, MyHand, MyUpvote, MyVote
from realtime.protocol.state import Presence, RoomState


def room_state(actor: Actor, presence: Presence | None = None) -> RoomState:
    """The room as ``actor`` may see it now.

    ``presence`` is what the switchboard knows about who is here; without it, only how many are
    expected is told.

    Raises:
        Refusal: ``removed``.
    """
    room = rooms.find_room(actor.room)
    session, activity = room.session, room.session.activity
    rooms.require_not_removed(room.pk, actor.member)
    return RoomState(
        room=actor.room,
        epoch=hub.epoch,
        seq=room.last_seq,
        now=unix(timezone.now()),
        me=find_person(actor.member, actor.role),
        title=activity.title,
        lecturer=person(activity.lecturer, "host"),
        phase=room.state,  # type: ignore[arg-type]  # CHECK room_phase_matches_times
        starts_at=unix(session.starts_at),
        minutes=session.minutes,
        started_at=unix(room.started_at) if room.started_at else None,
        ended_at=unix(room.ended_at) if room.ended_at else None,
        recording=False,  # says what happens, not what was wished: nothing records yet
        stage=rooms.stage(room.pk),
        chat=chat.newest_lines(room.pk),
        pinned=chat.pinned_line(room.pk) if room.pinned_id else None,
        polls=polls.polls_for(actor),
        questions=questions.questions_for(actor),
        hands=rooms.hands(room.pk),
        hand_up=rooms.hand_up(actor),
        presence=presence or _nobody_yet(room),
        attendance=rooms.intervals(room.session_id, [actor.member])[actor.member],
    )


def _nobody_yet(room: Room) -> Presence:
    return Presence(online=0, expected=activities.expected_count(room.session), people=[])


def mine(actor: Actor) -> list[MyVote | MyUpvote | MyHand | MyAttendance]:
    """The own state as private events, for a page that comes back and needs no snapshot.

    Questions that take votes no more cannot have changed and are left out.
    """
    room = rooms.find_room(actor.room)
    upvoted = questions.upvoted(actor)
    attendance = rooms.intervals(room.session_id, [actor.member])[actor.member]
    return [
        *(MyVote(poll=poll, options=chosen) for poll, chosen in polls.choices_of(actor).items()),
        *(MyUpvote(question=one, on=one in upvoted) for one in questions.unsettled(actor)),
        MyHand(up=rooms.hand_up(actor)),
        MyAttendance(intervals=attendance),
    ]
