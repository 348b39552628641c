"""Polls with their options, and one vote per person and poll, held unique by the database."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Room
from realtime.protocol.polls import (
    POLL_EXPLANATION_CHARS,
    POLL_OPTION_CHARS,
    POLL_QUESTION_CHARS,
    POLL_TEXT_CHARS,
)

ANSWER_IDS = 2**52
"""Ids of written answers are drawn below this: pages hold integers exactly to 2**53."""


class PollKind(models.TextChoices):
    """What a poll asks for."""

    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "truefalse", _("True or false")
    RATING = "rating", _("Rating")
    QUIZ = "quiz", _("Quiz")
    RANKING = "ranking", _("Ranking")
    WORDS = "words", _("Word cloud")
    TEXT = "text", _("Open answer")


class PollPhase(models.TextChoices):
    """Where a poll is in its one life; it only moves forward."""

    PREPARED = "prepared", _("Prepared")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Poll(models.Model):
    """A question put to the room, with options to choose from."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="polls")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.CharField(max_length=36)
    question = models.CharField(max_length=POLL_QUESTION_CHARS)
    kind = models.CharField(max_length=10, choices=PollKind.choices, default=PollKind.SINGLE)
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(default=1)
    """How many options or words one answer has."""
    changeable = models.BooleanField(default=True)
    anonymous = models.BooleanField(default=False)
    names_told = models.BooleanField(default=True, editable=False)
    """Whether those who voted were told beforehand that lecturer and assistants see their answer.
    Polls from before this was said are False: nobody is shown who chose what in them."""
    seconds = models.PositiveIntegerField(null=True, blank=True)
    """Countdown from opening; NULL: none."""
    explanation = models.CharField(max_length=POLL_EXPLANATION_CHARS, blank=True)
    origin = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="rounds"
    )
    """The poll that was asked first, when this one asks the same again."""
    round = models.PositiveSmallIntegerField(default=1)
    deck = models.ForeignKey(
        "liveclass.Deck", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    page = models.PositiveIntegerField(null=True, blank=True)
    """The slide that was shown when it opened."""
    place = models.PositiveIntegerField(default=0)
    """Position in the tray: smaller first, then older first."""
    phase = models.CharField(max_length=10, choices=PollPhase.choices, default=PollPhase.PREPARED)
    published = models.BooleanField(default=False)
    voters = models.PositiveIntegerField(null=True, blank=True)
    """Final number of voters, written once at closing; NULL before."""
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    """When the countdown of an opened poll is over, by the clock of the server."""
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "created_by", "client_id"], name="poll_command_once"
            ),
            models.UniqueConstraint(
                fields=["room"], condition=Q(phase="open"), name="poll_one_open_per_room"
            ),
            models.CheckConstraint(
                condition=(
                    Q(phase="prepared", opened_at__isnull=True, closed_at__isnull=True)
                    | Q(phase="open", opened_at__isnull=False, closed_at__isnull=True)
                    | Q(phase="closed", opened_at__isnull=False, closed_at__isnull=False)
                ),
                name="poll_phase_matches_times",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(phase="closed"), name="poll_published_is_closed"
            ),
            models.CheckConstraint(
                condition=Q(phase="closed", voters__isnull=False)
                | (~Q(phase="closed") & Q(voters__isnull=True)),
                name="poll_final_count_when_closed",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="poll_has_question"),
            models.CheckConstraint(condition=Q(kind__in=PollKind.values), name="poll_kind_known"),
            models.CheckConstraint(
                condition=Q(least__gte=1, most__gte=F("least")), name="poll_bounds_ordered"
            ),
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(changeable=False),
                name="poll_anonymous_is_final",
            ),
            models.UniqueConstraint(fields=["origin", "round"], name="poll_round_once"),
        ]

    def __str__(self) -> str:
        return self.question


