"""A report of a member to the staff of a class."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.chat.models import Message
from liveclass.rooms.models import Room


class Report(models.Model):
    """Somebody told the staff about a line or a person.

    ``reporter`` bounds how much one may report and is shown on no page. ``line`` is a copy: taking
    a line back does not undo what was written. ``client_id``: the command, carried out once.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    client_id = models.CharField(max_length=36)
    about = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    line = models.TextField(blank=True)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("report to the staff")
        verbose_name_plural = _("reports to the staff")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "reporter", "client_id"], name="report_command_once"
            ),
            models.UniqueConstraint(
                fields=["reporter", "message"],
                condition=Q(message__isnull=False),
                name="report_of_line_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="report_settled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["room", "settled_at", "at"], name="report_queue")]

    def __str__(self) -> str:
        return f"report {self.pk} in room {self.room_id}"
