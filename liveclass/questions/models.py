"""Questions of members, and who has them too."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Role, Room
from realtime.protocol.commands import ANSWER_CHARS, QUESTION_CHARS


class QuestionPhase(models.TextChoices):
    """Where a question is between being asked and being settled."""

    WAITING = "waiting", _("Waiting")
    ANSWERING = "answering", _("Being answered")
    ANSWERED = "answered", _("Answered")
    DISMISSED = "dismissed", _("Set aside")


class Question(models.Model):
    """A question asked in a room. ``answer`` is the written one, empty when answered live."""

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
                    | Q(phase__in=["waiting", "answering", "dismissed"], answered_at__isnull=True)
                ),
                name="question_phase_matches_times",
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
