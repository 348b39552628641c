"""Required hours as they stand: per person, summed up per unit, and who is to be looked at."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.credits.models import Requirement


class HoursColumn(models.Model):
    """One requirement in one period: a column of the board.

    ``requirement``: the version that counts for it. Without days: each person has a period of her
    own. ``walked``: everybody with a key up to this one has been looked at.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    period = models.CharField(_("Period"), max_length=32, blank=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    walked = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("column of hours")
        verbose_name_plural = _("columns of hours")
        ordering = ["code", "first", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "period"], name="hours_column_once"),
            models.CheckConstraint(
                condition=Q(first__isnull=True, last__isnull=True) | Q(last__gte=F("first")),
                name="hours_column_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period}"


class HoursState(models.TextChoices):
    """What became of a requirement, whatever the date."""

    MET = "met", _("Met")
    OPEN = "open", _("Not met yet")
    WAIVED = "waived", _("Waived")


class HoursStanding(models.Model):
    """How one person stood to one column when she was last looked at, all in hundredths.

    ``behind_from``: the day on which she falls behind if nothing is added; ``is_behind``: whether
    the figures count her as behind already.
    """

    column = models.ForeignKey(HoursColumn, on_delete=models.CASCADE, related_name="standings")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("members.Unit", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=6, choices=HoursState.choices)
    required = models.PositiveIntegerField(_("Required"))
    counted = models.PositiveIntegerField(_("Counted"))
    behind_from = models.DateField(null=True)
    is_behind = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("standing in hours")
        verbose_name_plural = _("standings in hours")
        constraints = [
            models.UniqueConstraint(fields=["column", "member"], name="hours_standing_once"),
            models.CheckConstraint(
                condition=Q(state="open", behind_from__isnull=False)
                | Q(state__in=["met", "waived"], behind_from__isnull=True, is_behind=False),
                name="hours_standing_open_may_fall_behind",
            ),
        ]
        indexes = [
            models.Index(fields=["column", "unit", "state"], name="hours_standing_of_unit"),
            models.Index(
                fields=["behind_from"], condition=Q(state="open", is_behind=False),
                name="hours_standing_to_turn",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.member_id} {self.column_id} {self.state} {self.counted}/{self.required}"


class HoursCounter(models.Model):
    """How many people of a unit and below it a column asks, and where they stand."""

    column = models.ForeignKey(HoursColumn, on_delete=models.CASCADE, related_name="counters")
    unit = models.ForeignKey("members.Unit", on_delete=models.CASCADE, related_name="+")
    asked = models.PositiveIntegerField(default=0)
    met = models.PositiveIntegerField(_("Met"), default=0)
    behind = models.PositiveIntegerField(_("Behind"), default=0)
    waived = models.PositiveIntegerField(_("Waived"), default=0)

    class Meta:
        verbose_name = _("counter of hours")
        verbose_name_plural = _("counters of hours")
        constraints = [
            models.UniqueConstraint(fields=["unit", "column"], name="hours_counter_once"),
            models.CheckConstraint(
                condition=Q(asked__gte=F("met") + F("behind") + F("waived")),
                name="hours_counter_of_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.column_id} {self.met}/{self.asked}"


class HoursMark(models.Model):
    """``member`` is to be looked at: her ledger, her waivers, her unit or her roles have changed.

    Appended in the transaction that changed it and never updated, like ``Mark``.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mark of hours")
        verbose_name_plural = _("marks of hours")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.member_id}"


class Transfer(models.Model):
    """That ``member`` counted in ``before`` until ``at``, and in ``after`` from then on.

    Without a unit: not yet here, or deactivated. Who has none was always where
    she is. Appended only.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    before = models.ForeignKey(
        "members.Unit", on_delete=models.CASCADE, null=True, related_name="+"
    )
    after = models.ForeignKey("members.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at", "member"], name="transfer_since")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.before_id} → {self.after_id} {self.at:%F}"
