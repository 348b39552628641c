"""Why a course is not changed: a stable code, and a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

SENTENCES: dict[str, Callable[[], str]] = {
    "locked": lambda: _("It is being reviewed. Take it back to change it."),
    "archived": lambda: _("The course is no longer available and cannot be changed."),
    "full": lambda: _("A course has at most 50 sections and 200 lessons."),
    "not_yours": lambda: _("Only its author and platform admins change this course."),
    "not_empty": lambda: _("The section still has lessons. Move or remove them first."),
    "asked_for": lambda: _("The rule of completion asks for this lesson. Change the rule first."),
    "no_lessons": lambda: _("Without a lesson there is nothing to review."),
    "nothing_inside": lambda: _("Some lessons have no content yet. They are marked."),
    "wrong_state": lambda: _("Somebody else was faster: the course is in another state now."),
    "category_taken": lambda: _("Another category has this name already."),
    "category_used": lambda: _("Courses are in this category. Put them into another one first."),
    "category_full": lambda: _("There are at most 100 categories."),
    "picture_empty": lambda: _("The file is empty."),
    "picture_too_large": lambda: _("A picture has at most 5 MB and 40 million pixels."),
    "picture_too_small": lambda: _("This picture is too small for a cover."),
    "picture_unknown": lambda: _("This is not a readable JPEG, PNG or WebP picture."),
    "past": lambda: _("This time is in the past."),
    "stale_order": lambda: _("Someone else changed this. Refresh before editing."),
}


class CourseRefused(Exception):
    """A change that is not possible now; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        return SENTENCES[self.code]()
