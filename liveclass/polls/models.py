"""Polls with their options, and one vote per person and poll, held unique by the database."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Room
from realtime.protocol.commands import POLL_OPTION_CHARS, POLL_QUESTION_CHARS


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
    multiple = models.BooleanField(default=False)
    changeable = models.BooleanField(default=True)
    phase = models.CharField(max_length=10, choices=PollPhase.choices, default=PollPhase.PREPARED)
    published = models.BooleanField(default=False)
    voters = models.PositiveIntegerField(null=True, blank=True)
    """Final number of voters, written once at closing; NULL before."""
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return self.question


class Option(models.Model):
    """One choice of a poll, in the order asked."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="options")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=POLL_OPTION_CHARS)

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
    """That a person voted in a poll; what she chose are its ``VoteChoice`` rows.

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
    """One option a vote is for. ``sole`` marks single-choice polls: there, one row per vote."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="choices")
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="choices")
    sole = models.BooleanField()

    class Meta:
        verbose_name = _("choice of a vote")
        verbose_name_plural = _("choices of votes")
        constraints = [
            models.UniqueConstraint(fields=["vote", "option"], name="choice_once_per_option"),
            models.UniqueConstraint(
                fields=["vote"], condition=Q(sole=True), name="choice_single_is_single"
            ),
        ]

    def __str__(self) -> str:
        return f"choice of option {self.option_id}"
