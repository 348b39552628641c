"""A caption. Taking it back hides its text from every page; the row keeps it for audit."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Room
from realtime.protocol.captions import CAPTION_CHARS


class Source(models.TextChoices):
    """Who has written it."""

    TYPED = "typed", _("Typed by a person")
    SPEECH = "speech", _("Recognised by a browser")


class Caption(models.Model):
    """What was said at one moment of a class, in writing."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="captions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=CAPTION_CHARS)
    source = models.CharField(max_length=10, choices=Source.choices)
    at = models.DateTimeField()
    recalled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("caption")
        verbose_name_plural = _("captions")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="caption_has_text"),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="caption_source_known"
            ),
        ]
        indexes = [models.Index(fields=["room", "id"], name="caption_of_room")]

    def __str__(self) -> str:
        return f"caption {self.pk} of room {self.room_id}"
