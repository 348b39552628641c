"""Writing, opening, voting, closing, publishing.

Closing is a fence: it holds the row of the poll, every vote holds it too, so each vote is either
before the final count and in it, or after it and refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from liveclass.polls import queries
from liveclass.polls.models import Option, Poll, PollPhase, Vote, VoteChoice
from liveclass.polls.tally import checked_choice
from liveclass.rooms.actions import append_event, command
from liveclass.rooms.actor import Actor
from liveclass.rooms.doors import require_not_ended, require_open, require_staff
from liveclass.rooms.log import in_transaction
from liveclass.rooms.models import Room
from liveclass.rooms.once import once_after_commit
from liveclass.rooms.text import clean_line
from realtime.hub import after_commit, hub
from realtime.protocol.commands import POLL_OPTION_CHARS, POLL_OPTIONS, POLL_QUESTION_CHARS
from realtime.protocol.events import (
    MyVote,
    PollClosed,
    PollOpened,
    PollPrepared,
    PollPublished,
    PollTally,
)
from realtime.protocol.refusals import Refusal

MIN_OPTIONS = 2
POLLS_PER_ROOM = 200
"""More polls than any class has; keeps a snapshot bounded."""


@command
def create(
    room: Room,
    actor: Actor,
    command_id: str,
    question: str,
    options: list[str],
    multiple: bool = False,
    changeable: bool = True,
    open: bool = True,
) -> int:
    """Write a poll; open it at once, or put it into the tray of the staff."""
    require_staff(actor)
    require_not_ended(room)
    if _is_written(room, actor, command_id):
        return 0
    if not MIN_OPTIONS <= len(options) <= POLL_OPTIONS:
        raise Refusal("option_count")
    question = clean_line(question, POLL_QUESTION_CHARS)
    texts = [clean_line(text, POLL_OPTION_CHARS) for text in options]
    if Poll.objects.filter(room=room).count() >= POLLS_PER_ROOM:
        raise Refusal("poll_limit")
    if open:
        _require_may_open(room)
    poll = Poll.objects.create(
        room=room,
        created_by_id=actor.member,
        client_id=command_id,
        question=question,
        multiple=multiple,
        changeable=changeable,
        created_at=timezone.now(),
    )
    Option.objects.bulk_create(
        Option(poll=poll, order=order, text=text) for order, text in enumerate(texts)
    )
    return _open(room, actor, command_id, poll) if open else _announce_prepared(actor, poll)


def _is_written(room: Room, actor: Actor, command_id: str) -> bool:
    """A prepared poll leaves no durable event that would tell of its command."""
    mine = Poll.objects.filter(room=room, created_by=actor.member, client_id=command_id)
    return mine.exists()


def _announce_prepared(actor: Actor, poll: Poll) -> int:
    options = poll.options.order_by("order")
    state = queries.poll_state(poll, options, counted=queries.poll_counts(poll))
    key = _key(poll.pk)
    after_commit(lambda: hub.keyed(actor.room, key, PollPrepared(poll=state), "staff"))
    return 0


def _key(poll: int) -> str:
    """One keyed value per poll: once it is open, its tally takes the place of ``poll.prepared``."""
    return f"poll:{poll}"


@command
def open_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Open a prepared poll."""
    require_staff(actor)
    require_not_ended(room)
    found = _find_locked(room.pk, poll)
    if found.phase == PollPhase.CLOSED:
        raise Refusal("poll_not_open")
    _require_may_open(room)
    return _open(room, actor, command_id, found)


def _require_may_open(room: Room) -> None:
    require_open(room, room.session.starts_at, timezone.now())
    if Poll.objects.filter(room=room, phase=PollPhase.OPEN).exists():
        raise Refusal("poll_already_open")


