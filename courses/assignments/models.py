"""Assignments, the obligations that come of them, and the notices that remind of these."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.assignments.due import DUE_SOON, State

MAX_DAYS = 3650
"""Longest time that may be given, in days."""


class Repeat(models.TextChoices):
    """Whether it is asked for anew."""

    ONCE = "once", _("Once")
    YEARLY = "yearly", _("Every calendar year")


class Assignment(models.Model):
    """One or several courses (a plan) that an audience has to complete.

    ``audience`` is a tree of ``assignments.audience``. It is due on ``due_on``, or ``due_days``
    after the day on which it first reached a person: when it began, or when she joined the
    audience. Every year it is due on the same day of that year. Without ``unit`` it is the whole
    organisation's; otherwise it reaches nobody outside that unit, and its admins may change it.
    """

    title = models.CharField(_("Title"), max_length=120)
    note = models.TextField(_("Note to members"), blank=True, max_length=2000)
    courses = models.ManyToManyField("courses.Course", related_name="assignments")
    audience = models.JSONField(_("Audience"))
    unit = models.ForeignKey(
        "members.Unit", on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("Unit"),
    )  # fmt: skip
    begins_on = models.DateField(_("Begins on"))
    due_on = models.DateField(_("Due date"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("Days given"), null=True, blank=True)
    repeat = models.CharField(
        _("Repeats"), max_length=10, choices=Repeat.choices, default=Repeat.ONCE
    )
    escalates = models.BooleanField(_("Tell leaders when it is overdue"), default=True)
    ended_at = models.DateTimeField(_("Ended"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments_made"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="assignment_has_title"),
            models.CheckConstraint(
                condition=Q(repeat__in=Repeat.values), name="assignment_repeat_known"
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False, due_days__isnull=True)
                | Q(
                    due_on__isnull=True,
                    due_days__isnull=False,  # a comparison with nothing is no refusal
                    due_days__gte=1,
                    due_days__lte=MAX_DAYS,
                ),
                name="assignment_due_one_way",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("begins_on")),
                name="assignment_due_after_beginning",
            ),
        ]
        indexes = [
            models.Index(
                fields=["begins_on"], condition=Q(ended_at__isnull=True), name="assignment_running"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Fact(models.TextChoices):
    """What of an assignment may change after it was made."""

    TITLE = "title", _("Title")
    NOTE = "note", _("Note to members")
    AUDIENCE = "audience", _("Audience")
    DUE = "due", _("Due date")
    ESCALATES = "escalates", _("Tell leaders when it is overdue")
    ENDED = "ended", _("Ended")


class AssignmentChange(models.Model):
    """That somebody changed one thing of an assignment, as it was and as it is: appended, never
    changed. ``before`` and ``after`` are text; a date rule is ``2026-12-01`` or ``30 d``, an
    audience its tree as JSON."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    fact = models.CharField(max_length=10, choices=Fact.choices)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reached = models.PositiveIntegerField(
        null=True, blank=True, help_text="People in the audience after it, where that changed."
    )

    class Meta:
        verbose_name = _("change of an assignment")
        verbose_name_plural = _("changes of assignments")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fact__in=Fact.values), name="assignment_change_known"
            ),
            models.CheckConstraint(
                condition=~Q(before=F("after")), name="assignment_change_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.fact} {self.at:%F}"


class Obligation(models.Model):
    """That one member has to complete one course of an assignment, in one period.

    What became of it is derived, never stored: see ``state``. ``left_on``: the audience no longer
    includes her, or the assignment ended; who comes back owes it again. A waiver stands for the
    local dates ``waived_from`` to ``waived_until``, both included; without an end, for good.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="obligations"
    )
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="obligations")
    course = models.ForeignKey(
        "courses.Course", on_delete=models.PROTECT, related_name="obligations"
    )
    period = models.CharField(_("Period"), max_length=20, blank=True, default="")
    from_on = models.DateField(_("Since"))
    due_on = models.DateField(_("Due date"))
    completed_at = models.DateTimeField(_("Completed"), null=True, blank=True)
    left_on = models.DateField(_("No longer required since"), null=True, blank=True)
    waived_from = models.DateField(_("Waived from"), null=True, blank=True)
    waived_until = models.DateField(_("Waived until"), null=True, blank=True)
    waived_reason = models.CharField(_("Reason"), max_length=500, blank=True, default="")
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "assignment", "course", "period"], name="obligation_once"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("from_on")), name="obligation_due_after_beginning"
            ),
            models.CheckConstraint(
                condition=Q(waived_from__isnull=True, waived_until__isnull=True, waived_reason="",
                            waived_by__isnull=True)
                | (Q(waived_from__isnull=False, waived_by__isnull=False) & ~Q(waived_reason="")),
                name="obligation_waiver_says_why",
            ),
            models.CheckConstraint(
                condition=Q(waived_until__isnull=True)
                | Q(waived_until__gte=F("waived_from")),
                name="obligation_waiver_in_order",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["course", "due_on"], name="obligation_by_course"),
            models.Index(
                fields=["due_on"],
                condition=Q(completed_at__isnull=True, left_on__isnull=True),
                name="obligation_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.course_id} {self.period} {self.due_on:%F}"

    def state(self, today: date) -> State:
        """What it is on the local date ``today``."""
        if self.completed_at is not None:
            return State.DONE
        if self.left_on is not None:
            return State.LEFT
        if self.is_waived(today):
            return State.WAIVED
        if today > self.due_on:
            return State.OVERDUE
        return State.SOON if (self.due_on - today).days <= DUE_SOON else State.OPEN

    def is_waived(self, today: date) -> bool:
        """Whether a waiver stands on ``today``."""
        return (
            self.waived_from is not None
            and self.waived_from <= today
            and (self.waived_until is None or today <= self.waived_until)
        )


class Step(models.IntegerChoices):
    """Who is told of an obligation: the ladder, from below."""

    MEMBER = 0, _("Reminder")
    LEADER = 1, _("To the leader of the unit")
    ABOVE = 2, _("To the leader above")


class Notice(models.Model):
    """That ``reader`` was told of an obligation on ``day``: in the page, and by mail if she has an
    address. ``mailed_at`` is set before it is sent: a mail may be lost, never doubled."""

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="notices")
    step = models.PositiveSmallIntegerField(choices=Step.choices, default=Step.MEMBER)
    day = models.DateField(_("Day"))
    seen_at = models.DateTimeField(_("Seen"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("Sent by mail"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "obligation", "step", "day"], name="notice_once_a_day"
            ),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="notice_step_known"),
        ]
        indexes = [
            models.Index(fields=["reader", "-day"], name="notice_of_reader"),
            models.Index(
                fields=["day"], condition=Q(mailed_at__isnull=True), name="notice_to_be_mailed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.obligation_id} {self.day:%F}"
