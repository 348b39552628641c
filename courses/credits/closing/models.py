"""PeriodClose: a report as it was handed in; ClosedRow: one person's line of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.credits.models import Requirement


class PeriodClose(models.Model):
    """One requirement in one period, as it stood when somebody closed it. Never written again.

    While the digest is empty its lines are still being written: ``looked_at`` of ``total`` people,
    everybody with a key up to ``cursor``.
    """

    # PROTECT: the version that was reported stays readable.
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="closes")
    code = models.CharField(max_length=20)
    period = models.CharField(_("Period"), max_length=32)
    first = models.DateField(_("From"))
    last = models.DateField(_("To"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(_("Closed"))
    people = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    total = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["-last", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "period"], name="period_closed_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="closed_in_order"),
            models.CheckConstraint(condition=Q(met__lte=F("people")), name="closed_met_of_people"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period}"

    @property
    def is_whole(self) -> bool:
        """Whether every line is there."""
        return bool(self.digest)

    @property
    def percent(self) -> int:
        """People looked at, of all; 100 only when every line is there."""
        if self.is_whole:
            return 100
        return min(99, self.looked_at * 100 // self.total) if self.total else 0


class ClosedRow(models.Model):
    """What was reported of one person. Name and unit are those of that day."""

    close = models.ForeignKey(PeriodClose, on_delete=models.PROTECT, related_name="rows")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closed_rows"
    )
    staff_no = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    unit = models.ForeignKey("members.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    required = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    state = models.CharField(max_length=16)

    class Meta:
        verbose_name = _("line of a closed period")
        verbose_name_plural = _("lines of a closed period")
        ordering = ["staff_no"]
        constraints = [
            models.UniqueConstraint(fields=["close", "member"], name="closed_row_once"),
        ]
        indexes = [models.Index(fields=["close", "staff_no"], name="closed_row_in_order")]

    def __str__(self) -> str:
        return f"{self.close_id} {self.staff_no}"
