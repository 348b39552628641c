"""What a member has done of each lesson, which one she has open, and which courses are complete."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.completion.ranges import LONGEST, MAX_PIECES

COVER_BYTES = MAX_PIECES * 6
"""A packed cover is never longer: two steps a piece, three bytes each."""


class Progress(models.Model):
    """What one member has done of one lesson. It only grows.

    ``cover`` are ticks of a recording, or pages of a document (page n is the tick n - 1), of the
    material ``version``. Another version begins a cover of its own; ``permille``, the most that was
    ever reached, stays. What has to be learnt again every year begins anew in its next ``period``.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="progress"
    )
    # PROTECT: what was learnt proves something; a lesson that is over is archived.
    lesson = models.ForeignKey("courses.Lesson", on_delete=models.PROTECT, related_name="progress")
    period = models.CharField(_("Period"), max_length=20, blank=True, default="")
    version = models.PositiveIntegerField(_("Version of the material"), default=0)
    length = models.PositiveIntegerField(_("Length of that version"), default=0)
    cover = models.BinaryField(max_length=COVER_BYTES, default=bytes)
    covered = models.PositiveIntegerField(_("Watched of that version"), default=0)
    permille = models.PositiveSmallIntegerField(_("Reached, in thousandths"), default=0)
    position = models.PositiveIntegerField(_("Where to go on"), default=0)
    begun_at = models.DateTimeField(_("Begun"), auto_now_add=True)
    changed_at = models.DateTimeField(_("Last change"))

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "lesson", "period"], name="progress_of_member_once"
            ),
            models.CheckConstraint(
                condition=Q(permille__lte=1000), name="progress_permille_in_range"
            ),
            models.CheckConstraint(
                condition=Q(length__lte=LONGEST) & Q(covered__lte=F("length")),
                name="progress_covered_in_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.lesson_id} {self.permille / 10:.1f} %"


class Lease(models.Model):
    """A lesson or a replay open on one page, and what may still be believed of what that page says.

    A member has one open lease: playing on a second device ends the first. A closed lease keeps its
    account for a while, so that what was played before, and reported late, still counts.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leases"
    )
    # What is open: a lesson of a course, or the replay of a class.
    lesson = models.ForeignKey(
        "courses.Lesson", on_delete=models.CASCADE, related_name="leases", null=True, blank=True
    )
    session = models.ForeignKey(
        "courses.Session", on_delete=models.CASCADE, related_name="leases", null=True, blank=True
    )
    period = models.CharField(max_length=20, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    reported = models.PositiveIntegerField(_("Newest report taken"), default=0)
    window = models.BigIntegerField(_("Reports taken just before, as bits"), default=0)
    ticks = models.FloatField(_("Playing that is still believed"))
    filled_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("Opened"))
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("open lesson")
        verbose_name_plural = _("open lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(closed_at__isnull=True), name="lease_one_open"
            ),
            models.CheckConstraint(condition=Q(ticks__gte=0), name="lease_ticks_not_negative"),
            models.CheckConstraint(
                condition=Q(lesson__isnull=True, session__isnull=False)
                | Q(lesson__isnull=False, session__isnull=True),
                name="lease_of_lesson_or_replay",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="lease_closes_after_opening",
            ),
        ]
        indexes = [
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False),
                name="lease_closed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.lesson_id or self.session_id}"


class Enrolment(models.Model):
    """A member is taking a course; once for each ``period`` in which it is required of her anew.

    The newest one is the current one: what she does counts there.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="enrolments"
    )
    period = models.CharField(_("Period"), max_length=20, blank=True, default="")
    began_at = models.DateTimeField(_("Begun"))
    # Where she left it; none before she has opened a lesson.
    lesson = models.ForeignKey(
        "courses.Lesson", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(_("Last opened"), null=True, blank=True)
    permille = models.PositiveSmallIntegerField(_("Progress, in thousandths"), default=0)
    completed_at = models.DateTimeField(_("Completed"), null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "course", "period"], name="enrolment_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(permille__lte=1000), name="enrolment_permille_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-seen_at"], name="enrolment_last_seen"),
            models.Index(fields=["course", "completed_at"], name="enrolment_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.course_id} {self.period}"


class Completion(models.Model):
    """A member has completed a course, for one period. Never changed, never taken back."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions"
    )
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="completions"
    )
    period = models.CharField(_("Period"), max_length=20, blank=True)
    at = models.DateTimeField(_("Completed"))
    rule = models.TextField(_("Rule at that time"), blank=True)

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "course", "period"], name="completion_once_a_period"
            )
        ]
        indexes = [models.Index(fields=["course", "at"], name="completion_by_course")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.course_id} {self.at:%F}"
