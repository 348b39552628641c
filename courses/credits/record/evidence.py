"""What stands behind an entry besides its own evidence: features above hand it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.credits.models import CreditEntry


@dataclass(frozen=True)
class Answered:
    """One answer to a question, as it was given. ``number``: which try it was."""

    where: str
    question: str
    number: int
    said: str
    right: bool
    at: datetime


answers_of: list[Callable[[CreditEntry], Sequence[Answered]]] = []
"""Who knows answers that were given on the way to an entry; set in ``apps.ready``."""


def answers(entry: CreditEntry) -> list[Answered]:
    """Every answer that is kept, in the order of the questions."""
    return [one for source in answers_of for one in source(entry)]