def _open(room: Room, actor: Actor, command_id: str, poll: Poll) -> int:
    poll.phase, poll.opened_at = PollPhase.OPEN, timezone.now()
    poll.save(update_fields=["phase", "opened_at"])
    state = queries.poll_state(poll, poll.options.order_by("order"))
    seq = append_event(room, actor, command_id, lambda seq: PollOpened(seq=seq, poll=state))
    announce_tally(actor.room, poll.pk)
    return seq


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote to be cast: by whom, with which command, for which options."""

    actor: Actor
    command_id: str
    options: list[int]


def cast_vote(actor: Actor, command_id: str, poll: int, options: list[int]) -> int:
    """Vote, or vote anew while the poll is open and changeable; only members are asked."""
    [done] = cast_votes((actor.room_id, poll), [Ballot(actor, command_id, options)])
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
            found = _find_locked(room_id, poll)
        except Refusal as unknown:
            return [unknown] * len(ballots)
        box = _Box(found, {one.actor.member for one in ballots})
        answers = [box.answer(one) for one in ballots]
        box.write()
        if box.chosen:
            code = ballots[0].actor.room
            after_commit(lambda: _tell_voters(code, poll, box.chosen))
            announce_tally(code, poll)
        return answers


def _tell_voters(code: str, poll: int, chosen: Mapping[int, list[int]]) -> None:
    for member, options in chosen.items():
        hub.private(code, member, MyVote(poll=poll, options=options))


class _Box:
    """The ballots of one batch: checks each against the poll and what was voted before."""

    def __init__(self, poll: Poll, members: set[int]) -> None:
        self._poll = poll
        self._options = list(poll.options.order_by("order").values_list("pk", flat=True))
        votes = Vote.objects.filter(poll=poll, member__in=members).prefetch_related("choices")
        self._votes = {vote.member_id: vote for vote in votes}
        self._ids = {vote.member_id: vote.client_id for vote in votes}
        self.chosen: dict[int, list[int]] = {}
        """What is to be written, by member."""

    def answer(self, ballot: Ballot) -> int | Refusal:
        """0 when the ballot counts, or did already; else why not."""
        member = ballot.actor.member
        if ballot.actor.is_staff:
            return Refusal("members_only")
        if self._ids.get(member) == ballot.command_id:
            return 0
        if self._poll.phase != PollPhase.OPEN:
            return Refusal("poll_not_open")
        try:
            chosen = checked_choice(ballot.options, self._options, multiple=self._poll.multiple)
        except Refusal as refusal:
            return refusal
        before = self._before(member)
        if before is not None and not self._poll.changeable:
            # To say the same once more is no change of a vote.
            return 0 if before == set(chosen) else Refusal("vote_final")
        self._ids[member] = ballot.command_id
        self.chosen[member] = chosen
        return 0

    def _before(self, member: int) -> set[int] | None:
        if member in self.chosen:
            return set(self.chosen[member])
        vote = self._votes.get(member)
        return None if vote is None else {choice.option_id for choice in vote.choices.all()}

    def write(self) -> None:
        """Store what was chosen."""
        now = timezone.now()
        changed = [self._votes[member] for member in self.chosen if member in self._votes]
        for vote in changed:
            vote.client_id, vote.at = self._ids[vote.member_id], now
        if changed:
            Vote.objects.bulk_update(changed, ["client_id", "at"])
            VoteChoice.objects.filter(vote__in=changed).delete()
        new = Vote.objects.bulk_create(
            Vote(poll=self._poll, member_id=member, client_id=self._ids[member], at=now)
            for member in self.chosen
            if member not in self._votes
        )
        VoteChoice.objects.bulk_create(
            VoteChoice(vote=vote, option_id=option, sole=not self._poll.multiple)
            for vote in (*changed, *new)
            for option in self.chosen[vote.member_id]
        )


@command
def close_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Close a poll: its count is final."""
    require_staff(actor)
    found = _find_locked(room.pk, poll)
    if found.phase != PollPhase.OPEN:
        raise Refusal("poll_not_open")
    return _close(room, actor, command_id, found, timezone.now())


def _close(room: Room, actor: Actor, command_id: str | None, poll: Poll, at: datetime) -> int:
    poll.phase, poll.closed_at = PollPhase.CLOSED, at
    poll.voters = queries.voter_counts([poll.pk]).get(poll.pk, 0)
    poll.save(update_fields=["phase", "closed_at", "voters"])
    final = poll.voters
    announce_tally(actor.room, poll.pk)
    return append_event(
        room, actor, command_id, lambda seq: PollClosed(seq=seq, poll=poll.pk, voters=final)
    )


def close_open_polls(room: Room, actor: Actor, at: datetime) -> None:
    """The class ends: what is still open gets its final count."""
    for poll in Poll.objects.select_for_update().filter(room=room, phase=PollPhase.OPEN):
        _close(room, actor, None, poll, at)


@command
def publish_poll(room: Room, actor: Actor, command_id: str, poll: int) -> int:
    """Show the final result to everybody; an open poll is closed first."""
    require_staff(actor)
    found = _find_locked(room.pk, poll)
    if found.phase == PollPhase.PREPARED:
        raise Refusal("poll_not_open")
    if found.published:
        return 0
    if found.phase == PollPhase.OPEN:
        _close(room, actor, None, found, timezone.now())
    found.published = True
    found.save(update_fields=["published"])
    voters, counted = found.voters or 0, queries.poll_counts(found)
    announce_tally(actor.room, found.pk)
    return append_event(
        room,
        actor,
        command_id,
        lambda seq: PollPublished(seq=seq, poll=found.pk, voters=voters, counts=counted),
    )


def announce_tally(code: str, poll: int) -> None:
    """Tell the count after the commit: bars to the staff, to members only how many have voted."""

    def tell() -> None:
        found = Poll.objects.get(pk=poll)
        voters = queries.voter_counts([poll]).get(poll, 0)
        counted = queries.poll_counts(found)
        shown = counted if found.published else None
        key = _key(poll)
        hub.keyed(code, key, PollTally(poll=poll, voters=voters, counts=counted), "staff")
        hub.keyed(code, key, PollTally(poll=poll, voters=voters, counts=shown), "members")

    once_after_commit(("tally", poll), tell)


def _find_locked(room_id: int, poll: int) -> Poll:
    found = Poll.objects.select_for_update().filter(room=room_id, pk=poll).first()
    if found is None:
        raise Refusal("poll_unknown")
    return found
