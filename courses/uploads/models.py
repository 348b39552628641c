"""Upload: a file of which some bytes are here."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import MAX_FILE


class Upload(models.Model):
    """A file that is being sent to a lesson (tus 1.0). ``offset`` bytes of it are safely on disk.

    ``sha256``: what the whole must come to, if the sender said so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lesson = models.ForeignKey("courses.Lesson", on_delete=models.CASCADE, related_name="uploads")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    name = models.CharField(_("Name of the file"), max_length=255)
    size = models.BigIntegerField(_("Bytes"))
    offset = models.BigIntegerField(_("Bytes that are here"), default=0)
    sha256 = models.CharField(_("Checksum"), max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MAX_FILE), name="upload_size_in_range"
            ),
            models.CheckConstraint(
                condition=Q(offset__gte=0) & Q(offset__lte=F("size")), name="upload_offset_in_size"
            ),
        ]
        indexes = [models.Index(fields=["changed_at"], name="upload_by_age")]

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.size}"
