"""Courses, their sections and lessons, and the files that lessons are made of."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.catalog.kinds import FILED, CourseState, CreditKind, LessonKind, MaterialState

MAX_MINUTES = 200 * 60
MAX_MONTHS = 120
"""Longest validity of a certificate that ends at all."""
"""Longest course."""
MAX_ARTICLE = 200_000
"""Characters of an article with its markup."""
MAX_FILE = 8 * 1024**3
"""Bytes of one uploaded file."""


class Category(models.Model):
    """A shelf of the catalogue."""

    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    name_zh = models.CharField(_("Name (Chinese)"), max_length=60, unique=True)
    name_en = models.CharField(_("Name (English)"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name_zh

    def name(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name_zh if language.startswith("zh") else self.name_en


class Series(models.Model):
    """Courses that are published one after the other, each on the next day of a rhythm.

    ``nth`` 0: every week; 1 to 4: that ``weekday`` of the month; 5: its last one. ``weekday`` 0 is
    Monday. ``at`` is the organisation's clock; ``next_at`` the next day on which one is published.
    """

    title = models.CharField(_("Title"), max_length=120, unique=True)
    nth = models.PositiveSmallIntegerField(_("Which one of the month"), default=0)
    weekday = models.PositiveSmallIntegerField(_("Day of the week"), default=0)
    at = models.TimeField(_("Time"))
    next_at = models.DateTimeField(_("Next"))
    active = models.BooleanField(_("Running"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="series"
    )

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="series_has_title"),
            models.CheckConstraint(condition=Q(nth__lte=5), name="series_nth_in_range"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="series_weekday_in_range"),
        ]

    def __str__(self) -> str:
        return self.title


class Course(models.Model):
    """What members learn on their own time, as lessons in sections.

    ``rule`` is a tree of ``completion.rules`` as JSON; empty: every required lesson. ``version``
    counts publications.
    """

    code = models.CharField(
        _("Code"), max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$")]
    )
    title = models.CharField(_("Title"), max_length=200)
    summary = models.TextField(_("Summary"), blank=True, max_length=2000)
    language = models.CharField(
        _("Language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    cover = models.FileField(_("Cover"), upload_to="covers/", blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="courses",
        verbose_name=_("Category"),
    )  # fmt: skip
    # Empty: it is completed, but earns no hours.
    credit_kind = models.CharField(
        _("Kind of credit hours"), max_length=20, choices=CreditKind.choices, blank=True, default=""
    )
    estimated_minutes = models.PositiveIntegerField(_("Estimated minutes"), default=45)
    state = models.CharField(
        _("State"), max_length=20, choices=CourseState.choices, default=CourseState.DRAFT
    )
    publish_at = models.DateTimeField(_("Publish at"), null=True, blank=True)
    published_at = models.DateTimeField(_("Published"), null=True, blank=True)
    expires_at = models.DateTimeField(_("Expires"), null=True, blank=True)
    # Who made it is part of the record of learning: deactivated, never deleted.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="courses_written",
        verbose_name=_("Author"),
    )  # fmt: skip
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="courses_reviewed",
        null=True, blank=True, verbose_name=_("Reviewer"),
    )  # fmt: skip
    review_note = models.TextField(_("Note of the reviewer"), blank=True, max_length=2000)
    rule = models.TextField(_("Rule of completion"), blank=True, max_length=20_000)
    certificate = models.BooleanField(_("Ends in a certificate"), default=True)
    # None: for good.
    certificate_months = models.PositiveSmallIntegerField(
        _("Certificate valid for months"), null=True, blank=True
    )
    version = models.PositiveIntegerField(default=0)
    # Reviewed and good: it waits for its day (``publish_at``) or for its turn in a series.
    approved_at = models.DateTimeField(_("Approved"), null=True, blank=True)
    # The author changed it after it was published: a reviewer has not looked at that yet.
    unreviewed = models.BooleanField(_("Changed since the review"), default=False)
    series = models.ForeignKey(
        "courses.Series", on_delete=models.SET_NULL, null=True, blank=True, related_name="courses",
        verbose_name=_("Series"),
    )  # fmt: skip
    series_order = models.PositiveSmallIntegerField(_("Place in the series"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="course_has_title"),
            models.CheckConstraint(
                condition=Q(state__in=CourseState.values), name="course_state_known"
            ),
            models.CheckConstraint(
                condition=Q(credit_kind__in=["", *CreditKind.values]),
                name="course_credit_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(estimated_minutes__gte=1, estimated_minutes__lte=MAX_MINUTES),
                name="course_minutes_in_range",
            ),
            models.CheckConstraint(
                condition=Q(certificate_months__isnull=True)
                | Q(certificate_months__gte=1, certificate_months__lte=MAX_MONTHS),
                name="course_certificate_months_in_range",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(publish_at__isnull=True)
                | Q(expires_at__gt=F("publish_at")),
                name="course_expires_after_publication",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "category"], name="course_on_shelf"),
            models.Index(
                fields=["publish_at"], condition=Q(publish_at__isnull=False), name="course_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Section(models.Model):
    """A part of a course: lessons in an order."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(_("Order"))
    title = models.CharField(_("Title"), max_length=200)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["course", "order", "pk"]

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """One thing to watch, read, answer or attend.

    ``activity`` belongs to a lesson that is a class: held in any of its sessions, or replayed. A
    lesson in which somebody has learnt something is ``removed``, never deleted.
    """

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="lessons")
    order = models.PositiveSmallIntegerField(_("Order"))
    kind = models.CharField(_("Kind"), max_length=20, choices=LessonKind.choices)
    title = models.CharField(_("Title"), max_length=200)
    required = models.BooleanField(_("Required"), default=True)
    estimated_minutes = models.PositiveSmallIntegerField(_("Estimated minutes"), default=10)
    article = models.TextField(_("Text"), blank=True, max_length=MAX_ARTICLE)
    activity = models.ForeignKey(
        "courses.Activity", on_delete=models.PROTECT, related_name="lessons", null=True, blank=True,
        verbose_name=_("Class"),
    )  # fmt: skip
    removed = models.BooleanField(_("Taken out"), default=False)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["section", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LessonKind.values), name="lesson_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(activity__isnull=True) | Q(kind__in=["in_person", "live"]),
                name="lesson_activity_only_of_class",
            ),
            models.CheckConstraint(
                condition=Q(article="") | Q(kind="article"), name="lesson_article_only_of_article"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_filed(self) -> bool:
        """Whether it is made of an uploaded file."""
        return self.kind in FILED


class Material(models.Model):
    """A file of a lesson; a newer ``version`` takes the place of an older one once it is ready.

    ``length``: tenths of a second of a recording, or pages of a document. ``folder`` (below
    ``DATA_DIR/materials``) holds what is served. A failed material says why by a stable code.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="materials")
    version = models.PositiveIntegerField(_("Version"))
    folder = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(
        _("State"), max_length=20, choices=MaterialState.choices, default=MaterialState.WAITING
    )
    progress = models.PositiveSmallIntegerField(_("Processed, in percent"), default=0)
    error = models.CharField(_("What went wrong"), max_length=40, blank=True)
    name = models.CharField(_("Name of the file"), max_length=255)
    media_type = models.CharField(_("Type"), max_length=100, blank=True)
    file = models.CharField(_("What is served"), max_length=100, blank=True)
    size = models.BigIntegerField(_("Bytes"), default=0)
    sha256 = models.CharField(_("Checksum"), max_length=64, blank=True)
    length = models.PositiveIntegerField(_("Length"), default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="materials"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["lesson", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "version"], name="material_version_once"),
            models.CheckConstraint(
                condition=Q(state__in=MaterialState.values), name="material_state_known"
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="material_progress_in_range"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=0, size__lte=MAX_FILE), name="material_size_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(length__gt=0), name="material_ready_has_length"
            ),
        ]
        indexes = [models.Index(fields=["state"], name="material_by_state")]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class Caption(models.Model):
    """WebVTT captions of a material in one language."""

    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="captions")
    language = models.CharField(_("Language"), max_length=10, choices=settings.LANGUAGES)
    text = models.TextField(_("WebVTT"), max_length=1_000_000)

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        constraints = [
            models.UniqueConstraint(fields=["material", "language"], name="caption_language_once")
        ]

    def __str__(self) -> str:
        return self.language
