"""The ledger (CreditEntry) and what is held against it: tables, requirements, waivers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.catalog.kinds import CreditKind
from courses.credits.conversion import LONGEST
from members.units.models import UnitRoleKind

Kind = CreditKind
"""What was learnt."""


class Mode(models.TextChoices):
    """How it was learnt; decides which table row converts it and which caps apply."""

    LIVE = "live", _("Live online")
    HALL = "hall", _("In the hall")
    REPLAY = "replay", _("Replay")
    LIVE_REPLAY = "live_replay", _("Live and replay")
    IN_PERSON = "in_person", _("In person")
    SELF = "self", _("Self-study")
    EXAM = "exam", _("Test passed")
    TEACHING = "teaching", _("Teaching")
    EXTERNAL = "external", _("Outside training")


CENTRALISED = (Mode.LIVE, Mode.HALL, Mode.REPLAY, Mode.LIVE_REPLAY, Mode.IN_PERSON)
"""Organised for many: these count as centralised training, organised catch-up included."""


class Source(models.TextChoices):
    """What kind of thing an entry comes from; with its id and segment it is counted once."""

    CLASS = "class", _("Class")
    LESSON = "lesson", _("Lesson")
    COURSE = "course", _("Course")
    EXAM = "exam", _("Test")
    ACTIVITY = "activity", _("Activity")
    MANUAL = "manual", _("Entered by hand")
    IMPORT = "import", _("Imported")


class CreditEntry(models.Model):
    """One thing somebody learnt, and its value. Written once; the database refuses any change.

    What was wrong is answered by a second entry with the negative value that ``reverses`` it.
    ``number`` and ``digest`` are empty until the sealer puts the entry into the hash chain: the one
    change that is allowed, once (``docs/decisions/0012``).
    """

    ref = models.UUIDField(default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credit_entries"
    )
    source_kind = models.CharField(max_length=20, choices=Source.choices)
    source_id = models.CharField(max_length=64)
    segment = models.CharField(max_length=32, blank=True, default="")
    period = models.CharField(max_length=32, blank=True, default="")
    revision = models.SmallIntegerField(default=0)
    title = models.CharField(_("Item"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=20, choices=Kind.choices)
    mode = models.CharField(_("Mode"), max_length=20, choices=Mode.choices)
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    value = models.IntegerField(_("Hundredths of a credit hour"))
    conversion = models.CharField(_("Conversion table"), max_length=80)
    earned_at = models.DateTimeField(_("Earned at"))
    earned_on = models.DateField(_("Date"))
    unit = models.ForeignKey(
        "members.Unit", on_delete=models.PROTECT, null=True, related_name="credit_entries"
    )
    evidence = models.JSONField(default=dict)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="credit_entries_written",
    )
    reason = models.CharField(_("Reason"), max_length=500, blank=True, default="")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversal"
    )
    entered_at = models.DateTimeField()
    number = models.BigIntegerField(null=True, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("credit entry")
        verbose_name_plural = _("credit entries")
        ordering = ["earned_on", "pk"]
        constraints = [
            # a reversal has the key of what it reverses, on the other side of zero
            models.UniqueConstraint(
                fields=["member", "source_kind", "source_id", "segment", "period", "revision"],
                condition=Q(reverses__isnull=True),
                name="credit_entry_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values)
                & Q(mode__in=Mode.values)
                & Q(source_kind__in=Source.values),
                name="credit_entry_words_known",
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=LONGEST), name="credit_entry_within_a_day"
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, value__gte=0)
                | Q(reverses__isnull=False, value__lte=0),
                name="credit_entry_sign",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, digest="") | (Q(number__gte=1) & ~Q(digest="")),
                name="credit_entry_sealed_or_not",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reason=""),
                name="credit_entry_reversed_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "earned_on"], name="credit_entry_of_member"),
            models.Index(fields=["source_kind", "source_id"], name="credit_entry_by_source"),
            # Nearly all are NULL in the index of the constraint. SQLite's ANALYZE takes them for
            # equal, and would read the whole ledger to see whether one entry was taken back.
            models.Index(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="credit_entry_reversal",
            ),
            models.Index(
                fields=["id"], condition=Q(number__isnull=True), name="credit_entry_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.title} {self.value / 100:.2f}"


class ConversionTable(models.Model):
    """How minutes become hundredths from a day on. A new version never touches old entries."""

    name = models.CharField(_("Name"), max_length=60)
    version = models.PositiveSmallIntegerField(_("Version"), default=1)
    valid_from = models.DateField(_("In force from"))
    rules = models.JSONField(_("Rules"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("conversion table")
        verbose_name_plural = _("conversion tables")
        ordering = ["valid_from", "version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="conversion_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"


class Layer(models.TextChoices):
    """Who asks for it; a lower layer adds, never loosens. Highest first."""

    NATIONAL = "national", _("National")
    PROVINCE = "province", _("Province")
    ORGANISATION = "organisation", _("Organisation")
    GROUP = "group", _("Group")
    UNIT = "unit", _("Unit")


class Standing(models.TextChoices):
    """How well the source of a requirement is known."""

    VERIFIED = "verified", _("Verified")
    SECONDARY = "secondary", _("From a secondary source")
    LOCAL = "local", _("Local rule")
    OWN = "own", _("Own rule")
    CHECK = "check", _("To be checked")


class Span(models.TextChoices):
    """In which period it is required."""

    YEAR = "year", _("Calendar year")
    QUARTER = "quarter", _("Quarter")
    MONTH = "month", _("Month")
    FIXED = "fixed", _("Fixed dates")
    SINCE_JOINING = "since_joining", _("Days after joining")


class Requirement(models.Model):
    """So many hours, of whom, in which period, and on whose authority. A change is a new version:
    what was required in a year stays readable."""

    code = models.CharField(_("Code"), max_length=20)
    version = models.PositiveSmallIntegerField(_("Version"), default=1)
    title = models.CharField(_("Title"), max_length=120)
    title_en = models.CharField(_("Title (English)"), max_length=120, blank=True)
    source = models.TextField(_("Text of the source"), max_length=2000)
    source_url = models.URLField(_("Address of the source"), blank=True)
    standing = models.CharField(_("Status"), max_length=12, choices=Standing.choices)
    layer = models.CharField(_("Layer"), max_length=14, choices=Layer.choices)
    units = models.ManyToManyField(
        "members.Unit", blank=True, related_name="requirements", verbose_name=_("Units and groups")
    )
    role = models.CharField(
        _("Only these roles"), max_length=12, choices=UnitRoleKind.choices, blank=True, default=""
    )
    span = models.CharField(_("Period"), max_length=14, choices=Span.choices, default=Span.YEAR)
    days = models.PositiveSmallIntegerField(_("Days after joining"), null=True, blank=True)
    threshold = models.PositiveIntegerField(_("Hundredths of a credit hour"))
    rule = models.JSONField(_("Limits"), default=dict, blank=True)
    valid_from = models.DateField(_("In force from"))
    valid_to = models.DateField(_("In force to"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="requirement_version_once"),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values)
                & Q(layer__in=Layer.values)
                & Q(span__in=Span.values),
                name="requirement_words_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="requirement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(span="fixed") | Q(valid_to__isnull=False),
                name="requirement_fixed_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(span="since_joining") | Q(days__gte=1),
                name="requirement_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def name(self, language: str) -> str:
        """The title in ``language``; the other one when it was not translated."""
        return self.title if language.startswith("zh") else self.title_en or self.title


class Waiver(models.Model):
    """Days for which somebody is excused from one requirement, or from all (``code`` empty)."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="waivers"
    )
    code = models.CharField(_("Requirement"), max_length=20, blank=True, default="")
    first = models.DateField(_("From"))
    last = models.DateField(_("To"))
    reason = models.CharField(_("Reason"), max_length=500)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="waiver_in_order"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
        ]
        indexes = [models.Index(fields=["member", "first"], name="waiver_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.first} – {self.last}"


class Tenure(models.Model):
    """When somebody joined and left the organisation; without a row she was always here."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tenure"
    )
    joined_on = models.DateField(_("Joined"))
    left_on = models.DateField(_("Left"), null=True, blank=True)

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="tenure_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.joined_on}"


class ViewLog(models.Model):
    """Who looked at whose record on which day; every look counts, a row per day keeps them few."""

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="views_made"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="views_received"
    )
    day = models.DateField()
    what = models.CharField(max_length=20)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("look at a record")
        verbose_name_plural = _("looks at records")
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "day", "viewer", "what"], name="view_log_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.subject_id} {self.day} ×{self.times}"
