"""RecordPaper: that a record was printed, and what it said."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordPaper(models.Model):
    """One person's record of one year, as it was put on paper. Printing the same again is the same
    paper; when the record says something else, it is another one."""

    number = models.CharField(_("Number"), max_length=20, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="record_papers"
    )
    year = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name"), max_length=60)
    # [[code, title, title in English, required, counted], …] in hundredths of a credit hour
    totals = models.JSONField(default=list)
    entries = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("printed record")
        verbose_name_plural = _("printed records")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "year", "digest"], name="record_paper_once"),
        ]

    def __str__(self) -> str:
        return self.number
