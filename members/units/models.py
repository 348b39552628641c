"""Organisation (one row), Unit (a node of one of two trees), its closure, and roles in units."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.units.colour import check_theme

DEFAULT_THEME = "#0B556B"
CHINESE = "zh"


def _known_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not an IANA time zone."), params={"name": name})


UNWANTED_MOST = 500
UNWANTED_CHARS = 40


def check_unwanted(value: str) -> None:
    """Refuses (ValidationError) more than ``UNWANTED_MOST`` words, or one of more characters than
    ``UNWANTED_CHARS``."""
    words = [one.strip() for one in value.splitlines() if one.strip()]
    if len(words) > UNWANTED_MOST or any(len(one) > UNWANTED_CHARS for one in words):
        raise ValidationError(
            _("At most %(most)d words, one in a line, of at most %(chars)d characters."),
            params={"most": UNWANTED_MOST, "chars": UNWANTED_CHARS},
        )


class Organisation(models.Model):
    """Who runs this installation: its name, logo, colour and clock. There is exactly one row."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name_zh = models.CharField(_("Name (Chinese)"), max_length=60, default="学堂")
    name_en = models.CharField(_("Name (English)"), max_length=60, default="LiveClass", blank=True)
    logo = models.FileField(
        _("Logo"),
        upload_to="logo/",
        blank=True,
        validators=[FileExtensionValidator(["png", "webp", "jpg", "jpeg"])],
    )
    theme = models.CharField(
        _("Theme colour"), max_length=7, default=DEFAULT_THEME, validators=[check_theme]
    )
    time_zone = models.CharField(
        _("Time zone"), max_length=64, default="", blank=True, validators=[_known_time_zone]
    )
    guests_allowed = models.BooleanField(_("Classes may have guest links"), default=False)
    # One in a line; UNWANTED_MOST of them at most.
    unwanted_words = models.TextField(
        _("Words that are not wanted"), blank=True, default="", max_length=20_000,
        validators=[check_unwanted],
    )  # fmt: skip
    help_zh = models.CharField(_("Who helps (Chinese)"), max_length=120, blank=True)
    help_en = models.CharField(_("Who helps (English)"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organisation_is_single")]

    def __str__(self) -> str:
        return self.name_en

    def name(self, language: str) -> str:
        """The name in ``language``; the other one when this one is empty."""
        first, second = self.name_en, self.name_zh
        if language.startswith(CHINESE):
            first, second = second, first
        return first or second

    def help(self, language: str) -> str:
        """Whom to ask about a forgotten password, e.g. a name and an extension; may be empty."""
        first, second = self.help_en, self.help_zh
        if language.startswith(CHINESE):
            first, second = second, first
        return first or second

    @property
    def zone(self) -> str:
        """IANA name of the organisation's time zone; the setting's while none was chosen."""
        return self.time_zone or settings.TIME_ZONE


class UnitKind(models.TextChoices):
    """Which of the two trees a unit belongs to."""

    DEPARTMENT = "department", _("Department")
    GROUP = "group", _("Group")


class Unit(models.Model):
    """A node of the organisation. ``parent`` is written by ``units.actions`` only."""

    kind = models.CharField(_("Kind"), max_length=12, choices=UnitKind.choices)
    code = models.SlugField(_("Code"), max_length=32, unique=True)
    name_zh = models.CharField(_("Name (Chinese)"), max_length=80)
    name_en = models.CharField(_("Name (English)"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["kind", "order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=UnitKind.values), name="unit_kind_known"),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="unit_has_name"),
            models.CheckConstraint(condition=~Q(code=""), name="unit_has_code"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="unit_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en or self.name_zh

    def name(self, language: str) -> str:
        """The name in ``language``; the other one when this one is empty."""
        first, second = self.name_en, self.name_zh
        if language.startswith(CHINESE):
            first, second = second, first
        return first or second


class UnitClosure(models.Model):
    """That ``descendant`` lies ``depth`` steps below ``ancestor``; 0 is the unit itself.

    Derived from ``Unit.parent``, so that "everybody below this unit" is one indexed join.
    """

    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="below")
    descendant = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("unit path")
        verbose_name_plural = _("unit paths")
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="closure_once"),
            models.CheckConstraint(
                condition=Q(depth=0, ancestor=F("descendant"))
                | (Q(depth__gt=0) & ~Q(ancestor=F("descendant"))),
                name="closure_depth_zero_is_self",
            ),
        ]
        indexes = [models.Index(fields=["descendant", "depth"], name="closure_upwards")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id} ({self.depth})"


class UnitRoleKind(models.TextChoices):
    """What a person is in a unit."""

    MEMBER = "member", pgettext_lazy("role in a unit", "Member")
    LEADER = "leader", _("Leader")
    SECRETARY = "secretary", _("Branch secretary")
    ADMIN = "admin", _("Unit admin")


class UnitRole(models.Model):
    """What one person is in one unit. Being a member of a group is the role ``member`` in it."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="roles")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unit_roles"
    )
    role = models.CharField(_("Role"), max_length=12, choices=UnitRoleKind.choices)

    class Meta:
        verbose_name = _("role in a unit")
        verbose_name_plural = _("roles in units")
        constraints = [
            models.UniqueConstraint(fields=["unit", "member", "role"], name="unit_role_once"),
            models.CheckConstraint(
                condition=Q(role__in=UnitRoleKind.values), name="unit_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} is {self.role} of {self.unit_id}"
