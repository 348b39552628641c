"""From minutes to hundredths of a credit hour, by a table that is data. Knows no database.

A table is JSON: ``{"step": 10, "modes": {"*": {"per_hour": 45}, …}}``. ``step`` is the unit, in
hundredths, to which every value is truncated – never rounded up. Each mode (``*`` is any other) has
one rule:

- ``{"per_hour": 45}``: so many minutes are one hour;
- ``{"bands": [{"from": 0, "value": 25}, {"above": 15, "value": 50}, {"from": 30, "value": 100}]}``:
  the last band that the length reaches (``from``: at least, ``above``: more than) gives the value;
- ``{"half_day": 400, "day": 800, "half_from": 180, "day_from": 360, "per_hour": 60}``: half days
  and whole days have fixed values, what is shorter counts by the hour;
- ``{"passed": 50}``: a passed test has a fixed value, however long it took.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANY = "*"
LONGEST = 24 * 60
"""Most minutes one entry can be about: nobody learns more in a day."""
MOST = 10_000
"""Hundredths no single value may exceed."""


class BadTable(ValueError):
    """A conversion table says something that cannot be computed."""


@dataclass(frozen=True)
class Table:
    """A versioned table; ``name`` is what every entry made with it keeps."""

    name: str
    rules: Mapping[str, Any]

    def hundredths(self, minutes: int, mode: str) -> int:
        """What ``minutes`` of ``mode`` are worth, truncated to the table's step.

        Raises:
            ValueError: ``minutes`` is negative or longer than a day.
            BadTable: the table has no usable rule for ``mode``.
        """
        if not 0 <= minutes <= LONGEST:
            raise ValueError(f"{minutes} minutes are not a length of one entry")
        modes = self.rules["modes"]
        rule = modes.get(mode, modes.get(ANY))
        if rule is None:
            raise BadTable(f"{self.name} has no rule for {mode!r}")
        value = _value(rule, minutes)
        step = int(self.rules.get("step", 1))
        return value - value % step


DEFAULT = Table("45 min/1", {"step": 10, "modes": {ANY: {"per_hour": 45}, "exam": {"passed": 50}}})
"""What counts while nobody has written another table: 45 minutes are one hour, to 0.1."""


def _value(rule: Mapping[str, Any], minutes: int) -> int:
    if "passed" in rule:
        return int(rule["passed"])
    if "bands" in rule:
        return _band(rule["bands"], minutes)
    if "day" in rule and minutes >= rule["day_from"]:
        return int(rule["day"])
    if "half_day" in rule and minutes >= rule["half_from"]:
        return int(rule["half_day"])
    return minutes * 100 // int(rule["per_hour"])


def _band(bands: list[Mapping[str, int]], minutes: int) -> int:
    value = 0
    for band in bands:
        reached = minutes > band["above"] if "above" in band else minutes >= band["from"]
        if reached and minutes > 0:
            value = int(band["value"])
    return value


def check(rules: Any) -> None:
    """Whether ``rules`` are a table.

    Raises:
        BadTable: they are not; the message says what is wrong, for whoever wrote them.
    """
    if not isinstance(rules, dict) or not isinstance(rules.get("modes"), dict):
        raise BadTable("a table is an object with “modes”")
    step = rules.get("step", 1)
    if not _whole(step, 1, 100):
        raise BadTable("“step” is a whole number from 1 to 100")
    if not rules["modes"]:
        raise BadTable("“modes” is empty")
    for mode, rule in rules["modes"].items():
        if not isinstance(rule, dict):
            raise BadTable(f"the rule of “{mode}” is an object")
        _check_rule(mode, rule)


def _check_rule(mode: str, rule: dict[str, Any]) -> None:
    known = {
        frozenset({"per_hour"}): {"per_hour": (1, LONGEST)},
        frozenset({"passed"}): {"passed": (0, MOST)},
        frozenset({"half_day", "day", "half_from", "day_from", "per_hour"}): {
            "half_day": (0, MOST),
            "day": (0, MOST),
            "half_from": (1, LONGEST),
            "day_from": (1, LONGEST),
            "per_hour": (1, LONGEST),
        },
    }
    if set(rule) == {"bands"}:
        _check_bands(mode, rule["bands"])
        return
    limits = known.get(frozenset(rule))
    if limits is None:
        raise BadTable(f"the rule of “{mode}” has the fields {', '.join(sorted(rule))}")
    for name, (least, most) in limits.items():
        if not _whole(rule[name], least, most):
            raise BadTable(f"“{name}” of “{mode}” is a whole number from {least} to {most}")


def _check_bands(mode: str, bands: Any) -> None:
    if not isinstance(bands, list) or not bands:
        raise BadTable(f"“bands” of “{mode}” is a list")
    before = (-1, -1)
    for band in bands:
        keys = set(band) if isinstance(band, dict) else set()
        if keys not in ({"from", "value"}, {"above", "value"}):
            raise BadTable(f"a band of “{mode}” has “value” and one of “from” and “above”")
        edge, above = (band["above"], 1) if "above" in band else (band["from"], 0)
        if not _whole(edge, 0, LONGEST) or not _whole(band["value"], 0, MOST):
            raise BadTable(f"a band of “{mode}” has a number out of range")
        if (edge, above) <= before:
            raise BadTable(f"the bands of “{mode}” do not rise")
        before = (edge, above)


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
