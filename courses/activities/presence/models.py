"""Breaks of a session, its checks with their answers, what a check left to be made up, absences."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.activities.models import Session
from realtime.protocol.attendance import CHECK_QUESTION_CHARS, CHECKS_MOST

NOTE_CHARS = 200


class Break(models.Model):
    """A break of a session. It is over at ``until`` by itself; ending it sooner moves that."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="breaks")
    started_at = models.DateTimeField(_("From"))
    until = models.DateTimeField(_("To"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("started_at")), name="break_in_order"),
        ]
        indexes = [models.Index(fields=["session", "started_at"], name="break_of_session")]

    def __str__(self) -> str:
        return f"break of session {self.session_id}"


class CheckPlan(models.Model):
    """What the members of a session were told beforehand: how many checks may come."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="check_plan")
    most = models.PositiveSmallIntegerField(_("Checks at most"))
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("announcement of checks")
        verbose_name_plural = _("announcements of checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=CHECKS_MOST), name="check_plan_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most} checks in session {self.session_id}"


class CheckKind(models.TextChoices):
    """What a check asks."""

    PRESENCE = "presence", _("Are you there?")
    QUESTION = "question", _("A question about the class")


class Check(models.Model):
    """Asked of everybody who is present; whoever misses it makes up the stretch before it.

    Until ``settled_at`` nobody knows who missed it. ``asked``: how many were asked, known then.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind.choices)
    question = models.CharField(_("Question"), max_length=CHECK_QUESTION_CHARS, blank=True)
    # The texts in order; ``correct`` is the place of the right one. Empty for presence.
    options = models.JSONField(default=list, blank=True)
    correct = models.PositiveSmallIntegerField(null=True, blank=True)
    opened_at = models.DateTimeField()
    deadline = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CheckKind.values), name="attendance_check_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(deadline__gt=F("opened_at")), name="attendance_check_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind="presence", question="", correct__isnull=True)
                | (Q(kind="question", correct__isnull=False) & ~Q(question="")),
                name="attendance_check_complete",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(settled_at__isnull=True),
                name="attendance_check_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "opened_at"], name="attendance_check_of_session"),
            models.Index(
                fields=["deadline"],
                condition=Q(settled_at__isnull=True),
                name="attendance_check_open",
            ),
        ]

    def __str__(self) -> str:
        return f"check {self.pk} of session {self.session_id}"


class CheckAnswer(models.Model):
    """Somebody's one answer to a check; the first one stands."""

    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="answers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    choice = models.PositiveSmallIntegerField(null=True, blank=True)
    right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer to a check")
        verbose_name_plural = _("answers to checks")
        constraints = [
            models.UniqueConstraint(fields=["check_asked", "member"], name="check_answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in check {self.check_asked_id}"


class Gap(models.Model):
    """What somebody has to make up in the replay because of a check: live presence from … to."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="gaps")
    check_asked = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="gaps")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # Answered, but wrongly; otherwise there was no answer.
    wrong = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("stretch to be made up")
        verbose_name_plural = _("stretches to be made up")
        constraints = [
            models.UniqueConstraint(fields=["check_asked", "member"], name="gap_once"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="gap_in_order"),
        ]
        indexes = [models.Index(fields=["session", "member"], name="gap_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.started_at:%F %T}"


class AbsenceKind(models.TextChoices):
    """Why somebody cannot come; said instead of a red name."""

    SHIFT = "shift", _("On shift")
    LEAVE = "leave", _("On leave")
    TRIP = "trip", _("On a business trip")
    OTHER = "other", _("Excused")


class Absence(models.Model):
    """Somebody cannot attend from … to, and somebody who may say so has said why."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences"
    )
    kind = models.CharField(_("Reason"), max_length=10, choices=AbsenceKind.choices)
    starts_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("To"))
    note = models.CharField(_("Note"), max_length=NOTE_CHARS, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AbsenceKind.values), name="absence_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absence_in_order"
            ),
        ]
        indexes = [models.Index(fields=["member", "starts_at"], name="absence_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind} {self.starts_at:%F %T}"
