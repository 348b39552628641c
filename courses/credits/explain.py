"""Rules in words: what a requirement asks, what it limits, and how a table converts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.credits.conversion import ANY, Table
from courses.credits.evaluate import Rule
from courses.credits.limits import rule_of
from courses.credits.models import CENTRALISED, Mode, Requirement, Span
from courses.credits.periods import Period
from courses.templatetags.hours import hours, words_of

EXAMPLES = (20, 45, 90, 180, 360)
"""Minutes for which a table shows what they are worth."""


def period_words(period: Period) -> str:
    """From when to when."""
    return f"{period.first:%Y-%m-%d} – {period.last:%Y-%m-%d}"


def requirement_words(one: Requirement) -> list[str]:
    """Everything ``one`` asks and limits, a sentence each, in the order in which it is applied."""
    rule = rule_of(one.code, one.threshold, one.rule)
    found = [_asks(one), _kinds(rule), _share(rule)]
    if rule.day_cap is not None:
        most = hours(rule.day_cap)
        found.append(_("Of one day at most %(hours)s hours count.") % {"hours": most})
    found += _caps(rule)
    found += _minima(rule)
    if rule.carry_most:
        facts = {"hours": hours(rule.carry_most)}
        found.append(_("At most %(hours)s hours of the year before are carried over.") % facts)
    else:
        found.append(_("Nothing is carried over into the next period."))
    return found


def _asks(one: Requirement) -> str:
    facts = {"hours": hours(one.threshold), "days": one.days or 0}
    if one.span == Span.FIXED and one.valid_to:
        facts |= {"a": f"{one.valid_from:%Y-%m-%d}", "b": f"{one.valid_to:%Y-%m-%d}"}
        return _("%(hours)s credit hours from %(a)s to %(b)s.") % facts
    sentences = {
        Span.YEAR: _("%(hours)s credit hours in each calendar year."),
        Span.QUARTER: _("%(hours)s credit hours in each quarter."),
        Span.MONTH: _("%(hours)s credit hours in each month."),
        Span.SINCE_JOINING: _("%(hours)s credit hours within %(days)d days after joining."),
    }
    return sentences[Span(one.span)] % facts


def _kinds(rule: Rule) -> str:
    if not rule.kinds:
        return _("Hours of every kind count.")
    return _("Only these kinds count: %(kinds)s.") % {"kinds": words_of(rule.kinds)}


def _share(rule: Rule) -> str:
    return {
        "monthly": _(
            "Who was here, or not excused, for part of the period owes the months of it: a month "
            "counts when more than half of it does."
        ),
        "daily": _("Who was here, or not excused, for part of the period owes the days of it."),
        "none": _("It is owed in full, also by those who were here for part of the period."),
    }[rule.pro_rata]


def _caps(rule: Rule) -> Iterable[str]:
    for cap in rule.caps:
        facts = {"modes": words_of(cap.modes), "percent": cap.percent}
        yield _("%(modes)s: at most %(percent)d%% of what is required counts.") % facts


def _minima(rule: Rule) -> Iterable[str]:
    for floor in rule.floors:
        facts = {"what": _what(floor.kinds | floor.modes), "hours": hours(floor.value)}
        yield _("%(what)s: at least %(hours)s hours.") % facts
    for tally in rule.tallies:
        times = {"what": _what(tally.kinds | tally.modes), "times": tally.times}
        yield (
            ngettext(
                "%(what)s: at least %(times)d time.",
                "%(what)s: at least %(times)d times.",
                tally.times,
            )
            % times
        )


def _what(codes: frozenset[str]) -> str:
    if codes == frozenset(mode.value for mode in CENTRALISED):
        return _("Centralised training")
    return words_of(codes) or _("All kinds")


def table_words(table: Table) -> list[tuple[str, str]]:
    """Each mode of ``table`` with its rule in words; the one for all others first."""
    modes: Mapping[str, Any] = table.rules["modes"]
    ordered = sorted(modes, key=lambda mode: (mode != ANY, mode))
    names = {ANY: _("All other modes"), **{mode.value: str(mode.label) for mode in Mode}}
    return [(names.get(mode, mode), _converts(modes[mode])) for mode in ordered]


def _converts(rule: Mapping[str, Any]) -> str:
    if "passed" in rule:
        return _("%(hours)s hours for each, however long it took") % {
            "hours": hours(rule["passed"])
        }
    if "bands" in rule:
        return " · ".join(map(_band, rule["bands"]))
    if "day" in rule:
        facts = {
            "half": hours(rule["half_day"]), "whole": hours(rule["day"]), "a": rule["half_from"],
            "b": rule["day_from"], "per": rule["per_hour"],
        }  # fmt: skip
        return (
            _(
                "Half a day (from %(a)d minutes) %(half)s hours, a day (from %(b)d minutes) "
                "%(whole)s; what is shorter: %(per)d minutes are one hour"
            )
            % facts
        )
    return _("%(per)d minutes are one hour") % {"per": rule["per_hour"]}


def _band(band: Mapping[str, int]) -> str:
    worth = hours(band["value"])
    if "above" in band:
        return _("more than %(n)d minutes: %(hours)s") % {"n": band["above"], "hours": worth}
    return _("from %(n)d minutes: %(hours)s") % {"n": band["from"], "hours": worth}


def examples(table: Table, mode: str) -> list[tuple[int, str]]:
    """What some lengths of ``mode`` are worth."""
    return [(minutes, hours(table.hundredths(minutes, mode))) for minutes in EXAMPLES]
