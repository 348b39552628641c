"""What a checkpoint says no to: a stable code, and the sentence a person reads."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

SENTENCES: dict[str, Callable[[], str]] = {
    "outside": lambda: _("The recording has no such time. Write it as minutes and seconds, 12:30."),
    "question_unknown": lambda: _("Choose a question out of your banks."),
    "taken": lambda: _("At this time, or with this question, there is a checkpoint already."),
    "full": lambda: _("A lesson has at most 50 checkpoints."),
    "too_soon": lambda: _("Watch the minute before the question again first."),
}


class CheckpointRefused(Exception):
    """A rule said no and nothing was written; ``wait``: seconds after which it may be yes."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait

    @property
    def sentence(self) -> str:
        """Why, in the reader's language."""
        return SENTENCES[self.code]()
