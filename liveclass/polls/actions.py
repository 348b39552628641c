"""Writing, opening, voting, closing, publishing.

Closing is a fence: it holds the row of the poll, every vote holds it too, so each vote is either
before the final count and in it, or after it and refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from liveclass.polls import queries
from liveclass.polls.ballots import Ballot, Box, mix
from liveclass.polls.models import Answer, AnswerState, Option, Poll, PollPhase
from liveclass.polls.plans import JUDGED, Plan, checked
from liveclass.polls.queries import Cast, Seen
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_open, require_staff
from liveclass.rooms.log import in_transaction, lock_room
from liveclass.rooms.models import Room
from liveclass.rooms.once import once_after_commit
from realtime.hub import after_commit, hub
from realtime.protocol.events import (
    PollClosed,
    PollKey,
    PollOpened,
    PollPrepared,
    PollPublished,
    PollTally,
    TrayChanged,
)
from realtime.protocol.polls import PollKind
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import PollAnswer

__all__ = ["Ballot", "Plan"]

POLLS_PER_ROOM = 200
"""More polls than any class has; keeps a snapshot bounded."""


def no_slide(room_id: int) -> tuple[int, int] | None:
    """Which slide is shown while nothing shows any: none."""
    return None


slide_shown: Callable[[int], tuple[int, int] | None] = no_slide
"""Deck and page on the stage of the room with this id; set in ``apps.ready``."""


def create(
    actor: Actor,
    command_id: str,
    question: str,
    options: list[str],
    multiple: bool = False,
    changeable: bool = True,
    open: bool = True,
) -> int:
    """Write the plain kind of poll: choose one of ``options``, or several."""
    kind: PollKind = "multiple" if multiple else "single"
    most = max(len(options), 1) if multiple else 1
    plan = Plan(question, tuple(options), kind, most=most, changeable=changeable)
    return write(actor, command_id, plan, open)


@command
def write(room: Room, actor: Actor, command_id: str, plan: Plan, open: bool = True) -> int:
    """Write a poll; open it at once, or put it into the tray of the staff."""
    require_staff(actor)
    require_not_ended(room)
    if _is_written(room, actor, command_id):
        return 0
    plan = checked(plan)
    require_space(room)
    if open:
        _require_may_open(room, actor)
    poll = store(room, actor, command_id, plan)
    return _open(room, actor, command_id, poll) if open else announce_prepared(actor, poll)


def _is_written(room: Room, actor: Actor, command_id: str) -> bool:
    """A prepared poll leaves no durable event that would tell of its command."""
    return room.polls.filter(created_by=actor.member, client_id=command_id).exists()


def require_space(room: Room) -> None:
    """Raise when the room has as many polls as it may."""
    if Poll.objects.filter(room=room).count() >= POLLS_PER_ROOM:
        raise Refusal("poll_limit")


def store(room: Room, actor: Actor, command_id: str, plan: Plan) -> Poll:
    """Write a checked plan at the end of the tray."""
    last = Poll.objects.filter(room=room, phase=PollPhase.PREPARED).aggregate(n=Max("place"))["n"]
    poll = Poll.objects.create(
        room=room,
        created_by_id=actor.member,
        client_id=command_id,
        question=plan.question,
        kind=plan.kind,
        least=plan.least,
        most=plan.most,
        changeable=plan.changeable,
        anonymous=plan.anonymous,
        seconds=plan.seconds,
        explanation=plan.explanation,
        place=(last or 0) + 1,
        created_at=timezone.now(),
    )
    store_options(poll, plan)
    return poll


def store_options(poll: Poll, plan: Plan) -> None:
    """Write what there is to choose from, in its order."""
    Option.objects.bulk_create(
        Option(poll=poll, order=order, text=text, correct=order in plan.correct)
        for order, text in enumerate(plan.options)
    )


def announce_prepared(actor: Actor, poll: Poll) -> int:
    """Tell the staff of a poll in the tray; always 0, for it is no durable event."""
    waiting = queries.tray(poll.room_id)
    seen = Seen(
        counts=queries.poll_counts(poll),
        answers=_answers(poll, staff=True),
        key=True,
        place=waiting.index(poll.pk),
    )
    state = queries.poll_state(poll, poll.options.order_by("order"), seen)
    key = _key(poll.pk)
    after_commit(lambda: hub.keyed(actor.room, key, PollPrepared(poll=state), "staff"))
    return 0


def announce_tray(room_id: int, code: str) -> None:
    """Tell the staff what waits, in its order, after the commit."""

    def tell() -> None:
        hub.keyed(code, "tray", TrayChanged(polls=queries.tray(room_id)), "staff")

    once_after_commit(("tray", room_id), tell)


def _key(poll: int) -> str:
    """One keyed value per poll: once it is open, its tally takes the place of ``poll.prepared``."""
    return f"poll:{poll}"


@command
def open_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Open a prepared poll."""
    require_staff(actor)
    require_not_ended(room)
    found = find_locked(room.pk, poll)
    if found.phase == PollPhase.CLOSED:
        raise Refusal("poll_not_open")
    _require_may_open(room, actor)
    return _open(room, actor, command_id, found)


