"""Polls and their counts. A count comes from the rows, by ``GROUP BY``; only anonymous polls, of
which nobody may know who chose what, have counters instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Max, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.polls.models import (
    Answer,
    AnswerState,
    Option,
    Poll,
    PollKind,
    PollPhase,
    Vote,
    VoteChoice,
)
from liveclass.polls.plans import WRITTEN
from liveclass.polls.tally import counts, points
from liveclass.rooms.actor import Actor
from members.accounts.models import Member
from realtime.protocol.events import MyVote
from realtime.protocol.polls import POLL_ANSWERS_TOLD, POLL_GRACE
from realtime.protocol.state import PollAnswer, PollCount, PollOption, PollState

GRACE = timedelta(seconds=POLL_GRACE)


# ---- counting


def voter_counts(polls: Iterable[int]) -> dict[int, int]:
    """How many people voted, by poll; polls without votes are absent."""
    rows = Vote.objects.filter(poll__in=list(polls)).values_list("poll")
    return dict(rows.annotate(n=Count("pk")).order_by())


def option_votes(polls: Iterable[int]) -> dict[int, int]:
    """How many votes (points in a ranking) each option has from rows that name who voted."""
    rows = VoteChoice.objects.filter(option__poll__in=list(polls))
    grouped = rows.values_list("option", "place", "option__poll__most").annotate(n=Count("pk"))
    found: Counter[int] = Counter()
    for option, place, most, n in grouped.order_by():
        found[option] += n if place is None else n * points(place, most)
    return found


def poll_counts(poll: Poll) -> list[PollCount]:
    """The count of one poll now, complete and in the order of its options."""
    return _counts(Option.objects.filter(poll=poll).order_by("order"), option_votes([poll.pk]))


def _counts(options: Iterable[Option], votes: Mapping[int, int]) -> list[PollCount]:
    """Rows and counters together: a poll has the one or the other."""
    listed = list(options)
    both = {one.pk: one.votes + votes.get(one.pk, 0) for one in listed}
    return counts((one.pk for one in listed), both)


def answers_of(polls: Iterable[Poll], *, staff: bool) -> dict[int, list[PollAnswer]]:
    """What was written, by poll: at most POLL_ANSWERS_TOLD each, those to be shown first, hidden
    ones last, what most people wrote before the rest. Others than staff get what is for them."""
    written = {poll.pk: poll for poll in polls if poll.kind in WRITTEN}
    if not written:
        return {}
    rows = Answer.objects.filter(poll__in=list(written))
    if not staff:
        rows = rows.filter(_for_everybody())
    told = _counted(rows).filter(rank__lte=POLL_ANSWERS_TOLD)
    found: dict[int, list[PollAnswer]] = {pk: [] for pk in written}
    for one in told.order_by("poll", "rank"):
        state = one.state if staff else AnswerState.SHOWN
        found[one.poll_id].append(
            PollAnswer(one.pk, one.text, one.total, str(state))  # type: ignore[arg-type]  # CHECK answer_state_known
        )
    return found


def _for_everybody() -> Q:
    """Words are shown unless hidden, texts only when chosen."""
    words = Q(poll__kind=PollKind.WORDS) & ~Q(state=AnswerState.HIDDEN)
    return words | Q(state=AnswerState.SHOWN)


def _counted(rows: QuerySet[Answer]) -> Any:  # its columns are made here
    """Answers with ``total`` and their ``rank`` within the poll; those nobody stands by any more
    are left out."""
    order = Case(
        When(state=AnswerState.SHOWN, then=Value(0)),
        When(state=AnswerState.NEW, then=Value(1)),
        default=Value(2),
    )
    total = F("votes") + F("named")
    counted = rows.annotate(named=Count("authors")).annotate(total=total, group=order)
    place = Window(RowNumber(), partition_by="poll", order_by=["group", F("total").desc(), "text"])
    return counted.filter(total__gt=0).annotate(rank=place)


def hidden_answers(room_id: int) -> set[int]:
    """Ids of written answers that are not for everybody's eyes."""
    rows = Answer.objects.filter(poll__room=room_id).exclude(_for_everybody())
    return set(rows.values_list("pk", flat=True))


