"""What people say about a record (Correction)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.credits.models import CreditEntry


class CorrectionState(models.TextChoices):
    """What became of a request."""

    OPEN = "open", _("Waiting")
    ACCEPTED = "accepted", _("Corrected")
    REFUSED = "refused", _("Refused")


class Correction(models.Model):
    """A member says that her record is wrong; the admin of her unit answers with a reason."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections"
    )
    entry = models.ForeignKey(
        CreditEntry, on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    text = models.TextField(_("What is wrong"), max_length=1000)
    state = models.CharField(
        max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN
    )
    answer = models.CharField(_("Answer"), max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    result = models.ForeignKey(CreditEntry, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (Q(state__in=["accepted", "refused"], decided_at__isnull=False) & ~Q(answer="")),
                name="correction_decided_with_an_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "state"], name="correction_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"