def _require_may_open(room: Room, actor: Actor) -> None:
    require_open(room, room.session.starts_at, timezone.now())
    for poll in Poll.objects.select_for_update().filter(room=room, phase=PollPhase.OPEN):
        if not _is_late(poll):
            raise Refusal("poll_already_open")
        _close(room, actor, None, poll, timezone.now())


def _is_late(poll: Poll) -> bool:
    return poll.deadline is not None and timezone.now() > poll.deadline + queries.GRACE


def _open(room: Room, actor: Actor, command_id: str, poll: Poll) -> int:
    poll.phase, poll.opened_at = PollPhase.OPEN, timezone.now()
    if poll.seconds is not None:
        poll.deadline = poll.opened_at + timedelta(seconds=poll.seconds)
    poll.deck_id, poll.page = slide_shown(room.pk) or (None, None)
    poll.save(update_fields=["phase", "opened_at", "deadline", "deck", "page"])
    state = queries.poll_state(poll, poll.options.order_by("order"))
    seq = append_event(room, actor, command_id, lambda seq: PollOpened(seq=seq, poll=state))
    if poll.kind in JUDGED:
        _announce_key(actor.room, poll)
    announce_tally(actor.room, poll.pk)
    announce_tray(room.pk, actor.room)
    return seq


def _announce_key(code: str, poll: Poll) -> None:
    """The events of a poll are for everybody; what is right goes to the staff apart from them."""
    right = PollKey(poll=poll.pk, correct=_correct(poll), explanation=poll.explanation)
    after_commit(lambda: hub.keyed(code, f"poll.key:{poll.pk}", right, "staff"))


def _correct(poll: Poll) -> list[int]:
    right = poll.options.filter(correct=True).order_by("order")
    return list(right.values_list("pk", flat=True))


@command
def repeat_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Ask the same once more: a new round, whose result stands beside the one before."""
    require_staff(actor)
    require_not_ended(room)
    found = find_locked(room.pk, poll)
    if found.phase != PollPhase.CLOSED:
        raise Refusal("poll_already_open" if found.phase == PollPhase.OPEN else "poll_not_open")
    require_space(room)
    _require_may_open(room, actor)
    again = store(room, actor, command_id, plan_of(found))
    first = found.origin_id or found.pk
    rounds = Poll.objects.filter(origin=first).aggregate(n=Max("round"))["n"]
    again.origin_id, again.round = first, (rounds or 1) + 1
    again.save(update_fields=["origin", "round"])
    return _open(room, actor, command_id, again)


def plan_of(poll: Poll) -> Plan:
    """What was asked, to ask it once more."""
    options = list(poll.options.order_by("order"))
    return Plan(
        question=poll.question,
        options=tuple(one.text for one in options),
        kind=poll.kind,  # type: ignore[arg-type]  # CHECK poll_kind_known
        least=poll.least,
        most=poll.most,
        changeable=poll.changeable,
        anonymous=poll.anonymous,
        seconds=poll.seconds,
        correct=tuple(place for place, one in enumerate(options) if one.correct),
        explanation=poll.explanation,
    )


def cast_vote(
    actor: Actor, command_id: str, poll: int, options: list[int], answers: Sequence[str] = ()
) -> int:
    """Vote, or vote anew while the poll is open and changeable; only members are asked."""
    ballot = Ballot(actor, command_id, options, list(answers))
    [done] = cast_votes((actor.room_id, poll), [ballot])
    if isinstance(done, Refusal):
        raise done
    return done


def cast_votes(where: tuple[int, int], ballots: Sequence[Ballot]) -> list[int | Refusal]:
    """Cast many votes in the poll ``where`` (room and poll), in their order: 0 for each that
    counts, or why it was refused.

    Does not lock the room: votes are no durable events, and thousands come at once.
    """
    room_id, poll = where
    with in_transaction():
        try:
            found = find_locked(room_id, poll)
        except Refusal as unknown:
            return [unknown] * len(ballots)
        box = Box(found, {one.actor.member for one in ballots})
        answers = [box.answer(one) for one in ballots]
        box.write()
        if box.chosen:
            code = ballots[0].actor.room
            secret = found.anonymous
            after_commit(lambda: _tell_voters(code, poll, box.chosen, secret=secret))
            announce_tally(code, poll)
        return answers


def _tell_voters(code: str, poll: int, chosen: Mapping[int, Cast], *, secret: bool) -> None:
    for member, cast in chosen.items():
        hub.private(code, member, queries.my_vote(poll, Cast() if secret else cast))


@command
def moderate(room: Room, actor: Actor, command_id: str, poll: int, answer: int, shown: bool) -> int:
    """Show a written answer to everybody with the result, or hide it; at any time."""
    require_staff(actor)
    found = find_locked(room.pk, poll)
    state = AnswerState.SHOWN if shown else AnswerState.HIDDEN
    written = Answer.objects.filter(poll=found, pk=answer)
    if not written.exists():
        raise Refusal("answer_unknown")
    if not written.exclude(state=state).update(state=state):
        return 0
    announce_tally(actor.room, found.pk)
    return _tell_result(room, actor, command_id, found) if found.published else 0


@command
def close_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Close a poll: its count is final."""
    require_staff(actor)
    found = find_locked(room.pk, poll)
    if found.phase != PollPhase.OPEN:
        raise Refusal("poll_not_open")
    return _close(room, actor, command_id, found, timezone.now())


