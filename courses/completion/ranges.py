"""Arithmetic of coverage: which parts of a recording have been played. Knows no database.

A range is ``(start, end)`` with ``start < end``, half open, in ticks of a tenth of a second of the
recording. A *cover* is ranges in order that neither overlap nor touch. Playing a part again changes
nothing, and nothing is ever taken away from a cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Range = tuple[int, int]
Cover = tuple[Range, ...]

TICKS_PER_SECOND = 10
LONGEST = 24 * 3600 * TICKS_PER_SECOND
"""Ticks of the longest recording: a day."""
MAX_PIECES = 1024
"""Ranges of one cover. Who jumps about more than that keeps the longest of them."""


class BadCover(ValueError):
    """The bytes are no cover that ``pack`` wrote."""


def cover(ranges: Iterable[Range], duration: int = LONGEST) -> Cover:
    """The same parts as a cover of a recording of ``duration`` ticks; what lies outside is dropped.

    Of more than ``MAX_PIECES`` the shortest are left out: coverage may be lost, never invented.
    """
    merged: list[Range] = []
    cut = ((max(start, 0), min(end, duration)) for start, end in ranges)
    for start, end in sorted(one for one in cut if one[0] < one[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    if len(merged) > MAX_PIECES:
        longest = sorted(merged, key=lambda one: one[0] - one[1])[:MAX_PIECES]
        merged = sorted(longest)
    return tuple(merged)


def length(ranges: Iterable[Range]) -> int:
    """Ticks inside; of a cover that is what has been watched, of other ranges what was played."""
    return sum(end - start for start, end in ranges)


def missing(watched: Cover, duration: int) -> Cover:
    """What has not been watched of a recording of ``duration`` ticks."""
    gaps: list[Range] = []
    reached = 0
    for start, end in watched:
        if start >= duration:
            break
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    if reached < duration:
        gaps.append((reached, duration))
    return tuple(gaps)


def overlap(one: Cover, other: Cover) -> Cover:
    """What lies in both covers."""
    found: list[Range] = []
    left, right = iter(one), iter(other)
    a, b = next(left, None), next(right, None)
    while a is not None and b is not None:
        start, end = max(a[0], b[0]), min(a[1], b[1])
        if start < end:
            found.append((start, end))
        if a[1] < b[1]:
            a = next(left, None)
        else:
            b = next(right, None)
    return tuple(found)


def first(ranges: Iterable[Range], allowed: int) -> list[Range]:
    """The ranges, in the order in which they were played, up to ``allowed`` ticks of playing."""
    kept: list[Range] = []
    for start, end in ranges:
        if allowed <= 0:
            break
        stop = min(end, start + allowed)
        kept.append((start, stop))
        allowed -= stop - start
    return kept


def permille(watched: Cover, duration: int) -> int:
    """How much of ``duration`` is covered, in thousandths, truncated: 1000 only when all is.

    A recording without length counts as watched.
    """
    return length(cover(watched, duration)) * 1000 // duration if duration > 0 else 1000


def pack(watched: Cover) -> bytes:
    """A cover in few bytes: the steps from edge to edge as varints (LEB128), nothing for none."""
    out = bytearray()
    edge = 0
    for one in watched:
        for position in one:
            step = position - edge
            edge = position
            while step > 0x7F:
                out.append(step & 0x7F | 0x80)
                step >>= 7
            out.append(step)
    return bytes(out)


def unpack(packed: bytes) -> Cover:
    """The cover that ``pack`` wrote.

    Raises:
        BadCover: it did not write this.
    """
    edges = list(_edges(packed))
    pairs = tuple(zip(edges[::2], edges[1::2], strict=False))
    if len(edges) % 2 or len(pairs) > MAX_PIECES or pairs != cover(pairs):
        raise BadCover
    return pairs


def _edges(packed: bytes) -> Iterator[int]:
    edge = step = shift = 0
    for byte in packed:
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            edge += step
            step = shift = 0
            yield edge
        elif shift > 28:
            raise BadCover
    if shift:
        raise BadCover
