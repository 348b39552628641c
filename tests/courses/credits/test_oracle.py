"""A second opinion on everything ``evaluate`` says: day by day, hundredth by hundredth, slowly."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.credits.evaluate import Cap, Floor, Item, Rule, Tally, evaluate
from courses.credits.periods import Away, Period

PERIOD = Period(date(2026, 1, 20), date(2026, 3, 9), "campaign")
DAYS = [PERIOD.first + timedelta(days=n) for n in range(PERIOD.days)]
MODES, KINDS = ["live", "self", "in_person"], ["theory", "safety"]
LIVE, FACE = frozenset({"live"}), frozenset({"in_person"})


def owed(rule: Rule, away: list[Away]) -> Fraction:
    """The share of the period that counts, from a list of its days."""
    here = [day for day in DAYS if not any(one.first <= day <= one.last for one in away)]
    if rule.pro_rata == "none":
        return Fraction(1 if here else 0)
    if rule.pro_rata == "daily":
        return Fraction(len(here), len(DAYS))
    months = {day.replace(day=1) for day in DAYS}
    counted = 0
    for first in months:
        of_month = [day for day in DAYS if day.replace(day=1) == first]
        present = [day for day in here if day.replace(day=1) == first]
        counted += 2 * len(present) > len(of_month)
    return Fraction(counted, len(months))


def spend(rule: Rule, required: int, items: list[Item]) -> dict[str, int]:
    """What of each entry counts, one hundredth after the other, oldest first."""
    counted: dict[str, int] = {}
    seen: set[str] = set()
    for one in sorted(items, key=lambda one: (one.earned_on, one.ref)):
        kind_counts = not rule.kinds or one.kind in rule.kinds
        if one.earned_on not in DAYS or one.reversed or not kind_counts or one.once in seen:
            continue
        seen.add(one.once)
        counted[one.ref] = 0
        for _ in range(one.value):
            day = sum(
                counted[two.ref]
                for two in items
                if two.ref in counted and two.earned_on == one.earned_on
            )
            if rule.day_cap is not None and day >= rule.day_cap:
                break
            if any(
                one.mode in cap.modes
                and sum(counted[two.ref] for two in items
                        if two.ref in counted and two.mode in cap.modes) + 1
                > Fraction(required * cap.percent, 100)
                for cap in rule.caps
            ):  # fmt: skip
                break
            counted[one.ref] += 1
    return counted


def matching(items: list[Item], kinds: frozenset[str], modes: frozenset[str]) -> list[Item]:
    """Those of these kinds and modes; empty: any."""
    return [
        one
        for one in items
        if (one.kind in kinds or not kinds) and (one.mode in modes or not modes)
    ]


ITEMS = st.lists(
    st.builds(
        Item, ref=st.uuids().map(str), once=st.sampled_from("abcdef"), kind=st.sampled_from(KINDS),
        mode=st.sampled_from(MODES), value=st.integers(0, 12),
        earned_on=st.dates(date(2026, 1, 18), date(2026, 1, 26)), reversed=st.booleans(),
    ),
    max_size=7,
)  # fmt: skip
RULES = st.builds(
    Rule,
    code=st.just("r"),
    threshold=st.integers(0, 40),
    kinds=st.sampled_from([frozenset(), frozenset({"safety"})]),
    day_cap=st.none() | st.integers(0, 15),
    caps=st.sampled_from([(), (Cap(frozenset({"self"}), 50),), (Cap(LIVE, 25), Cap(FACE, 60))]),
    floors=st.sampled_from([(), (Floor(9, frozenset({"safety"})),), (Floor(7, modes=FACE),)]),
    tallies=st.sampled_from([(), (Tally(1, FACE),), (Tally(2),)]),
    pro_rata=st.sampled_from(["none", "monthly", "daily"]),
    carry_most=st.integers(0, 6),
)  # fmt: skip
SPANS = st.lists(
    st.tuples(st.dates(date(2026, 1, 10), date(2026, 3, 20)), st.integers(0, 40)).map(
        lambda pair: Away(pair[0], pair[0] + timedelta(days=pair[1]))
    ),
    max_size=2,
)


@settings(max_examples=80, deadline=None)
@given(RULES, ITEMS, SPANS, SPANS, st.integers(-2, 9), st.dates(PERIOD.first, date(2026, 3, 12)))
def test_it_agrees_with_days_and_hundredths(
    rule: Rule, items: list[Item], absent: list[Away], waived: list[Away], carried: int, today: date
) -> None:
    found = evaluate(rule, PERIOD, items, today, absent=absent, waived=waived, carried=carried)
    share = owed(rule, [*absent, *waived])
    required = int(rule.threshold * share)
    spent = spend(rule, required, items)
    assert found.required == required
    assert {line.item.ref: line.counted for line in found.lines if line.counted} == {
        ref: value for ref, value in spent.items() if value
    }
    brought = min(max(carried, 0), rule.carry_most)
    missing = required > sum(spent.values()) + brought
    for floor in rule.floors:
        have = sum(spent.get(one.ref, 0) for one in matching(items, floor.kinds, floor.modes))
        missing |= have < int(floor.value * share)
    for tally in rule.tallies if share else ():
        times = [
            one for one in matching(items, tally.kinds, tally.modes) if spent.get(one.ref, 0) > 0
        ]
        missing |= len(times) < tally.times
    assert found.is_met is not missing
    if not share:
        state = "waived" if waived else "not_applicable"
    elif not missing:
        state = "met"
    elif today > PERIOD.last:
        state = "not_met"
    elif (PERIOD.last - today).days < 30:
        state = "due_soon"
    else:
        state = "in_progress" if sum(spent.values()) else "not_started"
    assert found.state == state
