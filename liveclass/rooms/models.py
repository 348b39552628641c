"""Room, the people in it, its stage, its raised hands, and its log of durable events."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.activities.models import Session


class Lobby(models.TextChoices):
    """Who waits to be let in; host and assistants never do."""

    OFF = "off", _("Nobody: who is in the audience comes in")
    AUDIENCE = "audience", _("Everybody: the lecturer or an assistant lets people in")
    OTHERS = "others", _("The audience comes in; others with an account may ask to be let in")


class Phase(models.TextChoices):
    """Where a room is in its one life; it only moves forward."""

    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")


class Role(models.TextChoices):
    """What a person is in one room."""

    HOST = "host", _("Host")
    ASSISTANT = "assistant", _("Assistant")
    MEMBER = "member", _("Member")


class Floor(models.TextChoices):
    """Who of the members may speak (``realtime.protocol.stage.FloorMode``)."""

    INVITED = "invited", _("Whom the lecturer asks")
    NOBODY = "nobody", _("Nobody at the moment")
    EVERYONE = "everyone", _("Whoever raises a hand")


class Layout(models.TextChoices):
    """What is large on the stage (``realtime.protocol.stage.LayoutMode``)."""

    SLIDES = "slides", _("Slides first")
    CAMERA = "camera", _("Camera first")
    SPEAKERS = "speakers", _("Speakers first")


class Stream(models.TextChoices):
    """What can be published on the stage of a room, once each."""

    CAMERA = "camera", _("Camera")
    SCREEN = "screen", _("Screen")


def new_epoch() -> str:
    """A name for one counting of a room's events; a restored backup must get a new one."""
    return secrets.token_hex(8)


class Room(models.Model):
    """The live place of a session. ``last_seq`` is the number of its newest durable event, counted
    in ``epoch``."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="room")
    state = models.CharField(max_length=10, choices=Phase.choices, default=Phase.SCHEDULED)
    epoch = models.CharField(max_length=16, default=new_epoch, editable=False)
    last_seq = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    pinned = models.ForeignKey(
        "liveclass.Message",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="pinned_in",
    )
    lobby = models.CharField(max_length=10, choices=Lobby.choices, default=Lobby.OFF)
    locked = models.BooleanField(default=False)
    lobby_message = models.CharField(max_length=300, blank=True)

    anonymous_questions = models.BooleanField(default=True)
    # Seconds between two lines of one member, and whether members write at all.
    chat_slow = models.PositiveSmallIntegerField(default=0)
    chat_closed = models.BooleanField(default=False)
    layout = models.CharField(max_length=10, choices=Layout.choices, default=Layout.SLIDES)
    # Who of those who speak is shown large.
    spotlight = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    floor = models.CharField(max_length=10, choices=Floor.choices, default=Floor.INVITED)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state="scheduled", started_at__isnull=True, ended_at__isnull=True)
                    | Q(state="live", started_at__isnull=False, ended_at__isnull=True)
                    # NULL passes a comparison in a CHECK: say first that both are there.
                    | Q(
                        state="ended",
                        started_at__isnull=False,
                        ended_at__isnull=False,
                        ended_at__gte=F("started_at"),
                    )
                ),
                name="room_phase_matches_times",
            ),
            models.CheckConstraint(condition=Q(lobby__in=Lobby.values), name="room_lobby_known"),
            models.CheckConstraint(condition=Q(floor__in=Floor.values), name="room_floor_known"),
            models.CheckConstraint(condition=Q(layout__in=Layout.values), name="room_layout_known"),
        ]
        indexes = [models.Index(fields=["state"], name="room_by_state")]

    def __str__(self) -> str:
        return f"room {self.pk} ({self.state})"


class Participation(models.Model):
    """That a person was in a room at all, and whether she was sent out of it."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="participations")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(fields=["room", "member"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="participation_role_known"
            ),
            models.CheckConstraint(
                condition=Q(last_seen__gte=F("first_seen")), name="participation_times_ordered"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_by__isnull=False),
                name="participation_removed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in room {self.room_id}"


