"""The figures of the board: kept per unit and course, and brought up to date where marked."""

from __future__ import annotations

from django.conf import settings
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


class Turn(models.Model):
    """By how much the people overdue and excused become more, or fewer, on the local date ``day``.

    ``own_*`` are those directly in the unit; without ``course``: all courses together. Adding up
    the days until today gives today's figures, so nothing is to be done at midnight. Days on which
    nothing changes are not kept.
    """

    unit = models.ForeignKey("members.Unit", on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(
        "courses.Course", on_delete=models.CASCADE, related_name="+", null=True
    )
    day = models.DateField(_("Day"))
    own_overdue = models.IntegerField(default=0)
    own_waived = models.IntegerField(default=0)
    overdue = models.IntegerField(_("Overdue"), default=0)
    waived = models.IntegerField(_("Waived"), default=0)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints = [
            models.UniqueConstraint(fields=["unit", "course", "day"], name="turn_of_course_once"),
            models.UniqueConstraint(
                fields=["unit", "day"], condition=Q(course__isnull=True), name="turn_of_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.course_id} {self.day:%F} {self.overdue:+} {self.waived:+}"


class ExportState(models.TextChoices):
    """How far a file is."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("In progress")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Export(models.Model):
    """A workbook of everybody below ``unit`` that the worker makes for ``owner``, for nobody else.

    ``done`` of ``total`` rows are written. The file is gone at ``expires_at``. With ``year``: what
    is required in it, as it stood at the end of ``as_at``; without: courses.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports"
    )
    unit = models.ForeignKey("members.Unit", on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)
    as_at = models.DateField(null=True)
    language = models.CharField(max_length=10)
    state = models.CharField(
        max_length=10, choices=ExportState.choices, default=ExportState.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ExportState.values), name="export_state_known"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(state__in=["waiting", "working"]),
                name="export_one_at_a_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.owner_id} {self.unit_id} {self.state} {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        """Rows written, of all; 100 only when the file is there."""
        if self.state == ExportState.READY:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


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
