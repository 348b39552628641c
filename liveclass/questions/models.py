"""Questions of members, and who has them too."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liveclass.rooms.models import Role, Room
from realtime.protocol.questions import ANSWER_CHARS, ASIDE_CHARS, QUESTION_CHARS


class QuestionPhase(models.TextChoices):
    """Where a question is between being asked and being settled."""

    WAITING = "waiting", _("Waiting")
    ANSWERING = "answering", _("Being answered")
    ANSWERED = "answered", _("Answered")
    DISMISSED = "dismissed", _("Set aside")
    MERGED = "merged", _("United with another")


class AsideReason(models.TextChoices):
    """Why a question is set aside."""

    OFF_TOPIC = "off_topic", _("Not about this class")
    ANSWERED_BEFORE = "answered_before", _("Answered already")
    OTHER_PLACE = "other_place", _("Belongs elsewhere")
    NO_TIME = "no_time", _("No time for it now")
    WORDING = "wording", _("Wording")
    OTHER = "other", pgettext_lazy("reason", "Other")


class Question(models.Model):
    """A question asked in a room. ``answer`` is the written one, empty when answered live.

    The author of an anonymous question is kept to tell her the answer, and shown on no page. The
    one of the staff who set it aside or united it, ``acted_by``, is told to whom it concerns.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="questions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="room_questions"
    )
    author_role = models.CharField(max_length=10, choices=Role.choices)
    text = models.CharField(max_length=QUESTION_CHARS)
    at = models.DateTimeField()
    phase = models.CharField(
        max_length=10, choices=QuestionPhase.choices, default=QuestionPhase.WAITING
    )
    answer = models.TextField(blank=True, max_length=ANSWER_CHARS)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    anonymous = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)
    into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="united"
    )
    aside_reason = models.CharField(max_length=16, choices=AsideReason.choices, blank=True)
    aside_words = models.CharField(max_length=ASIDE_CHARS, blank=True)
    acted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acted_role = models.CharField(max_length=10, choices=Role.choices, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="question_has_text"),
            models.CheckConstraint(
                condition=Q(author_role__in=Role.values), name="question_role_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(phase="answered", answered_at__isnull=False, answered_by__isnull=False)
                    | Q(
                        phase__in=["waiting", "answering", "dismissed", "merged"],
                        answered_at__isnull=True,
                    )
                ),
                name="question_phase_matches_times",
            ),
            models.CheckConstraint(
                condition=(
                    Q(phase="merged", into__isnull=False, acted_by__isnull=False)
                    | (~Q(phase="merged") & Q(into__isnull=True))
                ),
                name="question_united_with_one",
            ),
            models.CheckConstraint(
                condition=(
                    Q(aside_reason="", aside_words="")
                    | Q(
                        phase="dismissed",
                        aside_reason__in=AsideReason.values,
                        acted_by__isnull=False,
                    )
                ),
                name="question_aside_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(phase="answered"), name="question_answer_when_answered"
            ),
        ]
        indexes = [models.Index(fields=["room", "id"], name="question_of_room")]

    def __str__(self) -> str:
        return self.text[:60]


class Upvote(models.Model):
    """'I have this question too', once per person."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="upvotes")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("upvote")
        verbose_name_plural = _("upvotes")
        constraints = [
            models.UniqueConstraint(fields=["question", "member"], name="upvote_once"),
        ]

    def __str__(self) -> str:
        return f"upvote of {self.member_id}"
