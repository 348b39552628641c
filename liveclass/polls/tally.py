"""Counting votes. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from realtime.protocol.refusals import Refusal
from realtime.protocol.state import PollCount


def counts(options: Iterable[int], votes: Mapping[int, int]) -> list[PollCount]:
    """Absolute counts in the order of ``options``; an option nobody chose counts zero."""
    return [PollCount(option, votes.get(option, 0)) for option in options]


def checked_choice(chosen: Sequence[int], options: Iterable[int], *, multiple: bool) -> list[int]:
    """What was chosen, each option once, in the order of the poll.

    Raises:
        Refusal: ``option_unknown`` for an option of no or another poll, ``option_count`` for none,
            or for several where one is asked for.
    """
    wanted = set(chosen)
    ordered = [option for option in options if option in wanted]
    if len(ordered) != len(wanted):
        raise Refusal("option_unknown")
    if not ordered or (len(ordered) > 1 and not multiple):
        raise Refusal("option_count")
    return ordered


def percent(votes: int, voters: int) -> int:
    """Share of the voters in whole percent, half rounded up; 0 when nobody voted."""
    return (200 * votes + voters) // (2 * voters) if voters else 0
