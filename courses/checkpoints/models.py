"""Where a recording asks a question, and who has found the answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Lesson
from courses.quizzes.models import Question

LONGEST = 24 * 3600
"""Seconds of a recording."""


class Checkpoint(models.Model):
    """A question that is asked when a recording has been played up to ``second``.

    It may be moved, and the recording replaced: who has answered it stays where she is. One that is
    taken out is kept, because somebody may have answered it.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="checkpoints")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="checkpoints")
    second = models.PositiveIntegerField(_("At"))
    removed = models.BooleanField(_("Taken out"), default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["lesson", "second", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "second"], condition=Q(removed=False),
                name="checkpoint_one_at_once",
            ),
            models.UniqueConstraint(
                fields=["lesson", "question"], condition=Q(removed=False),
                name="checkpoint_question_once",
            ),
            models.CheckConstraint(
                condition=Q(second__gte=1, second__lte=LONGEST), name="checkpoint_in_recording"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.second} s"


class Reached(models.Model):
    """What became of a checkpoint for one member, in the period in which she learns.

    ``last`` is the command that was taken newest, and ``right`` its result: sent twice, it is
    answered twice and counted once. A right answer is never taken back.
    """

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="reached")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=20, blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    last = models.CharField(max_length=36)
    right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answered checkpoint")
        verbose_name_plural = _("answered checkpoints")
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "member", "period"], name="checkpoint_reached_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.checkpoint_id} {self.right}"


class CheckpointAnswer(models.Model):
    """One answer to a checkpoint, as it was given: appended, never changed or taken away.

    ``said`` is what stood on the screen, since a question may be written anew. Kept of each member
    and checkpoint: the first ``actions.TRIES_KEPT``, and the right one always.
    """

    reached = models.ForeignKey(Reached, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    said = models.CharField(_("Answer"), max_length=500, blank=True)
    right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a checkpoint")
        verbose_name_plural = _("answers to checkpoints")
        ordering = ["reached", "number"]
        constraints = [
            models.UniqueConstraint(fields=["reached", "number"], name="checkpoint_answer_once"),
            models.UniqueConstraint(
                fields=["reached"], condition=Q(right=True), name="checkpoint_right_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="checkpoint_answer_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.reached_id} {self.number} {self.right}"
