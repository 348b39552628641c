"""What a poll asks for, and whether its settings fit together. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from liveclass.rooms.text import clean_line, clean_text
from realtime.protocol.polls import (
    POLL_EXPLANATION_CHARS,
    POLL_OPTION_CHARS,
    POLL_OPTIONS,
    POLL_QUESTION_CHARS,
    POLL_SECONDS_LEAST,
    POLL_SECONDS_MOST,
    POLL_WORDS,
    PollKind,
)
from realtime.protocol.refusals import Refusal

MIN_OPTIONS = 2
WRITTEN: frozenset[PollKind] = frozenset({"words", "text"})
"""Kinds whose answers members write themselves."""
JUDGED: frozenset[PollKind] = frozenset({"quiz", "truefalse"})
"""Kinds that may have right answers; a quiz must."""
TRUE_FALSE = ("true", "false")
"""Stored for every language; the page shows its own words."""
SCALES = tuple(tuple(str(one) for one in range(1, most + 1)) for most in (5, 10))
"""The two scales of a rating."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A poll before it is written. ``correct`` are places in ``options``, from 0; ``seconds`` is
    its countdown."""

    question: str
    options: tuple[str, ...] = ()
    kind: PollKind = "single"
    least: int = 1
    most: int = 1
    changeable: bool = True
    anonymous: bool = False
    seconds: int | None = None
    correct: tuple[int, ...] = ()
    explanation: str = ""


def checked(plan: Plan) -> Plan:
    """The plan as it is stored: texts cleaned, and numbers that follow from its kind set.

    Of an anonymous vote nobody knows what it was for, so it cannot be changed either.

    Raises:
        Refusal: ``option_count``; ``poll_plan`` for numbers, right answers or a countdown that do
            not fit; ``text_empty`` and ``text_too_long``.
    """
    options = _options(plan)
    least, most = _bounds(plan, len(options))
    _require_key(plan, len(options))
    if plan.seconds is not None and not POLL_SECONDS_LEAST <= plan.seconds <= POLL_SECONDS_MOST:
        raise Refusal("poll_plan")
    explained = plan.correct and plan.explanation.strip()
    return replace(
        plan,
        question=clean_line(plan.question, POLL_QUESTION_CHARS),
        options=options,
        least=least,
        most=most,
        changeable=plan.changeable and not plan.anonymous,
        correct=tuple(sorted(set(plan.correct))),
        explanation=clean_text(plan.explanation, POLL_EXPLANATION_CHARS) if explained else "",
    )


def _options(plan: Plan) -> tuple[str, ...]:
    if plan.kind == "truefalse":
        return TRUE_FALSE
    if plan.kind in WRITTEN:
        if plan.options:
            raise Refusal("option_count")
        return ()
    if plan.kind == "rating":
        scale = plan.options or SCALES[0]
        if scale not in SCALES:
            raise Refusal("poll_plan")
        return scale
    if not MIN_OPTIONS <= len(plan.options) <= POLL_OPTIONS:
        raise Refusal("option_count")
    return tuple(clean_line(text, POLL_OPTION_CHARS) for text in plan.options)


def _bounds(plan: Plan, options: int) -> tuple[int, int]:
    """How many options or words one answer has at least and at most."""
    if plan.kind == "ranking":
        return options, options
    if plan.kind == "quiz":
        return 1, options if len(set(plan.correct)) > 1 else 1
    if plan.kind not in ("multiple", "words"):
        return 1, 1
    limit = POLL_WORDS if plan.kind == "words" else options
    if not 1 <= plan.least <= plan.most <= limit:
        raise Refusal("poll_plan")
    return plan.least, plan.most


def _require_key(plan: Plan, options: int) -> None:
    places = set(plan.correct)
    allowed = {"quiz": options, "truefalse": 1}.get(plan.kind, 0)
    known = all(0 <= one < options for one in places)
    if not known or len(places) > allowed or (plan.kind == "quiz" and not places):
        raise Refusal("poll_plan")