def without_hidden(published: dict[str, Any], hidden: Collection[int]) -> dict[str, Any]:
    """An event ``poll.published`` of the log without what was hidden since it was told."""
    answers = published.get("answers")
    if not answers:
        return published
    return published | {"answers": [one for one in answers if one["id"] not in hidden]}


# ---- one's own


@dataclass(slots=True)
class Cast:
    """What is known of one person's vote: nothing in an anonymous poll but that she voted."""

    options: list[int] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def choices_of(actor: Actor) -> dict[int, Cast]:
    """What the actor voted in every poll of the room."""
    return choices(actor.room_id, [actor.member]).get(actor.member, {})


def choices(room_id: int, members: Iterable[int]) -> dict[int, dict[int, Cast]]:
    """What ``members`` voted, by member and poll; those who did not vote are absent."""
    ids = list(members)
    cast: dict[int, dict[int, Cast]] = {}
    votes = Vote.objects.filter(poll__room=room_id, member__in=ids)
    # A vote has options or written answers, never both: joining them multiplies nothing.
    rows = votes.order_by("poll", "choices__place", "choices__option__order", "written")
    for member, poll, option, text in rows.values_list(
        "member", "poll", "choices__option", "written__answer__text"
    ):
        own = cast.setdefault(member, {}).setdefault(poll, Cast())
        if option is not None:
            own.options.append(option)
        if text is not None:
            own.answers.append(text)
    return cast


def my_vote(poll: int, cast: Cast) -> MyVote:
    """The own vote for the wire."""
    return MyVote(poll=poll, options=cast.options, answers=cast.answers)


# ---- polls for the wire


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person may see of one poll beside its question."""

    voters: int = 0
    counts: list[PollCount] | None = None
    answers: list[PollAnswer] | None = None
    cast: Cast | None = None
    key: bool = False
    """She may see what is right."""
    place: int = 0


NOTHING = Seen()


def poll_state(poll: Poll, options: Iterable[Option], seen: Seen = NOTHING) -> PollState:
    """A poll for the wire."""
    listed = list(options)
    cast = seen.cast or Cast()
    return PollState(
        id=poll.pk,
        kind=poll.kind,  # type: ignore[arg-type]  # CHECK poll_kind_known
        question=poll.question,
        options=[PollOption(one.pk, one.text) for one in listed],
        least=poll.least,
        most=poll.most,
        changeable=poll.changeable,
        anonymous=poll.anonymous,
        seconds=poll.seconds,
        phase=poll.phase,  # type: ignore[arg-type]  # CHECK poll_phase_matches_times
        published=poll.published,
        voters=seen.voters,
        counts=seen.counts,
        answers=seen.answers,
        voted=seen.cast is not None,
        mine=cast.options,
        my_answers=cast.answers,
        opened_at=_unix(poll.opened_at),
        deadline=_unix(poll.deadline),
        correct=[one.pk for one in listed if one.correct] if seen.key else [],
        explanation=poll.explanation if seen.key else "",
        origin=poll.origin_id,
        round=poll.round,
        deck=poll.deck_id,
        page=poll.page,
        place=seen.place,
    )


def _unix(at: datetime | None) -> float | None:
    return unix(at) if at else None


def polls_for(actor: Actor) -> list[PollState]:
    """The polls of the room as the actor may see them, in the order she came to know them.

    Members see no prepared polls, and bars and right answers only of published ones.
    """
    found = Poll.objects.filter(room=actor.room_id).prefetch_related("options")
    if actor.is_staff:
        found = found.order_by("pk")
    else:
        found = found.exclude(phase=PollPhase.PREPARED).order_by("opened_at", "pk")
    return _states(list(found), choices_of(actor), staff=actor.is_staff)


def tray(room_id: int) -> list[int]:
    """The polls that wait, in the order of the tray."""
    waiting = Poll.objects.filter(room=room_id, phase=PollPhase.PREPARED)
    return list(waiting.order_by("place", "pk").values_list("pk", flat=True))


def results(session: Session, *, staff: bool = True) -> list[PollState]:
    """Every poll of a session that was opened, for the summary: with its counts for the staff,
    only those that were published for others."""
    opened = Poll.objects.filter(room__session=session).exclude(phase=PollPhase.PREPARED)
    if not staff:
        opened = opened.filter(published=True)
    found = opened.order_by("opened_at", "pk").prefetch_related("options")
    return _states(list(found), {}, staff=staff)


def result(session: Session, poll: int) -> PollState | None:
    """One poll of a session that was opened, as the staff see it; None when there is none."""
    found = Poll.objects.filter(room__session=session, pk=poll).exclude(phase=PollPhase.PREPARED)
    states = _states(list(found.prefetch_related("options")), {}, staff=True)
    return states[0] if states else None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who voted; ``cast`` and ``at`` are None in an anonymous poll, where nobody knows them, and in
    one whose voters were not told that they would be seen."""

    member: Member
    cast: Cast | None
    at: datetime | None


