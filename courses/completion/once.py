"""Each numbered report is taken once, also when reports overtake each other. Knows no database.

As in RFC 4303 §3.4.3 (anti-replay): the newest number and a window of bits for those just before.
"""

from __future__ import annotations

from typing import NamedTuple

WINDOW = 62
"""Numbers before the newest that may still come. A page sends what it has kept in order, so only
the last word of a page that is being closed overtakes others."""


class Seen(NamedTuple):
    """Which numbers were taken: the newest, and bit i for the number ``newest - i``."""

    newest: int = 0
    bits: int = 0


def taken(seen: Seen, number: int) -> Seen | None:
    """After taking ``number`` (from 1 on); None when it was taken before, or is too old to know."""
    if number > seen.newest:
        shift = number - seen.newest
        bits = seen.bits << shift if shift <= WINDOW else 0
        return Seen(number, (bits | 1) & ((1 << WINDOW + 1) - 1))
    bit = 1 << seen.newest - number
    if seen.newest - number > WINDOW or seen.bits & bit:
        return None
    return Seen(seen.newest, seen.bits | bit)
