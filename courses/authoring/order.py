"""The order of a course as a page sends it. Knows no database."""

from __future__ import annotations

from collections.abc import Sequence

Order = list[tuple[int, list[int]]]
"""Sections, each with its lessons, by key."""
LONGEST = 4000
"""Characters of an order that is sent."""


def parse(text: str) -> Order | None:
    """``3:5,6;4:7`` – section 3 with lessons 5 and 6, section 4 with lesson 7; None: no order."""
    if len(text) > LONGEST:
        return None
    found: Order = []
    for part in text.split(";"):
        section, colon, inside = part.partition(":")
        keys = [key for key in inside.split(",") if key]
        if not colon or not all(one.isdecimal() and len(one) < 19 for one in [section, *keys]):
            return None
        found.append((int(section), [int(key) for key in keys]))
    return found


def moved(order: Sequence[tuple[int, Sequence[int]]], step: str) -> Order | None:
    """``order`` after one step: ``lesson-7-up``, ``section-3-down``. A lesson at the edge of its
    section goes into the next one; a step over the edge of the course changes nothing."""
    what, _, rest = step.partition("-")
    key, _, way = rest.partition("-")
    if what not in {"lesson", "section"} or not key.isdecimal() or way not in {"up", "down"}:
        return None
    rows = [(section, list(inside)) for section, inside in order]
    by = -1 if way == "up" else 1
    if what == "section":
        return _move_section(rows, int(key), by)
    return _move_lesson(rows, int(key), by)


def _move_section(rows: Order, key: int, by: int) -> Order | None:
    at = next((at for at, (section, _) in enumerate(rows) if section == key), None)
    if at is None:
        return None
    if 0 <= at + by < len(rows):
        rows.insert(at + by, rows.pop(at))
    return rows


def _move_lesson(rows: Order, key: int, by: int) -> Order | None:
    at = next((at for at, (_, inside) in enumerate(rows) if key in inside), None)
    if at is None:
        return None
    inside = rows[at][1]
    place = inside.index(key)
    if 0 <= place + by < len(inside):
        inside.insert(place + by, inside.pop(place))
    elif 0 <= at + by < len(rows):
        inside.pop(place)
        target = rows[at + by][1]
        target.insert(len(target) if by < 0 else 0, key)
    return rows
