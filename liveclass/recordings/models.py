"""That a class is, or was, recorded. The pictures and the sound are files of the media process."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from liveclass.rooms.models import Room


class RecordingState(models.TextChoices):
    """What the media process last said of a run, or what it was asked."""

    ASKED = "asked", _("Starting")
    RECORDING = "recording", _("Recording")
    STOPPED = "stopped", _("Paused")
    DISK_FULL = "disk_full", _("No space left")
    ENDED = "ended", _("Ended")


class Recording(models.Model):
    """One run: it begins when recording is first asked for in a class and ends with the class.

    ``run`` is the unix time of its beginning in milliseconds; with the code of the room it names
    the folder of its files. Pausing and going on stay in the same run.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="recordings")
    run = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=10, choices=RecordingState.choices, default=RecordingState.ASKED
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(fields=["room", "run"], name="recording_run_once"),
            models.CheckConstraint(
                condition=Q(state__in=RecordingState.values), name="recording_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="recording_times_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"recording {self.run} of room {self.room_id} ({self.state})"


class Edition(models.Model):
    """How the replay of a class is shown, where its staff decided about it. No file is changed."""

    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="edition")
    title = models.CharField(_("Title"), max_length=200, blank=True)  # empty: as the class
    downloads = models.BooleanField(_("Downloads"), default=False)

    class Meta:
        verbose_name = _("edition of a replay")
        verbose_name_plural = _("editions of replays")

    def __str__(self) -> str:
        return f"edition of room {self.room_id}"


class Hidden(models.Model):
    """A line of chat, or a question, that its staff took out of the replay."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="hidden")
    message = models.OneToOneField(
        "liveclass.Message", on_delete=models.PROTECT, null=True, related_name="+"
    )
    question = models.OneToOneField(
        "liveclass.Question", on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("hidden in the replay")
        verbose_name_plural = _("hidden in the replay")
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=True) ^ Q(question__isnull=True),
                name="hidden_is_one_thing",
            )
        ]
        indexes = [models.Index(fields=["room"], name="hidden_of_room")]

    def __str__(self) -> str:
        return f"hidden {self.message_id or self.question_id} of room {self.room_id}"