class Entrant(models.Model):
    """Somebody who asked to be let in; ``admitted_at`` says since when she may come in."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="entrants")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("person at the door")
        verbose_name_plural = _("people at the door")
        constraints = [
            models.UniqueConstraint(fields=["room", "member"], name="entrant_once"),
            models.CheckConstraint(
                condition=Q(admitted_at__isnull=True, admitted_by__isnull=True)
                | Q(admitted_at__isnull=False, admitted_by__isnull=False),
                name="entrant_admitted_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["room", "admitted_at", "asked_at"], name="entrant_queue")]

    def __str__(self) -> str:
        return f"{self.member_id} at the door of room {self.room_id}"


class GuestLink(models.Model):
    """The one link with which guests may enter a room: a row while it opens something. A new one
    replaces it, so that the link before opens nothing any more."""

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="guest_link")
    nonce = models.CharField(max_length=32)
    most = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("guest link")
        verbose_name_plural = _("guest links")

    def __str__(self) -> str:
        return f"guest link of room {self.room_id}"


class Guest(models.Model):
    """Somebody without an account who entered one room by its link; ``nonce`` says by which."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="guests")
    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="guest"
    )
    nonce = models.CharField(max_length=32)
    came_at = models.DateTimeField()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        indexes = [models.Index(fields=["room", "nonce"], name="guest_by_link")]

    def __str__(self) -> str:
        return f"guest {self.member_id} of room {self.room_id}"


class RoomEvent(models.Model):
    """One durable event as it was sent: the log behind resume, replay and audit.

    ``client_id`` is the id of the command that caused it: the same command of the same person
    finds its own event and is not carried out twice. Events that merely accompany another one
    (a poll closed by the end of the class) carry none.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=40)
    payload = models.JSONField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    client_id = models.CharField(max_length=36, null=True, blank=True)  # noqa: DJ001 - see below
    # NULL, not "": a unique constraint lets any number of NULLs stand beside each other.
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("room event")
        verbose_name_plural = _("room events")
        ordering = ["room", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="room_event_seq_unique"),
            models.UniqueConstraint(
                fields=["room", "actor", "client_id"], name="room_event_command_once"
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="room_event_seq_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}#{self.seq} {self.type}"


class Muted(models.TextChoices):
    """Whether a speaker's sound was taken away (``realtime.protocol.stage.Mute``)."""

    NO = "no", _("No")
    ASKED = "asked", _("Muted")
    HELD = "held", _("Muted until allowed")


class Speaker(models.Model):
    """Who was asked to speak, an assistant as co-lecturer: a row while she may. Nothing is proved
    by it."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="speakers")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    since = models.DateTimeField()
    muted = models.CharField(max_length=5, choices=Muted.choices, default=Muted.NO)

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        constraints = [
            models.UniqueConstraint(fields=["room", "member"], name="speaker_once"),
            models.CheckConstraint(condition=Q(muted__in=Muted.values), name="speaker_muted_known"),
            models.CheckConstraint(
                condition=Q(role__in=["member", "assistant"]), name="speaker_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} speaks"


class Hand(models.Model):
    """A raised hand: a row while it is up. Nothing is proved by it, so it is deleted when down."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="hands")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    raised_at = models.DateTimeField()

    class Meta:
        verbose_name = _("hand")
        verbose_name_plural = _("hands")
        constraints = [
            models.UniqueConstraint(fields=["room", "member"], name="hand_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="hand_role_known"),
        ]
        indexes = [models.Index(fields=["room", "raised_at"], name="hand_queue")]

    def __str__(self) -> str:
        return f"hand of {self.member_id}"


class StageStream(models.Model):
    """Who is seen and heard now: at most one publisher per room and stream."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="stage")
    stream = models.CharField(max_length=10, choices=Stream.choices)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    media_session = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("stream on stage")
        verbose_name_plural = _("streams on stage")
        constraints = [
            models.UniqueConstraint(fields=["room", "stream"], name="stage_stream_once"),
            models.CheckConstraint(
                condition=Q(stream__in=Stream.values), name="stage_stream_known"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="stage_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} of {self.member_id}"


class StreamKey(models.Model):
    """The one key with which a streaming program may publish in a room: a row while it opens
    something. Making a new one replaces it, so that the key before opens nothing any more."""

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="stream_key")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("stream key")
        verbose_name_plural = _("stream keys")

    def __str__(self) -> str:
        return f"stream key of room {self.room_id}"
