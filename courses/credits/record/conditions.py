"""What an entry of a course says about its conditions, as sentences: what was asked, what was had.

The names of the conditions are those of ``courses.completion.rules``; an entry keeps them as they
were on the day it was written, and what is not known here any more is shown by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.catalog.models import Course, Lesson
from courses.credits.models import CreditEntry

MOST = 400
"""A course has at most 200 lessons, and a rule a few conditions more."""

SAID: dict[str, Callable[[], str]] = {
    "watched": lambda: _("Watched “%(title)s”"),
    "read": lambda: _("Read “%(title)s”"),
    "passed": lambda: _("Passed “%(title)s”"),
    "attended": lambda: _("Attended “%(title)s”"),
    "present": lambda: _("Was there: “%(title)s”"),
    "answered": lambda: _("Answered the questions in “%(title)s”"),
    "finished": lambda: _("Finished the course “%(title)s” before"),
}
WITHOUT_SHARE = frozenset({"finished"})


@dataclass(frozen=True)
class Condition:
    """One condition: ``text``, and what she ``has`` of what it ``needs``, in whole percent, both
    None where there is no share. ``met``: whether that was enough."""

    text: str
    met: bool
    has: int | None
    needs: int | None


def conditions(entry: CreditEntry) -> list[Condition]:
    """The conditions of a completed course, those that were met first; two queries at most."""
    rows = entry.evidence.get("conditions")
    if not isinstance(rows, list):
        return []
    rows = [row for row in rows if isinstance(row, dict)][:MOST]
    lessons = Lesson.objects.filter(pk__in=[row["lesson"] for row in rows if "lesson" in row])
    courses = Course.objects.filter(pk__in=[row["course"] for row in rows if "course" in row])
    titles = {
        "lesson": dict(lessons.values_list("pk", "title")),
        "course": dict(courses.values_list("pk", "title")),
    }
    found = [_condition(row, titles) for row in rows]
    return sorted(found, key=lambda one: not one.met)


def _condition(row: dict[str, Any], titles: dict[str, dict[int, str]]) -> Condition:
    name = str(row.get("rule", ""))
    about = "course" if "course" in row else "lesson"
    title = titles[about].get(row.get(about, 0), _("a lesson that is gone"))
    has, needs = int(row.get("has", 0)), int(row.get("needs", 0))
    text = SAID[name]() % {"title": title} if name in SAID else f"{name}: {title}"
    share = name not in WITHOUT_SHARE
    return Condition(
        text, has >= needs, has // 10 if share else None, needs // 10 if share else None
    )
