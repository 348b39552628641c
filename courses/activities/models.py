"""What is held (Activity), its parts (Segment), when (Session), who was there (Attendance)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.activities import quorum
from courses.activities.codes import LENGTH, new_code
from courses.credits.models import Kind

MAX_MINUTES = 24 * 60
"""Longest session that can be planned."""


class ActivityKind(models.TextChoices):
    """What an activity is; decides later how its hours count."""

    LECTURE = "lecture", _("Lecture")


class SegmentKind(models.TextChoices):
    """What one part of an activity is."""

    LECTURE = "lecture", _("Lecture")


class QuorumRule(models.TextChoices):
    """How many of those who are called have to be there (``quorum.py``)."""

    HALF = quorum.HALF, _("Half or more (the half is enough)")
    MAJORITY = quorum.MAJORITY, _("More than half")
    TWO_THIRDS = quorum.TWO_THIRDS, _("Two thirds or more")


class Source(models.TextChoices):
    """Where presence was measured."""

    LIVE = "live", _("Live")
    HALL = "hall", _("Hall")
    REPLAY = "replay", _("Replay")


class Activity(models.Model):
    """Anything scheduled that people attend. It is held in one or more sessions."""

    title = models.CharField(_("Title"), max_length=200)
    description = models.TextField(_("Description"), blank=True, max_length=5000)
    kind = models.CharField(
        _("Kind"), max_length=20, choices=ActivityKind.choices, default=ActivityKind.LECTURE
    )
    # Who taught is part of the record of learning: such a person is deactivated, never deleted.
    lecturer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="activities_taught",
        verbose_name=_("Lecturer"),
    )
    assistants = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="activities_assisted",
        blank=True,
        verbose_name=_("Assistants"),
    )
    audience_everyone = models.BooleanField(_("Anyone with an account"), default=False)
    audience_units = models.ManyToManyField(
        "members.Unit",
        related_name="activities",
        blank=True,
        verbose_name=_("Departments and groups"),
    )
    complete_percent = models.PositiveSmallIntegerField(_("Counts from this share"), default=80)
    # Empty: it decides nothing, and may be held with anybody.
    quorum = models.CharField(
        _("Quorum"), max_length=12, choices=QuorumRule.choices, blank=True, default=""
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="activities_created",
        verbose_name=_("Scheduled by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="activity_has_title"),
            models.CheckConstraint(
                condition=Q(kind__in=ActivityKind.values), name="activity_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(complete_percent__gte=1, complete_percent__lte=100),
                name="activity_complete_percent_in_range",
            ),
            models.CheckConstraint(
                condition=Q(quorum__in=["", *QuorumRule.values]), name="activity_quorum_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Segment(models.Model):
    """One ordered part of an activity, typed and credited on its own."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="segments")
    order = models.PositiveSmallIntegerField(_("Order"))
    kind = models.CharField(
        _("Kind"), max_length=20, choices=SegmentKind.choices, default=SegmentKind.LECTURE
    )
    title = models.CharField(_("Title"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    # Empty: this part is attended, but earns no hours.
    credit_kind = models.CharField(
        _("Kind of credit hours"), max_length=20, choices=Kind.choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["activity", "order"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "order"], name="segment_order_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=SegmentKind.values), name="segment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MAX_MINUTES),
                name="segment_minutes_in_range",
            ),
            models.CheckConstraint(
                condition=Q(credit_kind__in=["", *Kind.values]), name="segment_credit_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One sitting in which an activity is held: online (it has a room), in a place, or both."""

    # PROTECT: a session carries attendance, and attendance proves something.
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    code = models.CharField(
        _("Code"), max_length=LENGTH, unique=True, default=new_code, editable=False
    )
    starts_at = models.DateTimeField(_("Start"))
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    online = models.BooleanField(_("Online"), default=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    recording = models.BooleanField(_("Recording"), default=False)
    # Grows with each change that a calendar shows: SEQUENCE of RFC 5545 3.8.7.4.
    revision = models.PositiveIntegerField(_("Revision"), default=0, editable=False)
    # When it was really held; empty until it has ended. Presence is measured against this.
    held_from = models.DateTimeField(_("Began"), null=True, blank=True, editable=False)
    held_to = models.DateTimeField(_("Ended"), null=True, blank=True, editable=False)
    # What of it the replay shows, in seconds since it began; empty: all of it.
    shown_from = models.PositiveIntegerField(_("Shown from"), null=True, editable=False)
    shown_to = models.PositiveIntegerField(_("Shown to"), null=True, editable=False)
    counted_at = models.DateTimeField(_("Counted"), null=True, blank=True, editable=False)
    # The session that is tried out in this one: a rehearsal, which concerns and proves nothing.
    rehearses = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="rehearsals", null=True, editable=False,
        verbose_name=_("Rehearsal of"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MAX_MINUTES),
                name="session_minutes_in_range",
            ),
            models.CheckConstraint(
                condition=Q(online=True) | ~Q(place=""), name="session_has_room_or_place"
            ),
            models.CheckConstraint(
                condition=Q(held_to__isnull=True) | Q(held_to__gte=F("held_from")),
                name="session_held_in_order",
            ),
            models.CheckConstraint(
                condition=Q(shown_from__isnull=True, shown_to__isnull=True)
                | Q(shown_from__isnull=False, shown_to__gt=F("shown_from")),
                name="session_shown_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="session_by_start"),
            models.Index(
                fields=["held_to"],
                condition=Q(held_to__isnull=False, counted_at__isnull=True),
                name="session_to_be_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} ({self.code})"


class Attendance(models.Model):
    """A stretch of time in which the server saw a member in a session.

    ``seen_at`` is the last moment the presence was certain; after a crash the stretch ends there.
    Stretches of all sources are united when counted, never added (``intervals.py``).
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendance"
    )
    source = models.CharField(
        _("Source"), max_length=10, choices=Source.choices, default=Source.LIVE
    )
    started_at = models.DateTimeField(_("From"))
    seen_at = models.DateTimeField(_("Last seen"))
    ended_at = models.DateTimeField(_("To"), null=True, blank=True)
    # A replay is seen at another time, and perhaps faster: which seconds of the class it was.
    content_from = models.PositiveIntegerField(_("From second"), null=True, blank=True)
    content_to = models.PositiveIntegerField(_("To second"), null=True, blank=True)
    # Empty: the server saw it itself.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("Entered by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="attendance_source_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="attendance_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("started_at")), name="attendance_seen_after_start"
            ),
            models.CheckConstraint(
                condition=Q(content_from__isnull=True, content_to__isnull=True)
                | Q(source="replay", content_to__gt=F("content_from")),
                name="attendance_content_of_replays",
            ),
            models.UniqueConstraint(
                fields=["session", "member"],
                condition=Q(source="live", ended_at__isnull=True),
                name="attendance_one_open_live",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "member", "started_at"], name="attendance_of_member"),
            models.Index(
                fields=["seen_at"], condition=Q(ended_at__isnull=True), name="attendance_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.started_at:%F %T}"
