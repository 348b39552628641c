"""The choices of a course and its lessons. Everything that counts uses the same kinds of credit."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CreditKind(models.TextChoices):
    """What was learnt."""

    THEORY = "theory", _("Theory")
    PROFESSIONAL = "professional", _("Professional")
    SAFETY = "safety", _("Safety")
    PRACTICE = "practice", _("Practice")


class LessonKind(models.TextChoices):
    """What a lesson is made of."""

    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    DOCUMENT = "document", _("Document")
    ARTICLE = "article", _("Article")
    QUIZ = "quiz", _("Quiz")
    LIVE = "live", _("Live class or replay")
    IN_PERSON = "in_person", _("In-person session")


PLAYED = frozenset({LessonKind.VIDEO.value, LessonKind.AUDIO.value})
"""Kinds of lesson with a length in time."""
FILED = PLAYED | {LessonKind.DOCUMENT.value}
"""Kinds of lesson that are made of an uploaded file."""
ATTENDED = frozenset({LessonKind.LIVE.value, LessonKind.IN_PERSON.value})
"""Kinds of lesson that are a class."""


class CourseState(models.TextChoices):
    """Where a course is on its way to its members."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class MaterialState(models.TextChoices):
    """Where a file is on its way into its lesson."""

    WAITING = "waiting", _("Waiting")
    PROCESSING = "processing", _("Being processed")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
