"""What else there is to do for a lesson, by its kind: the pages of the features that know it."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from courses.catalog.models import Lesson

below: dict[str, str] = {"quiz": "quizzes:settings"}
"""Kind → name of an address (arguments: code of the course, key of the lesson). Features add theirs
in ``apps.ready``."""


def address(lesson: Lesson) -> str:
    """Where the content of ``lesson`` is written; empty where this page is all there is."""
    name = below.get(lesson.kind)
    if not name:
        return ""
    try:
        return reverse(name, args=[lesson.section.course.code, lesson.pk])
    except NoReverseMatch:
        return ""
