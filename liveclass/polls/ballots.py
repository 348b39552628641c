"""The ballots of one batch: each is checked against the poll and what was voted before, then all
are stored together. Tells nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F
from django.utils import timezone

from liveclass.polls.models import Answer, Option, Poll, PollPhase, Vote, VoteAnswer, VoteChoice
from liveclass.polls.plans import WRITTEN
from liveclass.polls.queries import GRACE, Cast
from liveclass.polls.tally import checked_answers, checked_choice, checked_ranking, points
from liveclass.rooms.actor import Actor
from liveclass.rooms.aloud import require_wanted
from realtime.protocol.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote to be cast: by whom, with which command, for which options or in which words."""

    actor: Actor
    command_id: str
    options: list[int]
    answers: list[str] = field(default_factory=list)


def checked_cast(poll: Poll, known: list[int], options: list[int], answers: list[str]) -> Cast:
    """What a ballot says, once it fits the poll with the options ``known``.

    Raises:
        Refusal: ``option_unknown``, ``option_count``, or what is wrong with the words.
    """
    if poll.kind in WRITTEN:
        if options:
            raise Refusal("option_unknown")
        written = checked_answers(poll.kind, answers, poll.least, poll.most)
        require_wanted(written)
        return Cast([], written)
    if answers:
        raise Refusal("option_count")
    if poll.kind == "ranking":
        return Cast(checked_ranking(options, known))
    return Cast(checked_choice(options, known, poll.least, poll.most))


class Box:
    """The ballots of one batch in one poll, whose row is locked."""

    def __init__(self, poll: Poll, members: set[int]) -> None:
        self._poll = poll
        self._options = list(poll.options.order_by("order").values_list("pk", flat=True))
        votes = Vote.objects.filter(poll=poll, member__in=members)
        votes = votes.prefetch_related("choices", "written__answer")
        self._votes = {vote.member_id: vote for vote in votes}
        self._ids = {vote.member_id: vote.client_id for vote in votes}
        self._now = timezone.now()
        self.chosen: dict[int, Cast] = {}
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
        if self._poll.deadline is not None and self._now > self._poll.deadline + GRACE:
            return Refusal("poll_late")
        try:
            chosen = self._checked(ballot)
        except Refusal as refusal:
            return refusal
        before = self._before(member)
        if before is not None and not self._poll.changeable:
            # To say the same once more is no change of a vote, where what was said is known.
            same = not self._poll.anonymous and self._alike(before, chosen)
            return 0 if same else Refusal("vote_final")
        self._ids[member] = ballot.command_id
        self.chosen[member] = chosen
        return 0

    def _checked(self, ballot: Ballot) -> Cast:
        return checked_cast(self._poll, self._options, ballot.options, ballot.answers)

    def _alike(self, one: Cast, other: Cast) -> bool:
        if self._poll.kind == "ranking":
            return one.options == other.options
        return set(one.options) == set(other.options) and set(one.answers) == set(other.answers)

    def _before(self, member: int) -> Cast | None:
        if member in self.chosen:
            return self.chosen[member]
        vote = self._votes.get(member)
        if vote is None:
            return None
        ranked = sorted(vote.choices.all(), key=lambda one: (one.place or 0, one.pk))
        written = [one.answer.text for one in vote.written.all()]
        return Cast([one.option_id for one in ranked], written)

    def write(self) -> None:
        """Store what was chosen."""
        changed = [self._votes[member] for member in self.chosen if member in self._votes]
        for vote in changed:
            vote.client_id, vote.at = self._ids[vote.member_id], self._now
        if changed:
            Vote.objects.bulk_update(changed, ["client_id", "at"])
            VoteChoice.objects.filter(vote__in=changed).delete()
            VoteAnswer.objects.filter(vote__in=changed).delete()
        at = self._poll.opened_at if self._poll.anonymous else self._now
        new = Vote.objects.bulk_create(
            Vote(poll=self._poll, member_id=member, client_id=self._ids[member], at=at or self._now)
            for member in self.chosen
            if member not in self._votes
        )
        written = self._written()
        if self._poll.anonymous:
            self._add(written)
        else:
            self._sign([*changed, *new], written)

    def _written(self) -> dict[str, Answer]:
        """The rows of everything that was written now, new ones made."""
        texts = {text for cast in self.chosen.values() for text in cast.answers}
        if not texts:
            return {}
        known = Answer.objects.filter(poll=self._poll, text__in=texts)
        found = {one.text: one for one in known}
        # By text: the rows of a batch lie in no order of their authors.
        made = [Answer(poll=self._poll, text=text) for text in sorted(texts - found.keys())]
        return found | {one.text: one for one in Answer.objects.bulk_create(made)}

    def _add(self, written: dict[str, Answer]) -> None:
        """Count without names: which ballot brought what is forgotten here."""
        ranking, n = self._poll.kind == "ranking", len(self._options)
        votes: Counter[int] = Counter()
        said: Counter[str] = Counter()
        for cast in self.chosen.values():
            for place, option in enumerate(cast.options):
                votes[option] += points(place, n) if ranking else 1
            said.update(cast.answers)
        for option, more in votes.items():
            Option.objects.filter(pk=option).update(votes=F("votes") + more)
        for text, more in said.items():
            written[text].votes += more
        Answer.objects.bulk_update(written.values(), ["votes"])

    def _sign(self, votes: Iterable[Vote], written: dict[str, Answer]) -> None:
        """Store each choice with the vote it belongs to."""
        votes, ranking = list(votes), self._poll.kind == "ranking"
        VoteChoice.objects.bulk_create(
            VoteChoice(
                vote=vote,
                option_id=option,
                sole=self._poll.most == 1,
                place=place if ranking else None,
            )
            for vote in votes
            for place, option in enumerate(self.chosen[vote.member_id].options)
        )
        VoteAnswer.objects.bulk_create(
            VoteAnswer(vote=vote, answer=written[text])
            for vote in votes
            for text in self.chosen[vote.member_id].answers
        )


def mix(poll: Poll) -> None:
    """Write the answers of an anonymous poll anew in the order of their texts, so that not even
    the files of the database tell in which order they came."""
    rows = list(Answer.objects.filter(poll=poll).order_by("text"))
    Answer.objects.filter(poll=poll).delete()
    Answer.objects.bulk_create(rows)
