"""The vectors T1 to T20 of the rules for hours, as far as they belong to one person's record.

T14 and the dates of T13 are in ``test_periods``; T6 to T9, T16 and T19 in ``test_crossing`` and
``test_class_credit``; T17 in ``test_ledger``. T15 (quorum) belongs to events, T18 (closed periods)
to reports.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.credits.evaluate import (
    Cap,
    Floor,
    Item,
    Result,
    Rule,
    Tally,
    evaluate,
    strictest,
)
from courses.credits.periods import Away, Period, since, year

YEAR = year(date(2026, 1, 1))
TODAY = date(2026, 9, 1)
_refs = itertools.count(1)


def item(value: int, mode: str = "live", on: date | None = None, kind: str = "theory") -> Item:
    """An entry of its own, on a day of its own unless ``on`` is given."""
    number = next(_refs)
    day = on or YEAR.first + timedelta(days=number % 240)
    return Item(f"{number:06}", f"thing {number}", kind, mode, value, day)


def many(count: int, value: int, mode: str = "live") -> list[Item]:
    """``count`` entries in different weeks."""
    return [item(value, mode, YEAR.first + timedelta(days=7 * n)) for n in range(count)]


def test_t1_what_is_missing() -> None:
    found = evaluate(
        Rule("H-01", 3200), YEAR, many(12, 150) + many(4, 300, "in_person"), date(2026, 6, 1)
    )
    assert (found.counted, found.required, found.missing) == (3000, 3200, 200)
    assert found.state == "in_progress"


def test_t2_self_study_is_capped_by_what_is_required() -> None:
    rule = Rule("H-01", 3200, caps=(Cap(frozenset({"self"}), 50),))
    entries = many(10, 200, "self") + many(5, 200, "live")
    found = evaluate(rule, YEAR, entries, TODAY)
    assert (found.counted, found.held, found.held_by()) == (2600, 400, {"mode_cap": 400})


def test_t3_who_joins_in_july_owes_half() -> None:
    before = [Away(date(2000, 1, 1), date(2026, 6, 30))]
    assert evaluate(Rule("H-01", 3200), YEAR, [], TODAY, absent=before).required == 1600


def test_t4_sick_leave_takes_its_months_off() -> None:
    leave = [Away(date(2026, 3, 1), date(2026, 5, 31))]
    found = evaluate(Rule("H-01", 3200), YEAR, [], TODAY, waived=leave)
    assert (found.required, found.excused) == (2400, True)


def test_t5_the_daily_cap_holds_the_rest_and_somebody_looks() -> None:
    day = date(2026, 5, 5)
    found = evaluate(
        Rule("H-01", 3200, day_cap=800), YEAR, [item(600, on=day), item(600, on=day)], TODAY
    )
    assert (found.counted, found.held_by()) == (800, {"day_cap": 400})
    assert found.remarks == ("full_day",)
    assert [line.counted for line in found.lines] == [600, 200]


@pytest.mark.parametrize(("unit", "effective", "code"), [(1600, 2000, "up"), (2400, 2400, "own")])
def test_t10_t11_the_strictest_layer_decides(unit: int, effective: int, code: str) -> None:
    found = strictest([Rule("up", 2000), Rule("own", unit)])
    assert (found.threshold, found.code) == (effective, code)


def test_t12_24_hours_on_one_day_do_not_make_a_newcomer_ready() -> None:
    day = date(2026, 4, 1)
    rule = Rule("H-06", 2400, frozenset({"safety"}), day_cap=800, pro_rata="none")
    entries = [item(400, "in_person", day, "safety") for _ in range(6)]
    found = evaluate(rule, since(day, 30), entries, day)
    assert (found.counted, found.held_by(), found.is_met) == (800, {"day_cap": 1600}, False)


def test_the_same_thing_counts_once() -> None:
    first = item(200)
    again = Item("9" * 6, first.once, "theory", "self", 200, first.earned_on + timedelta(days=1))
    found = evaluate(Rule("r", 400), YEAR, [again, first], TODAY)
    assert (found.earned, found.counted, found.held_by()) == (400, 200, {"repeated": 200})


def test_a_reversed_entry_is_shown_and_earns_nothing() -> None:
    gone = Item("1", "a", "theory", "live", 200, TODAY, reversed=True)
    found = evaluate(Rule("r", 400), YEAR, [gone, item(100)], TODAY)
    assert (found.earned, found.counted) == (100, 100)
    assert [line.reason for line in found.lines if line.item is gone] == ["reversed"]


def test_a_reversed_entry_does_not_block_its_correction() -> None:
    gone = Item("1", "same", "theory", "live", 200, TODAY, reversed=True)
    right = Item("2", "same", "theory", "live", 150, TODAY)
    assert evaluate(Rule("r", 400), YEAR, [gone, right], TODAY).counted == 150


def test_hours_alone_are_not_enough_when_a_training_is_wanted() -> None:
    rule = Rule("H-02", 600, tallies=(Tally(1, frozenset({"in_person"})),))
    missing = evaluate(rule, YEAR, many(4, 200), TODAY)
    assert (missing.missing, missing.is_met, missing.tallies[0].missing) == (0, False, 1)
    assert evaluate(rule, YEAR, [*many(4, 200), item(10, "in_person")], TODAY).state == "met"


def test_a_minimum_of_one_kind() -> None:
    rule = Rule("r", 800, floors=(Floor(400, frozenset({"safety"})),))
    found = evaluate(rule, YEAR, [*many(4, 200), item(100, kind="safety")], TODAY)
    assert (found.missing, found.floors[0].missing, found.state) == (0, 300, "in_progress")


def test_other_kinds_do_not_count() -> None:
    rule = Rule("r", 800, frozenset({"safety"}))
    found = evaluate(rule, YEAR, [item(100), item(100, kind="safety")], TODAY)
    assert (found.counted, found.held_by()) == (100, {"other_kind": 100})


def test_carry_over_has_a_limit() -> None:
    found = evaluate(Rule("r", 800, carry_most=200), YEAR, many(2, 200), TODAY, carried=500)
    assert (found.carried, found.missing) == (200, 200)
    assert evaluate(Rule("r", 800), YEAR, [], TODAY, carried=500).carried == 0


@pytest.mark.parametrize(
    ("today", "entries", "state"),
    [
        (date(2026, 6, 1), 0, "not_started"),
        (date(2026, 6, 1), 1, "in_progress"),
        (date(2026, 12, 1), 1, "in_progress"),
        (date(2026, 12, 2), 1, "due_soon"),
        (date(2026, 12, 31), 1, "due_soon"),
        (date(2027, 1, 1), 1, "not_met"),
        (date(2027, 1, 1), 2, "met"),
    ],
)
def test_states(today: date, entries: int, state: str) -> None:
    assert evaluate(Rule("r", 400), YEAR, many(entries, 200), today).state == state


def test_somebody_excused_for_all_of_it_owes_nothing() -> None:
    rule, whole = Rule("r", 400, tallies=(Tally(1),)), [Away(YEAR.first, YEAR.last)]
    assert evaluate(rule, YEAR, [], TODAY, waived=whole).state == "waived"
    assert evaluate(rule, YEAR, [], TODAY, absent=whole).state == "not_applicable"
    strict = Rule("r", 400, pro_rata="none")
    assert evaluate(strict, YEAR, [], TODAY, waived=whole).required == 0


def test_layers_only_tighten() -> None:
    modes = frozenset({"self"})
    above = Rule("a", 2000, day_cap=800, caps=(Cap(modes, 50),), pro_rata="monthly", carry_most=5)
    below = Rule("b", 2400, caps=(Cap(modes, 80),), floors=(Floor(100),), pro_rata="none")
    found = strictest([above, below])
    assert found == Rule(
        "b", 2400, day_cap=800, caps=(Cap(modes, 50),), floors=(Floor(100),), pro_rata="none"
    )
    with pytest.raises(ValueError, match="same kinds"):
        strictest([above, Rule("c", 1, frozenset({"safety"}))])


# ---- a second opinion: one hundredth at a time


def brute(rule: Rule, required: int, entries: list[Item]) -> int:
    """What counts, decided for every single hundredth; slow and obvious."""
    total, seen = 0, set()
    by_day: dict[date, int] = {}
    by_cap = {cap.modes: 0 for cap in rule.caps}
    for one in sorted(entries, key=lambda one: (one.earned_on, one.ref)):
        wrong = one.reversed or (rule.kinds and one.kind not in rule.kinds)
        if wrong or one.once in seen or one.earned_on not in YEAR:
            continue
        seen.add(one.once)
        for _ in range(one.value):
            day_full = rule.day_cap is not None and by_day.get(one.earned_on, 0) >= rule.day_cap
            cap_full = any(
                one.mode in cap.modes and by_cap[cap.modes] + 1 > required * cap.percent / 100
                for cap in rule.caps
            )
            if day_full or cap_full:
                break
            total += 1
            by_day[one.earned_on] = by_day.get(one.earned_on, 0) + 1
            for cap in rule.caps:
                by_cap[cap.modes] += one.mode in cap.modes
    return total


MODES, KINDS = ["live", "self", "in_person"], ["theory", "safety"]
ITEMS = st.lists(
    st.builds(
        Item,
        ref=st.uuids().map(str),
        once=st.sampled_from("abcdefghij"),
        kind=st.sampled_from(KINDS),
        mode=st.sampled_from(MODES),
        value=st.integers(0, 150),
        earned_on=st.dates(date(2025, 12, 25), date(2026, 1, 20)),
        reversed=st.booleans(),
    ),
    max_size=12,
)
RULES = st.builds(
    Rule,
    code=st.just("r"),
    threshold=st.integers(0, 600),
    kinds=st.sampled_from([frozenset(), frozenset({"safety"})]),
    day_cap=st.none() | st.integers(0, 200),
    caps=st.sampled_from([
        (), (Cap(frozenset({"self"}), 50),),
        (Cap(frozenset({"self"}), 25), Cap(frozenset({"self", "live"}), 60)),
    ]),
    pro_rata=st.just("none"),
)  # fmt: skip


@given(RULES, ITEMS)
def test_it_agrees_with_counting_every_hundredth(rule: Rule, entries: list[Item]) -> None:
    found = evaluate(rule, YEAR, entries, TODAY)
    assert found.counted == brute(rule, rule.threshold, entries)
    _adds_up(found)


@given(RULES, ITEMS, st.randoms())
def test_the_order_of_the_ledger_does_not_matter(rule: Rule, entries: list[Item], luck) -> None:
    shuffled = list(entries)
    luck.shuffle(shuffled)
    assert evaluate(rule, YEAR, shuffled, TODAY) == evaluate(rule, YEAR, entries, TODAY)


@given(RULES, RULES, ITEMS)
def test_another_layer_never_makes_it_easier(one: Rule, two: Rule, entries: list[Item]) -> None:
    if one.kinds != two.kinds:
        return
    both = evaluate(strictest([one, two]), YEAR, entries, TODAY)
    single = evaluate(one, YEAR, entries, TODAY)
    assert both.required >= single.required
    if both.is_met and not one.caps and not two.caps:
        assert single.is_met


def _adds_up(found: Result) -> None:
    for line in found.lines:
        assert line.counted + line.held == line.item.value
        assert (line.reason is None) == (line.held == 0 and line.reason is None)
        assert not line.held or line.reason
    assert found.earned == found.counted + found.held


@given(st.lists(st.tuples(st.dates(YEAR.first, YEAR.last), st.integers(0, 90)), max_size=4))
def test_an_excuse_never_raises_what_is_required(spans: list[tuple[date, int]]) -> None:
    away = [Away(first, first + timedelta(days=days)) for first, days in spans]
    found = [
        evaluate(Rule("r", 3200), YEAR, [], TODAY, waived=away[:n]).required
        for n in range(len(away) + 1)
    ]
    assert found == sorted(found, reverse=True)


def test_a_fixed_period_may_be_anything() -> None:
    period = Period(date(2026, 3, 10), date(2026, 4, 9), "campaign")
    outside = item(500, on=date(2026, 4, 10))
    assert evaluate(Rule("r", 100), period, [outside], TODAY).state == "not_met"
