"""The figures of the board: kept per unit and course, and brought up to date where marked."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Mark(models.Model):
    """Somebody of ``unit`` began, completed or left ``course``: its figures are to be looked at.

    Appended in the transaction that changed something, and never updated: many who complete the
    same course in the same second wait for nobody. Folding takes it away.
    """

    unit = models.ForeignKey("members.Unit", on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.course_id}"


class Counter(models.Model):
    """How many people take a course and how many of them completed it, in a unit and below it.

    ``own_*`` are those directly in the unit. Without ``course``: all courses together.
    """

    unit = models.ForeignKey("members.Unit", on_delete=models.CASCADE, related_name="counters")
    course = models.ForeignKey(
        "courses.Course", on_delete=models.CASCADE, related_name="counters", null=True
    )
    own_taking = models.PositiveIntegerField(default=0)
    own_completed = models.PositiveIntegerField(default=0)
    taking = models.PositiveIntegerField(_("Taking it"), default=0)
    completed = models.PositiveIntegerField(_("Completed"), default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            models.UniqueConstraint(fields=["unit", "course"], name="counter_of_course_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(course__isnull=True), name="counter_of_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(completed__lte=F("taking")) & Q(own_completed__lte=F("own_taking")),
                name="counter_completed_of_taking",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.course_id} {self.completed}/{self.taking}"


class Board(models.Model):
    """One row: whoever folds or recounts holds it, so that nobody counts the same mark twice."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    recounted_at = models.DateTimeField(_("Counted anew"), null=True)

    class Meta:
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="board_is_single")]

    def __str__(self) -> str:
        return "board"
