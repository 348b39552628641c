"""One act of moderation: who did what to whom, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Room


class Kind(models.TextChoices):
    """What host and assistants do to the people of a class."""

    REMOVED = "removed", _("Sent out")
    READMITTED = "readmitted", _("Let in again")
    ADMITTED = "admitted", _("Let in from the lobby")
    ADMITTED_ALL = "admitted_all", _("Let in everybody from the lobby")
    LOBBY_OFF = "lobby_off", _("Closed the lobby")
    LOBBY_AUDIENCE = "lobby_audience", _("Opened the lobby for everybody")
    LOBBY_OTHERS = "lobby_others", _("Opened the lobby for people outside the audience")
    LOCKED = "locked", _("Locked the class")
    UNLOCKED = "unlocked", _("Unlocked the class")
    LINE_REMOVED = "line_removed", _("Removed a message")
    CHAT_EXPORTED = "chat_exported", _("Downloaded the chat")
    CHAT_CLOSED = "chat_closed", _("Let nobody else write in the chat")
    CHAT_OPENED = "chat_opened", _("Let everybody write in the chat again")
    CHAT_SLOWED = "chat_slowed", _("Set the pace of the chat")
    CHAT_MUTED = "chat_muted", _("Muted somebody in the chat")
    CHAT_UNMUTED = "chat_unmuted", _("Let somebody write in the chat again")
    LOBBY_SAID = "lobby_said", _("Wrote to those in the lobby")
    REPORT_SETTLED = "report_settled", _("Settled a report")
    LINK_MADE = "link_made", _("Made a guest link")
    LINK_CLOSED = "link_closed", _("Closed the guest link")
    FLOOR_CHANGED = "floor_changed", _("Set who may speak")
    SPEAKING_ENDED = "speaking_ended", _("Ended somebody's speaking")


class Act(models.Model):
    """One act. Triggers refuse to change or delete it (``liveclass.acts.guards``).

    ``member``: whom it concerns, NULL for what concerns everybody. ``people``: how many were let in
    at once.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="acts")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    people = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("act of moderation")
        verbose_name_plural = _("acts of moderation")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="act_kind_known"),
        ]
        indexes = [
            models.Index(fields=["room", "member"], name="act_by_member"),
            models.Index(fields=["room", "at"], name="act_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in room {self.room_id}"
