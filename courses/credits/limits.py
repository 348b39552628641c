"""The limits of a requirement as JSON, and the rule they make. Knows no database.

``{"kinds": [], "day_cap": 800, "caps": [{"modes": ["self"], "percent": 50}], "floors": [{"value":
400, "kinds": ["safety"], "modes": []}], "tallies": [{"count": 1, "modes": ["in_person"]}],
"pro_rata": "monthly", "carry_most": 0}``; whatever is left out does not limit. Values are
hundredths of a credit hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from courses.credits.evaluate import Cap, Floor, ProRata, Rule, Tally

PRO_RATA = ("none", "monthly", "daily")
MOST = 100_000
"""Hundredths no limit may exceed: a thousand hours."""


class BadLimits(ValueError):
    """The JSON says something that cannot be a limit."""


def rule_of(code: str, threshold: int, limits: Mapping[str, Any]) -> Rule:
    """The rule of one requirement."""
    return Rule(
        code=code,
        threshold=threshold,
        kinds=frozenset(limits.get("kinds", ())),
        day_cap=limits.get("day_cap"),
        caps=tuple(Cap(frozenset(cap["modes"]), cap["percent"]) for cap in limits.get("caps", ())),
        floors=tuple(
            Floor(one["value"], frozenset(one.get("kinds", ())), frozenset(one.get("modes", ())))
            for one in limits.get("floors", ())
        ),
        tallies=tuple(
            Tally(one["count"], frozenset(one.get("modes", ())), frozenset(one.get("kinds", ())))
            for one in limits.get("tallies", ())
        ),
        pro_rata=cast(ProRata, limits.get("pro_rata", "monthly")),
        carry_most=limits.get("carry_most", 0),
    )


def check(limits: Any, kinds: Iterable[str], modes: Iterable[str]) -> None:
    """Whether ``limits`` limit anything that exists.

    Raises:
        BadLimits: they do not; the message names the part that is wrong.
    """
    words = {"kinds": set(kinds), "modes": set(modes)}
    known = {"kinds", "day_cap", "caps", "floors", "tallies", "pro_rata", "carry_most"}
    if not isinstance(limits, dict) or not limits.keys() <= known:
        raise BadLimits(f"the limits are an object with {', '.join(sorted(known))}")
    _check_words(limits, words)
    if limits.get("pro_rata", "none") not in PRO_RATA:
        raise BadLimits("“pro_rata” is none, monthly or daily")
    for name in ("day_cap", "carry_most"):
        if name in limits and not _whole(limits[name], MOST):
            raise BadLimits(f"“{name}” is a number of hundredths")
    _check_list(limits, "caps", {"modes", "percent"}, "percent", 100, words)
    _check_list(limits, "floors", {"value", "kinds", "modes"}, "value", MOST, words)
    _check_list(limits, "tallies", {"count", "kinds", "modes"}, "count", 1000, words)


def _check_list(
    limits: dict[str, Any], name: str, fields: set[str], number: str, most: int,
    words: dict[str, set[str]],
) -> None:  # fmt: skip
    for one in _list(limits.get(name, []), name):
        if not isinstance(one, dict) or not one.keys() <= fields or number not in one:
            raise BadLimits(f"one of “{name}” has {', '.join(sorted(fields))}")
        if not _whole(one[number], most):
            raise BadLimits(f"“{number}” in “{name}” is a whole number up to {most}")
        if name == "caps" and not one.get("modes"):
            raise BadLimits("a cap names its modes")
        _check_words(one, words)


def _check_words(holder: dict[str, Any], words: dict[str, set[str]]) -> None:
    for name, known in words.items():
        unknown = [one for one in _list(holder.get(name, []), name) if one not in known]
        if unknown:
            raise BadLimits(f"{unknown[0]!r} is none of {', '.join(sorted(known))}")


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > 20:
        raise BadLimits(f"“{name}” is a list of at most 20")
    return value


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
