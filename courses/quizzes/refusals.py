"""What a quiz says no to: a stable code, and the sentence a person reads."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "not_open": _("The quiz has not opened yet. Please come back at the time that is shown."),
    "closed": _("The quiz has closed. What you submitted before counts."),
    "unavailable": _("The course is not available at present, so its quiz cannot be taken."),
    "no_attempts": _("No attempt is left. Your best attempt counts."),
    "no_questions": _("The quiz has no questions yet. Please tell the author of the course."),
    "time_over": _(
        "The time was over before this arrived. "
        "What had been saved by then was submitted for you and counts."
    ),
    "ended": _("This attempt has been submitted already. Nothing was changed."),
    "stale": _(
        "This quiz is open on another page, which saved newer answers. "
        "Please reload this page to go on here."
    ),
    "unreadable": _("These answers cannot be read. Please reload the page."),
}


class Refused(Exception):
    """A rule said no, and nothing was written but what the sentence says."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        """Why, and what to do, in the reader's language."""
        return str(SENTENCES[self.code])
