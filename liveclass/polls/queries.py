"""Polls and their counts. A count always comes from the rows, by ``GROUP BY``."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from courses.activities.intervals import unix
from courses.activities.models import Session
from liveclass.polls.models import Option, Poll, PollPhase, Vote, VoteChoice
from liveclass.polls.tally import counts
from liveclass.rooms.actor import Actor
from realtime.protocol.state import PollCount, PollOption, PollState


def voter_counts(polls: Iterable[int]) -> dict[int, int]:
    """How many people voted, by poll; polls without votes are absent."""
    rows = Vote.objects.filter(poll__in=list(polls)).values_list("poll")
    return dict(rows.annotate(n=Count("pk")).order_by())


def option_votes(polls: Iterable[int]) -> dict[int, int]:
    """How many votes each option has; options without votes are absent."""
    rows = VoteChoice.objects.filter(option__poll__in=list(polls)).values_list("option")
    return dict(rows.annotate(n=Count("pk")).order_by())


def poll_counts(poll: Poll) -> list[PollCount]:
    """The count of one poll now, complete and in the order of its options."""
    options = Option.objects.filter(poll=poll).order_by("order").values_list("pk", flat=True)
    return counts(options, option_votes([poll.pk]))


def choices_of(actor: Actor) -> dict[int, list[int]]:
    """What the actor voted for in every poll of the room."""
    return choices(actor.room_id, [actor.member]).get(actor.member, {})


def choices(room_id: int, members: Iterable[int]) -> dict[int, dict[int, list[int]]]:
    """What ``members`` voted for, by member and poll; those who did not vote are absent."""
    rows = VoteChoice.objects.filter(vote__poll__room=room_id, vote__member__in=list(members))
    chosen: dict[int, dict[int, list[int]]] = {}
    ordered = rows.order_by("vote", "option__order")
    for member, poll, option in ordered.values_list("vote__member", "vote__poll", "option"):
        chosen.setdefault(member, {}).setdefault(poll, []).append(option)
    return chosen


def poll_state(
    poll: Poll,
    options: Iterable[Option],
    *,
    voters: int = 0,
    counted: list[PollCount] | None = None,
    mine: list[int] | None = None,
) -> PollState:
    """A poll for the wire; ``counted`` only for those who may see the bars."""
    return PollState(
        id=poll.pk,
        question=poll.question,
        options=[PollOption(one.pk, one.text) for one in options],
        multiple=poll.multiple,
        changeable=poll.changeable,
        phase=poll.phase,  # type: ignore[arg-type]  # CHECK poll_phase_matches_times
        published=poll.published,
        voters=voters,
        counts=counted,
        mine=mine or [],
        opened_at=unix(poll.opened_at) if poll.opened_at else None,
    )


def polls_for(actor: Actor) -> list[PollState]:
    """The polls of the room as the actor may see them, in the order she came to know them.

    Members see no prepared polls, and bars only of published ones.
    """
    found = Poll.objects.filter(room=actor.room_id).prefetch_related("options")
    if actor.is_staff:
        found = found.order_by("pk")
    else:
        found = found.exclude(phase=PollPhase.PREPARED).order_by("opened_at", "pk")
    return _states(list(found), choices_of(actor), all_counts=actor.is_staff)


def results(session: Session) -> list[PollState]:
    """Every poll of a session that was opened, with its counts, for the summary."""
    opened = Poll.objects.filter(room__session=session).exclude(phase=PollPhase.PREPARED)
    found = opened.order_by("opened_at", "pk").prefetch_related("options")
    return _states(list(found), {}, all_counts=True)


def _states(polls: list[Poll], mine: dict[int, list[int]], *, all_counts: bool) -> list[PollState]:
    ids = [poll.pk for poll in polls]
    voters, votes = voter_counts(ids), option_votes(ids)
    states = []
    for poll in polls:
        options = list(poll.options.all())
        visible = all_counts or poll.published
        counted = counts((one.pk for one in options), votes) if visible else None
        states.append(
            poll_state(
                poll,
                options,
                voters=voters.get(poll.pk, 0),
                counted=counted,
                mine=mine.get(poll.pk),
            )
        )
    return states