def _close(room: Room, actor: Actor, command_id: str | None, poll: Poll, at: datetime) -> int:
    poll.phase, poll.closed_at = PollPhase.CLOSED, at
    poll.voters = queries.voter_counts([poll.pk]).get(poll.pk, 0)
    poll.save(update_fields=["phase", "closed_at", "voters"])
    if poll.anonymous:
        mix(poll)
    final = poll.voters
    announce_tally(actor.room, poll.pk)
    return append_event(
        room, actor, command_id, lambda seq: PollClosed(seq=seq, poll=poll.pk, voters=final)
    )


def close_late_poll(room_id: int, code: str, poll: int) -> None:
    """The countdown and its grace are over. One that was closed meanwhile stays as it is."""
    with in_transaction():
        room = lock_room(room_id)
        found = find_locked(room_id, poll)
        if found.phase == PollPhase.OPEN and _is_late(found):
            author = Actor(room_id, code, found.created_by_id, "host")
            _close(room, author, None, found, timezone.now())


def close_open_polls(room: Room, actor: Actor, at: datetime) -> None:
    """The class ends: what is still open gets its final count."""
    for poll in Poll.objects.select_for_update().filter(room=room, phase=PollPhase.OPEN):
        _close(room, actor, None, poll, at)


@command
def publish_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Show the final result to everybody; an open poll is closed first."""
    require_staff(actor)
    found = find_locked(room.pk, poll)
    if found.phase == PollPhase.PREPARED:
        raise Refusal("poll_not_open")
    if found.published:
        return 0
    if found.phase == PollPhase.OPEN:
        _close(room, actor, None, found, timezone.now())
    found.published = True
    found.save(update_fields=["published"])
    announce_tally(actor.room, found.pk)
    return _tell_result(room, actor, command_id, found)


def _tell_result(room: Room, actor: Actor, command_id: str, poll: Poll) -> int:
    """What everybody may see of a published poll."""
    voters, counted, right = poll.voters or 0, queries.poll_counts(poll), _correct(poll)
    answers = _answers(poll, staff=False)
    return append_event(
        room,
        actor,
        command_id,
        lambda seq: PollPublished(
            seq=seq,
            poll=poll.pk,
            voters=voters,
            counts=counted,
            answers=answers,
            correct=right,
            explanation=poll.explanation,
        ),
    )


def announce_tally(code: str, poll: int) -> None:
    """Tell the count after the commit: bars to the staff, to members only how many have voted."""

    def tell() -> None:
        found = Poll.objects.get(pk=poll)
        voters = queries.voter_counts([poll]).get(poll, 0)
        counted, everything = queries.poll_counts(found), _answers(found, staff=True)
        key = _key(poll)
        for_staff = PollTally(poll=poll, voters=voters, counts=counted, answers=everything)
        hub.keyed(code, key, for_staff, "staff")
        for_members = PollTally(poll=poll, voters=voters, counts=None, answers=None)
        if found.published:
            shown = _answers(found, staff=False)
            for_members = PollTally(poll=poll, voters=voters, counts=counted, answers=shown)
        hub.keyed(code, key, for_members, "members")

    once_after_commit(("tally", poll), tell)


def _answers(poll: Poll, *, staff: bool) -> list[PollAnswer] | None:
    return queries.answers_of([poll], staff=staff).get(poll.pk)


def find_locked(room_id: int, poll: int) -> Poll:
    """The poll, nobody else changing it; Refusal ``poll_unknown`` in any other room."""
    found = Poll.objects.select_for_update().filter(room=room_id, pk=poll).first()
    if found is None:
        raise Refusal("poll_unknown")
    return found
