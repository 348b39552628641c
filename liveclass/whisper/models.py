"""Threads of whispers, their letters, and the reports of them. Texts and hidden names are sealed.

Nothing here is registered with an admin site, exported or counted. Who reads the tables sees who
received how many letters when, and of named threads from whom; no text, and of an anonymous thread
nobody.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Role, Room


class WhisperThread(models.Model):
    """Letters between who began the thread and one who holds the class.

    A named thread has a ``sender``; an anonymous one has a ``tag``, under which only the holder of
    the secret finds it for her, and ``behind``, who she is, sealed.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="whisper_threads")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recipient_role = models.CharField(max_length=10, choices=Role.choices)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender_role = models.CharField(max_length=10, choices=Role.choices)
    tag = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null: named
    behind = models.BinaryField(null=True, blank=True)
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    blocked = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("whisper thread")
        verbose_name_plural = _("whisper threads")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "recipient", "sender"], name="whisper_thread_once"
            ),
            models.UniqueConstraint(
                fields=["room", "recipient", "tag"], name="whisper_hidden_thread_once"
            ),
            models.CheckConstraint(
                condition=Q(sender__isnull=False, tag__isnull=True, behind__isnull=True)
                | Q(sender__isnull=True, tag__isnull=False, behind__isnull=False),
                name="whisper_named_or_hidden",
            ),
            models.CheckConstraint(
                condition=Q(recipient_role__in=["host", "assistant"])
                & Q(sender_role__in=Role.values),
                name="whisper_roles_known",
            ),
            models.CheckConstraint(
                condition=Q(sender__isnull=False) | Q(sender_role="member"),
                name="whisper_only_members_hide",
            ),
        ]

    def __str__(self) -> str:
        return f"whisper thread {self.pk}"


class Whisper(models.Model):
    """One letter. ``by_sender``: by who began the thread. A withdrawn one keeps no text; its row
    stays, so that the command that brought it, sent again, does not bring it back."""

    thread = models.ForeignKey(WhisperThread, on_delete=models.CASCADE, related_name="letters")
    by_sender = models.BooleanField()
    sealed = models.BinaryField(blank=True)
    client_id = models.CharField(max_length=36)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("whisper")
        verbose_name_plural = _("whispers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "by_sender", "client_id"], name="whisper_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(read_at__isnull=True, sealed=b""),
                name="whisper_withdrawn_unread_and_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["thread"],
                condition=Q(read_at__isnull=True, withdrawn=False),
                name="whisper_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"whisper {self.pk}"


class WhisperReport(models.Model):
    """The recipient asks two persons to look at a thread. ``reason`` and ``grounds`` are sealed.

    The first guardian agrees in writing, then another one; only then is it open to both.
    """

    thread = models.OneToOneField(WhisperThread, on_delete=models.CASCADE, related_name="report")
    reason = models.BinaryField()
    at = models.DateTimeField()
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_at = models.DateTimeField(null=True, blank=True)
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    grounds = models.BinaryField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report of a whisper")
        verbose_name_plural = _("reports of whispers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__isnull=True, first_at__isnull=True, grounds__isnull=True)
                | Q(first__isnull=False, first_at__isnull=False, grounds__isnull=False),
                name="whisper_report_first_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True, opened_at__isnull=True)
                | Q(second__isnull=False, opened_at__isnull=False, first__isnull=False),
                name="whisper_report_second_after_first",
            ),
            models.CheckConstraint(
                condition=~Q(first=models.F("second")), name="whisper_report_two_people"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=True),
                name="whisper_report_opened_or_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"report of whisper thread {self.thread_id}"