class Option(models.Model):
    """One choice of a poll, in the order asked."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="options")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=POLL_OPTION_CHARS)
    correct = models.BooleanField(default=False)
    votes = models.PositiveIntegerField(default=0)
    """Anonymous polls only: votes or points so far. Otherwise the rows are counted."""

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["poll", "order"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "order"], name="option_order_unique"),
            models.CheckConstraint(condition=~Q(text=""), name="option_has_text"),
        ]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """That a person voted in a poll; what she chose are its ``VoteChoice`` and ``VoteAnswer`` rows.
    In an anonymous poll there are none, and ``at`` is when it was opened: nothing here may be
    matched with the counters.

    ``client_id`` is the command that wrote it last, so that its repetition is recognised even
    after the poll has closed.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["poll", "member"], name="vote_once_per_poll"),
        ]

    def __str__(self) -> str:
        return f"vote of {self.member_id} in poll {self.poll_id}"


class VoteChoice(models.Model):
    """One option a vote is for. ``sole`` marks single-choice polls: there, one row per vote.
    ``place`` is the place in a ranking, from 0; NULL elsewhere."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="choices")
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="choices")
    sole = models.BooleanField()
    place = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("choice of a vote")
        verbose_name_plural = _("choices of votes")
        constraints = [
            models.UniqueConstraint(fields=["vote", "option"], name="choice_once_per_option"),
            models.UniqueConstraint(
                fields=["vote"], condition=Q(sole=True), name="choice_single_is_single"
            ),
            models.UniqueConstraint(fields=["vote", "place"], name="choice_once_per_place"),
        ]

    def __str__(self) -> str:
        return f"choice of option {self.option_id}"


class AnswerState(models.TextChoices):
    """Whether a written answer is for everybody's eyes."""

    NEW = "new", _("New")
    SHOWN = "shown", _("Shown")
    HIDDEN = "hidden", _("Hidden")


def random_id() -> int:
    """An id that tells nothing of the order in which answers came."""
    return secrets.randbelow(ANSWER_IDS) + 1


class Answer(models.Model):
    """A word or text written in a poll, once for all who wrote it. It knows neither who nor when.

    ``votes`` counts in anonymous polls only; otherwise its ``VoteAnswer`` rows are counted.
    """

    id = models.BigAutoField(primary_key=True, default=random_id)
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="answers")
    text = models.CharField(max_length=POLL_TEXT_CHARS)
    votes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.NEW)

    class Meta:
        verbose_name = _("written answer")
        verbose_name_plural = _("written answers")
        constraints = [
            models.UniqueConstraint(fields=["poll", "text"], name="answer_once_per_poll"),
            models.CheckConstraint(condition=~Q(text=""), name="answer_has_text"),
            models.CheckConstraint(
                condition=Q(state__in=AnswerState.values), name="answer_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class VoteAnswer(models.Model):
    """One written answer of a vote, in polls that are not anonymous."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="written")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="authors")

    class Meta:
        verbose_name = _("written answer of a vote")
        verbose_name_plural = _("written answers of votes")
        constraints = [
            models.UniqueConstraint(fields=["vote", "answer"], name="vote_answer_once"),
        ]

    def __str__(self) -> str:
        return f"vote {self.vote_id} wrote answer {self.answer_id}"


class ReplayAnswer(models.Model):
    """One person's answer to a poll of a class that she watched later.

    It is hers alone and no vote: the count of the class never contains it. Of an anonymous poll it
    says that she answered, and not what: ``options`` and ``answers`` are empty.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="replay_answers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.CharField(max_length=36)
    """The command that wrote it: sent once more, it is answered once more."""
    options = models.JSONField(default=list)
    """Ids of options, in a ranking the first place first."""
    answers = models.JSONField(default=list)
    """Words, or the text."""
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer in a replay")
        verbose_name_plural = _("answers in replays")
        constraints = [
            models.UniqueConstraint(fields=["poll", "member"], name="replay_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in the replay of poll {self.poll_id}"
