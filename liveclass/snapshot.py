"""What a person sees on entering a room: asks each feature, adds nothing of its own.

The number of queries depends neither on how much there is in the room nor on how many enter it: the
shared part is read once for all members and once for the staff, the own marks (votes, questions she
has too, hand, presence) for everybody who waits together. Shared part + marks = ``room_state``.

The room with its ``seq`` is read first: whatever commits meanwhile comes again as an event, and
events are absolute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from courses.activities import queries as activities
from courses.activities.intervals import unix
from liveclass.chat import queries as chat
from liveclass.polls import queries as polls
from liveclass.questions import queries as questions
from liveclass.recordings import queries as recordings
from liveclass.rooms import queries as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from liveclass.rooms.people import find_person, person
from liveclass.slides import queries as slides
from realtime.protocol.events import (
    HandsChanged,
    KeyedEvent,
    MyAttendance,
    MyHand,
    MyUpvote,
    MyVote,
    PollPrepared,
    PollTally,
    QuestionVotes,
    RemovedChanged,
    SpeakersChanged,
    StageChanged,
)
from realtime.protocol.state import Person, Presence, RoomState, StreamQuality

NOBODY = 0
"""Id of no person: whoever looks with it sees what is for everybody and nothing of anybody's."""

Mark = MyVote | MyUpvote | MyHand | MyAttendance


def room_state(
    actor: Actor, presence: Presence | None = None, lines: Sequence[StreamQuality] = ()
) -> RoomState:
    """The room as ``actor`` may see it now.

    ``presence`` is what the switchboard knows about who is here; without it, only how many are
    expected is told. ``lines`` is what it knows about how the stage arrives.

    Raises:
        Refusal: ``removed``.
    """
    rooms.require_not_removed(actor.room_id, actor.member)
    return _state(actor, find_person(actor.member, actor.role), presence, lines)


def shared_state(
    code: str,
    *,
    staff: bool,
    presence: Presence | None = None,
    lines: Sequence[StreamQuality] = (),
) -> RoomState:
    """The room as all members, or all of the staff, see it: nobody's own marks in it."""
    room_id = rooms.find_room(code).pk
    actor = Actor(room_id, code, NOBODY, "assistant" if staff else "member")
    nobody = Person(NOBODY, "", "", actor.role, "", "")
    return _state(actor, nobody, presence, lines)


def _state(
    actor: Actor, me: Person, presence: Presence | None, lines: Sequence[StreamQuality]
) -> RoomState:
    room = rooms.find_room(actor.room)
    session, activity = room.session, room.session.activity
    return RoomState(
        room=actor.room,
        epoch=room.epoch,
        seq=room.last_seq,
        now=unix(timezone.now()),
        me=me,
        title=activity.title,
        lecturer=person(activity.lecturer, "host"),
        phase=room.state,  # type: ignore[arg-type]  # CHECK room_phase_matches_times
        starts_at=unix(session.starts_at),
        minutes=session.minutes,
        started_at=unix(room.started_at) if room.started_at else None,
        ended_at=unix(room.ended_at) if room.ended_at else None,
        recording=recordings.phase(room.pk),
        stage=rooms.stage(room.pk),
        lines=list(lines),
        chat=chat.newest_lines(room.pk),
        pinned=chat.pinned_line(room.pk) if room.pinned_id else None,
        polls=polls.polls_for(actor),
        questions=questions.questions_for(actor),
        hands=rooms.hands(room.pk),
        hand_up=rooms.hand_up(actor),
        speakers=rooms.speakers(room.pk),
        removed=rooms.removed_people(room.pk) if actor.is_staff else [],
        slides=slides.showing(room.pk),
        presence=presence or _nobody_yet(room),
        attendance=rooms.intervals(room.session_id, [actor.member])[actor.member],
    )


def _nobody_yet(room: Room) -> Presence:
    return Presence(online=0, expected=activities.expected_count(room.session), people=[])


def marks(room: Room, members: Iterable[int], *, every: bool) -> dict[int, list[Mark]]:
    """What is each one's own, as private events to follow a shared state or what was missed.

    ``every`` also tells what is not so: a page that was away may remember that it was. Questions
    that take votes no more cannot have changed and are left out then.
    """
    ids = list(members)
    voted = polls.choices(room.pk, ids)
    upvoted = questions.upvoted_by(room.pk, ids)
    raised = rooms.hands_up(room.pk, ids)
    attended = rooms.intervals(room.session_id, ids)
    unsettled = questions.unsettled(room.pk) if every else []
    return {
        one: [
            *(MyVote(poll=poll, options=picked) for poll, picked in voted.get(one, {}).items()),
            *_upvotes(upvoted.get(one, set()), unsettled if every else None),
            *([MyHand(up=one in raised)] if every or one in raised else []),
            *([MyAttendance(intervals=attended[one])] if every or attended[one] else []),
        ]
        for one in ids
    }


def _upvotes(mine: set[int], unsettled: list[int] | None) -> list[MyUpvote]:
    asked = sorted(mine) if unsettled is None else unsettled
    return [MyUpvote(question=one, on=one in mine) for one in asked]


def keyed_values(state: RoomState, hands: int) -> list[tuple[str, KeyedEvent, bool]]:
    """What ``state`` says of things that are told as newest values: key, value, and whether it is
    the same for everybody. ``hands`` is how many are up in all."""
    return [
        ("stage", StageChanged(stage=state.stage), True),
        ("hands", HandsChanged(hands=state.hands, total=hands), True),
        ("speakers", SpeakersChanged(speakers=state.speakers), True),
        *(
            []
            if state.me.role == "member"
            else [("removed", RemovedChanged(people=state.removed), False)]
        ),
        *(
            (
                f"poll:{poll.id}",
                PollPrepared(poll=poll)
                if poll.phase == "prepared"
                else PollTally(poll=poll.id, voters=poll.voters, counts=poll.counts),
                False,
            )
            for poll in state.polls
        ),
        *(
            (f"question.votes:{one.id}", QuestionVotes(question=one.id, votes=one.votes), True)
            for one in state.questions
        ),
    ]
