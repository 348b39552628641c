"""Counting votes, and what may be voted. Knows no database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from liveclass.rooms.text import clean_line
from realtime.protocol.polls import POLL_TEXT_CHARS, POLL_WORD_CHARS, PollCount, PollKind
from realtime.protocol.refusals import Refusal


def counts(options: Iterable[int], votes: Mapping[int, int]) -> list[PollCount]:
    """Absolute counts in the order of ``options``; an option nobody chose counts zero."""
    return [PollCount(option, votes.get(option, 0)) for option in options]


def checked_choice(
    chosen: Sequence[int], options: Iterable[int], least: int = 1, most: int = 1
) -> list[int]:
    """What was chosen, each option once, in the order of the poll.

    Raises:
        Refusal: ``option_unknown`` for an option of no or another poll, ``option_count`` for less
            than ``least`` or more than ``most``.
    """
    wanted = set(chosen)
    ordered = [option for option in options if option in wanted]
    if len(ordered) != len(wanted):
        raise Refusal("option_unknown")
    if not least <= len(ordered) <= most:
        raise Refusal("option_count")
    return ordered


def checked_ranking(chosen: Sequence[int], options: Iterable[int]) -> list[int]:
    """All options in the order they were ranked, the first place first.

    Raises:
        Refusal: ``option_unknown``, or ``option_count`` when one is missing or named twice.
    """
    known = set(options)
    if not set(chosen) <= known:
        raise Refusal("option_unknown")
    if len(chosen) != len(known) or set(chosen) != known:
        raise Refusal("option_count")
    return list(chosen)


def points(place: int, options: int) -> int:
    """Borda points for ``place`` (from 0) among so many options: the last place brings none."""
    return options - 1 - place


def checked_answers(kind: PollKind, written: Sequence[str], least: int, most: int) -> list[str]:
    """What was written, each once. Words are made comparable: NFKC, casefold, trimmed.

    Raises:
        Refusal: ``option_count`` for too few or too many, ``text_empty``, ``text_too_long``.
    """
    if kind == "words":
        cleaned = [comparable(one) for one in written if one.strip()]
    else:
        cleaned = [clean_line(one, POLL_TEXT_CHARS) for one in written]
    once = list(dict.fromkeys(cleaned))
    if not least <= len(once) <= most:
        raise Refusal("option_count")
    return once


def comparable(word: str) -> str:
    """A word as it is counted: ``ＶＡＬＶＥ`` and ``valve`` are one.

    Raises:
        Refusal: ``text_empty`` and ``text_too_long``.
    """
    return clean_line(unicodedata.normalize("NFKC", word).casefold(), POLL_WORD_CHARS)


def percent(votes: int, voters: int) -> int:
    """Share of the voters in whole percent, half rounded up; 0 when nobody voted."""
    return (200 * votes + voters) // (2 * voters) if voters else 0


def whole(kind: PollKind, voters: int, options: int) -> int:
    """What a full bar stands for: everybody who voted; in a ranking the points of an option that
    everybody put first."""
    return voters * (options - 1) if kind == "ranking" else voters


def mean(counted: Iterable[PollCount]) -> float | None:
    """Mean of a rating, whose options are its points in order; None when nobody voted."""
    votes = [one.votes for one in counted]
    given = sum(votes)
    if not given:
        return None
    return sum(place * n for place, n in enumerate(votes, 1)) / given
