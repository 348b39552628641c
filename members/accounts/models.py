"""Member: a person with an account. SignInFailures: what the lockout remembers."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from members.units.models import CHINESE, Unit

STAFF_NO = RegexValidator(r"\A[A-Z0-9][A-Z0-9-]{0,19}\Z", _("Letters A–Z, digits and hyphens."))


class Language(models.TextChoices):
    """Languages of the screens; the values are Django's language codes."""

    CHINESE = "zh-hans", "中文"
    ENGLISH = "en", "English"


class Theme(models.TextChoices):
    """Light or dark; ``auto`` follows the device."""

    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class MemberManager(BaseUserManager["Member"]):
    """Makes members; the staff number stands where Django has a user name."""

    def create_user(
        self, staff_no: str, name: str, password: str | None = None, **fields: object
    ) -> Member:
        """A member who may sign in; without a password she cannot until one is set."""
        email = fields.pop("email", None)
        cleaned = self.normalize_email(str(email)) if email else None
        member = self.model(
            staff_no=normal_staff_no(staff_no), name=name.strip(), email=cleaned, **fields
        )
        member.set_password(password)
        member.full_clean(exclude=["password"])
        member.save(using=self._db)
        return member

    def create_superuser(
        self, staff_no: str, name: str, password: str | None = None, **fields: object
    ) -> Member:
        """A platform admin with every permission."""
        fields.update(is_staff=True, is_superuser=True, is_platform_admin=True)
        return self.create_user(staff_no, name, password, **fields)

    def get_by_natural_key(self, username: str | None) -> Member:
        """By staff number, however its letters were typed."""
        return self.get(staff_no=normal_staff_no(username or ""))


def normal_staff_no(typed: str) -> str:
    """The one form in which a staff number is kept: upper case, no blanks around it."""
    return typed.strip().upper()


class Member(AbstractBaseUser, PermissionsMixin):
    """A person with an account, known by her staff number.

    Names are kept byte for byte. Who left is deactivated, never deleted: her attendance stays.
    """

    staff_no = models.CharField(
        _("Staff number"), max_length=20, unique=True, validators=[STAFF_NO]
    )
    # NULL, not "": any number of people may have no address, and a unique index lets NULLs be.
    email = models.EmailField(_("E-mail"), null=True, blank=True)  # noqa: DJ001 - see above
    name = models.CharField(_("Name"), max_length=60)
    name_latin = models.CharField(_("Name in Latin letters"), max_length=80, blank=True)
    department = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="staff",
        null=True,
        blank=True,
        limit_choices_to={"kind": "department"},
        verbose_name=_("Department"),
    )
    post = models.CharField(_("Post"), max_length=60, blank=True)
    post_en = models.CharField(_("Post (English)"), max_length=60, blank=True)
    language = models.CharField(
        _("Language"), max_length=10, choices=Language.choices, blank=True, default=""
    )
    theme = models.CharField(
        _("Light or dark"), max_length=5, choices=Theme.choices, default=Theme.AUTO
    )
    is_active = models.BooleanField(_("May sign in"), default=True)
    is_staff = models.BooleanField(_("Staff of the platform"), default=False)
    is_platform_admin = models.BooleanField(_("Platform admin"), default=False)
    is_guest = models.BooleanField(_("Guest of one class"), default=False, editable=False)
    joined_at = models.DateTimeField(_("Account since"), auto_now_add=True)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "staff_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["staff_no"]
        constraints = [
            # One person per address, whatever the case; any number of people without one.
            models.UniqueConstraint(
                Lower("email"),
                name="member_email_once",
                violation_error_message=_("Somebody else has this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""), name="member_email_null_not_empty"
            ),
            models.CheckConstraint(
                condition=~Q(staff_no="") & ~Q(name=""), name="member_has_number_and_name"
            ),
            models.CheckConstraint(
                # A guest never signs in, is in no audience and is asked for nothing.
                condition=Q(is_guest=False) | Q(is_active=False),
                name="member_guest_never_signs_in",
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="member_theme_known"),
            models.CheckConstraint(
                condition=Q(language__in=["", *Language.values]), name="member_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_no} {self.name}"

    def display_name(self, language: str) -> str:
        """The name as a reader of ``language`` sees it; Latin letters only where they exist."""
        if language.startswith(CHINESE):
            return self.name
        return self.name_latin or self.name

    def display_post(self, language: str) -> str:
        """The post in ``language``; the other one when it was not translated."""
        if language.startswith(CHINESE):
            return self.post or self.post_en
        return self.post_en or self.post

    def get_full_name(self) -> str:
        """Django's name for it; the registered one."""
        return self.name

    def get_short_name(self) -> str:
        """Django's name for it; the registered one, because names are never cut."""
        return self.name


class SignInFailures(models.Model):
    """Failed attempts at one login, from one place or from all; see ``accounts.lockout``.

    ``key`` is a digest of what was typed and where, so that nothing of it is kept.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign-in failures")
        verbose_name_plural = _("sign-in failures")
        indexes = [models.Index(fields=["last_at"], name="sign_in_failures_by_time")]

    def __str__(self) -> str:
        return f"{self.count} failures, last {self.last_at:%Y-%m-%d %H:%M}"
