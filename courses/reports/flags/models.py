"""Flags for people to look at, whom they concern, and what is remembered to raise them.

A flag decides nothing: no hour, mark or completion hangs on one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.quizzes.models import Attempt, Quiz

ANSWER_CHARS = 500


class FlagKind(models.TextChoices):
    """What was noticed."""

    CLAIMS = "claims", _("More playing reported than time has passed")
    QUICK = "quick", _("Quiz answered faster than it can be read")
    ALIKE = "alike", _("Same answers, the wrong ones too")


class Outcome(models.TextChoices):
    """What came of looking. Empty: nobody has looked yet."""

    EXPLAINED = "explained", _("Explained, nothing to do")
    AGAIN = "again", _("To be done again")
    CORRECTED = "corrected", _("The record was corrected")


class Flag(models.Model):
    """Something that is hard to explain. ``key`` names it, so that it is raised once.

    ``seconds``: playing that was not believed, or what a quiz took. ``questions``, ``wrong``: how
    many a paper had, and how many were answered wrongly.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=FlagKind.choices)
    lesson = models.ForeignKey(
        "courses.Lesson", on_delete=models.PROTECT, null=True, blank=True, related_name="flags"
    )
    day = models.DateField(_("Day"))
    seconds = models.PositiveIntegerField(default=0)
    questions = models.PositiveSmallIntegerField(default=0)
    wrong = models.PositiveSmallIntegerField(default=0)
    raised_at = models.DateTimeField()
    outcome = models.CharField(
        _("What came of it"), max_length=10, choices=Outcome.choices, blank=True, default=""
    )
    answer = models.CharField(_("Reason"), max_length=ANSWER_CHARS, blank=True, default="")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", settled_by__isnull=True, settled_at__isnull=True)
                | (
                    Q(outcome__in=Outcome.values, settled_by__isnull=False)
                    & Q(settled_at__isnull=False)
                    & ~Q(answer="")
                ),
                name="flag_settled_by_somebody_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "-raised_at"], name="flag_open_first")]

    def __str__(self) -> str:
        return self.key


class FlagPerson(models.Model):
    """Somebody a flag is about, and what she says of it."""

    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="people")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="flagged"
    )
    attempt = models.ForeignKey(
        Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said = models.CharField(_("What happened"), max_length=ANSWER_CHARS, blank=True, default="")
    said_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("person of a flag")
        verbose_name_plural = _("people of flags")
        constraints = [
            models.UniqueConstraint(fields=["flag", "member"], name="flag_person_once"),
            models.CheckConstraint(
                condition=Q(said="", said_at__isnull=True)
                | (~Q(said="") & Q(said_at__isnull=False)),
                name="flag_person_said_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.flag_id}"


class Doubt(models.Model):
    """Ticks of playing that one member's pages reported on one day and that were not believed."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    lesson = models.ForeignKey("courses.Lesson", on_delete=models.CASCADE, null=True, blank=True)
    ticks = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("playing not believed")
        verbose_name_plural = _("playing not believed")
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="doubt_once_a_day")]
        indexes = [models.Index(fields=["day"], name="doubt_day")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.day}"


class Sheet(models.Model):
    """That an ended attempt was looked at, and the digest of its answers; empty: too few of them,
    or too few wrong ones, to compare it with others."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="sheet")
    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answers that were compared")
        verbose_name_plural = _("answers that were compared")
        indexes = [
            models.Index(fields=["quiz", "digest"], condition=~Q(digest=""), name="sheet_alike"),
            models.Index(fields=["ended_at"], name="sheet_age"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}"
