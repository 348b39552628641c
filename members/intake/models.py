"""A file of people that somebody has handed in, and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IntakeState(models.TextChoices):
    """What is being done with a file; only a checked one without faults is ever written."""

    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Checked")
    REFUSED = "refused", _("Refused")
    WRITING = "writing", _("Being written")
    DONE = "done", _("All of it is written")
    FAILED = "failed", _("Not finished")


AT_WORK = (IntakeState.CHECKING, IntakeState.WRITING)


class Intake(models.Model):
    """One file. ``digest`` (SHA-256) is that of the bytes that were checked: no others are written.

    ``faults`` are the first of ``fault_count`` lines that cannot be used, each with its reason.
    ``said`` is why the file as a whole cannot be read.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    passwords = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=IntakeState.choices)
    asked_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    said = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=IntakeState.values), name="intake_state_known"
            ),
            models.UniqueConstraint(
                fields=["by"], condition=Q(state__in=AT_WORK), name="intake_one_at_work"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def percent(self) -> int:
        """How much of it is written."""
        return self.done * 100 // self.total if self.total else 0