def signed(poll: PollState) -> list[Signed]:
    """Everybody who voted in a poll, by staff number."""
    votes = Vote.objects.filter(poll=poll.id).select_related("member__department")
    votes = votes.order_by("member__staff_no")
    if not Poll.objects.filter(pk=poll.id, anonymous=False, names_told=True).exists():
        return [Signed(vote.member, None, None) for vote in votes]
    votes = votes.prefetch_related("choices__option", "written__answer")
    return [Signed(vote.member, _cast(vote), vote.at) for vote in votes]


def _cast(vote: Vote) -> Cast:
    chosen = sorted(vote.choices.all(), key=lambda one: (one.place or 0, one.option.order))
    written = [one.answer.text for one in vote.written.all()]
    return Cast([one.option_id for one in chosen], written)


def _states(polls: Sequence[Poll], mine: dict[int, Cast], *, staff: bool) -> list[PollState]:
    visible = [poll for poll in polls if staff or poll.published]
    voters = voter_counts(poll.pk for poll in polls)
    votes = option_votes(poll.pk for poll in visible)
    answers = answers_of(visible, staff=staff)
    waiting = [poll for poll in polls if poll.phase == PollPhase.PREPARED]
    waiting.sort(key=lambda poll: (poll.place, poll.pk))
    places = {poll.pk: place for place, poll in enumerate(waiting)}
    shown = {poll.pk for poll in visible}
    return [
        poll_state(
            poll,
            poll.options.all(),
            Seen(
                voters=voters.get(poll.pk, 0),
                counts=_counts(poll.options.all(), votes) if poll.pk in shown else None,
                answers=answers.get(poll.pk),
                cast=mine.get(poll.pk),
                key=poll.pk in shown,
                place=places.get(poll.pk, 0),
            ),
        )
        for poll in polls
    ]


def overdue(now: datetime, codes: Iterable[str]) -> list[tuple[int, str, int]]:
    """Open polls whose countdown and grace are over, in the rooms with these codes: room, code and
    poll."""
    late = Poll.objects.filter(
        phase=PollPhase.OPEN, deadline__lt=now - GRACE, room__session__code__in=list(codes)
    )
    return list(late.values_list("room", "room__session__code", "pk"))


def last_votes(room_id: int, members: Iterable[int], until: datetime) -> dict[int, datetime]:
    """When each of ``members`` voted last, until then, in polls that keep who voted."""
    rows = Vote.objects.filter(
        poll__room=room_id, poll__anonymous=False, member__in=list(members), at__lte=until
    )
    return dict(rows.values_list("member").annotate(last=Max("at")).order_by())
