"""One byte range of a file, as RFC 9110 section 14 asks for it. No Django here."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 16 * 1024 * 1024
"""Longest part in bytes; no segment of a playlist is longer."""
OPEN = 2 * 1024 * 1024
"""How much follows when no end is asked for; a browser comes back for what is behind it."""
_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``first`` to ``last``, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes it is."""
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """No byte of what was asked for exists: 416."""


def wanted(header: str, size: int) -> Span | None:
    """The bytes that ``Range: header`` asks for of a file with ``size`` bytes, not more than
    ``MOST`` of them: the answer says which they are.

    None means the whole file: no header, another unit, several ranges or no valid one may be
    answered so (section 14.2).

    Raises:
        Unsatisfiable: it begins behind the end (section 15.5.17).
    """
    found = _ONE_RANGE.fullmatch(header)
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        return _suffix(int(found[2]), size)
    first, last = int(found[1]), int(found[2] or int(found[1]) + OPEN - 1)
    if found[2] and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, min(last, size - 1, first + MOST - 1))


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise Unsatisfiable
    return Span(max(0, size - min(length, MOST)), size - 1)
