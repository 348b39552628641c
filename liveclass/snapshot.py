"""What a person sees on entering a room: asks each feature, adds nothing of its own.

The number of queries depends neither on how much there is in the room nor on how many enter it: the
shared part is read once for all members and once for the staff, the own marks (votes, questions she
has too, hand, presence) for everybody who waits together. Shared part + marks = ``room_state``.

The room with its ``seq`` is read first: whatever commits meanwhile comes again as an event, and
events are absolute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone

from courses.activities import queries as activities
from courses.activities.intervals import unix
from courses.activities.presence import queries as asked
from liveclass.admission import queries as admission
from liveclass.attendance import queries as attendance
from liveclass.captions import queries as captions
from liveclass.chat import queries as chat
from liveclass.polls import queries as polls
from liveclass.questions import queries as questions
from liveclass.recordings import queries as recordings
from liveclass.reporting import queries as reporting
from liveclass.rooms import queries as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Room
from liveclass.rooms.people import find_person, person
from liveclass.slides import queries as slides
from liveclass.whisper import queries as whispers
from realtime.protocol.events import (
    AdmissionChanged,
    CheckTally,
    HandsChanged,
    KeyedEvent,
    MyAttendance,
    MyChat,
    MyCheck,
    MyHand,
    MyQuestions,
    MyUpvote,
    MyVote,
    MyWhispers,
    PollKey,
    PollPrepared,
    PollTally,
    QuestionAside,
    QuestionFlagged,
    QuestionVotes,
    RemovedChanged,
    ReportsChanged,
    SilentChanged,
    SpeakersChanged,
    SpotlightChanged,
    StageChanged,
    TrayChanged,
)
from realtime.protocol.state import Person, Presence, RoomState, StreamQuality

NOBODY = 0
"""Id of no person: whoever looks with it sees what is for everybody and nothing of anybody's."""

Mark = MyVote | MyUpvote | MyQuestions | MyHand | MyChat | MyWhispers | MyAttendance | MyCheck


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
    mine = rooms.own_attendance(session.pk, [actor.member])[actor.member]
    checks, check = attendance.checks_for(session.pk, actor)
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
        chat_rules=chat.rules(room),
        chat_muted=not actor.is_staff and bool(chat.muted(room.pk, [actor.member])),
        silent=chat.silent(room.pk) if actor.is_staff else [],
        polls=polls.polls_for(actor),
        questions=questions.questions_for(actor),
        asked=questions.nameless(room.pk, [actor.member]).get(actor.member, []),
        anonymous_questions=room.anonymous_questions,
        layout=room.layout,  # type: ignore[arg-type]  # CHECK room_layout_known
        spotlight=rooms.spotlight(room.pk) if room.spotlight_id else None,
        floor=room.floor,  # type: ignore[arg-type]  # CHECK room_floor_known
        hands=rooms.hands(room.pk),
        hand_up=rooms.hand_up(actor),
        whispers=whispers.count(room.pk, actor.member),
        speakers=rooms.speakers(room.pk),
        removed=rooms.removed_people(room.pk) if actor.is_staff else [],
        admission=admission.admission(room) if actor.is_staff else None,
        reports=reporting.waiting(room.pk) if actor.is_staff else [],
        slides=slides.showing(room.pk),
        captions=captions.newest(room.pk),
        presence=presence or _nobody_yet(room),
        attendance=mine.intervals,
        lost=mine.lost,
        breaks=attendance.breaks(session.pk),
        checks=asked.announced(session.pk),
        checks_asked=checks,
        check=check,
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
    nameless = questions.nameless(room.pk, ids)
    raised = rooms.hands_up(room.pk, ids)
    muted = chat.muted(room.pk, ids)
    whispered = whispers.counts(room.pk, ids)
    attended = rooms.own_attendance(room.session_id, ids)
    check, answered = attendance.answered_newest(room.session_id, ids)
    unsettled = questions.unsettled(room.pk) if every else []
    return {
        one: [
            *(polls.my_vote(poll, cast) for poll, cast in voted.get(one, {}).items()),
            *_upvotes(upvoted.get(one, set()), unsettled if every else None),
            *([MyQuestions(questions=nameless[one])] if one in nameless else []),
            *([MyHand(up=one in raised)] if every or one in raised else []),
            *([MyChat(muted=one in muted)] if every or one in muted else []),
            *(
                [MyWhispers(whispers=whispered.get(one, whispers.NOTHING))]
                if every or one in whispered
                else []
            ),
            *([attended[one]] if every or attended[one].intervals else []),
            *([MyCheck(check=check)] if one in answered else []),
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
        ("spotlight", SpotlightChanged(person=state.spotlight), True),
        *_checks(state),
        *_for_staff(state),
        *_polls(state),
        *(
            (f"question.votes:{one.id}", QuestionVotes(question=one.id, votes=one.votes), True)
            for one in state.questions
        ),
        *_triage(state),
    ]


def _checks(state: RoomState) -> Iterator[tuple[str, KeyedEvent, bool]]:
    """How many have answered, for the staff."""
    check = state.check
    if check is not None and state.me.role != "member":
        told = CheckTally(check=check.id, answered=check.answered, asked=check.asked)
        yield "check", told, False


def _triage(state: RoomState) -> Iterator[tuple[str, KeyedEvent, bool]]:
    """What of questions only the staff are told."""
    if state.me.role == "member":
        return
    for one in state.questions:
        if one.aside is not None:
            why = QuestionAside(question=one.id, aside=one.aside)
            yield f"question.aside:{one.id}", why, False
        flagged = QuestionFlagged(question=one.id, on=one.flagged)
        yield f"question.flagged:{one.id}", flagged, False


def _for_staff(state: RoomState) -> Iterator[tuple[str, KeyedEvent, bool]]:
    """Who is out, whose writing was taken away, who waits, and what members have reported."""
    if state.me.role != "member":
        yield "removed", RemovedChanged(people=state.removed), False
        yield "silent", SilentChanged(people=state.silent), False
    if state.admission is not None:
        yield "admission", AdmissionChanged(admission=state.admission), False
        yield "reports", ReportsChanged(reports=state.reports), False


def _polls(state: RoomState) -> Iterator[tuple[str, KeyedEvent, bool]]:
    """Newest values of polls; the staff have their tray and what is right beside them."""
    for one in state.polls:
        told: KeyedEvent = PollTally(
            poll=one.id, voters=one.voters, counts=one.counts, answers=one.answers
        )
        if one.phase == "prepared":
            told = PollPrepared(poll=one)
        yield f"poll:{one.id}", told, False
    if state.me.role == "member":
        return
    for one in state.polls:
        if one.correct and one.phase != "prepared":
            right = PollKey(poll=one.id, correct=one.correct, explanation=one.explanation)
            yield f"poll.key:{one.id}", right, False
    waiting = [one for one in state.polls if one.phase == "prepared"]
    waiting.sort(key=lambda one: one.place)
    yield "tray", TrayChanged(polls=[one.id for one in waiting]), False
