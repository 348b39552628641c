"""A line of chat, what it was before a change, and whose writing was taken away.

Recalling hides the text of a line from every page; the row keeps it for audit.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Role, Room
from realtime.protocol.commands import CHAT_CHARS


class Message(models.Model):
    """One line said aloud in a room."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="chat_messages"
    )
    author_role = models.CharField(max_length=10, choices=Role.choices)
    text = models.TextField(max_length=CHAT_CHARS)
    at = models.DateTimeField()
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    announcement = models.BooleanField(default=False)
    # Keys of the people it is meant for, MENTIONS_MOST at most, as they were chosen.
    mentions = models.JSONField(default=list, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recalled_role = models.CharField(max_length=10, choices=Role.choices, blank=True)

    class Meta:
        verbose_name = _("chat message")
        verbose_name_plural = _("chat messages")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="message_has_text"),
            models.CheckConstraint(
                condition=Q(author_role__in=Role.values), name="message_role_known"
            ),
            models.CheckConstraint(
                condition=Q(recalled_at__isnull=True, recalled_by__isnull=True, recalled_role="")
                | Q(
                    recalled_at__isnull=False,
                    recalled_by__isnull=False,
                    recalled_role__in=Role.values,
                ),
                name="message_recalled_by_somebody",
            ),
        ]
        # Lines are read newest first and their ids grow: (room, id) serves snapshot and summary.
        indexes = [models.Index(fields=["room", "id"], name="message_of_room")]

    def __str__(self) -> str:
        return f"message {self.pk} of {self.author_id}"


class Wording(models.Model):
    """What a line said before its author changed it, for audit: it is shown nowhere."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="wordings")
    text = models.TextField(max_length=CHAT_CHARS)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("earlier wording")
        verbose_name_plural = _("earlier wordings")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="wording_has_text"),
        ]

    def __str__(self) -> str:
        return f"before {self.message_id}"


class Silence(models.Model):
    """Somebody writes nothing in the chat of a room: a row while it is so."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="silences")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("muted in the chat")
        verbose_name_plural = _("muted in the chat")
        constraints = [models.UniqueConstraint(fields=["room", "member"], name="silence_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in room {self.room_id}"
