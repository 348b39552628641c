"""Certificate: one row per thing proved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.credits.models import Source


class Certificate(models.Model):
    """Proof of something completed, as it was on that day; anybody may check it by its number."""

    number = models.CharField(_("Number"), max_length=20, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates"
    )
    source_kind = models.CharField(max_length=20, choices=Source.choices)
    source_id = models.CharField(max_length=64)
    period = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(_("Name"), max_length=60)
    title = models.CharField(_("Title"), max_length=200)
    value = models.PositiveIntegerField(_("Hundredths of a credit hour"), default=0)
    issued_on = models.DateField(_("Issued"))
    expires_on = models.DateField(_("Valid to"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revoked_for = models.CharField(_("Reason"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "source_kind", "source_id", "period"], name="certificate_once"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certificate_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_for=""),
                name="certificate_revoked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number
