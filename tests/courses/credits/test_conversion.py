"""Minutes become hundredths by tables that are data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.credits.conversion import DEFAULT, LONGEST, BadTable, Table, check

BANDS = {"from": 1, "value": 25}, {"above": 15, "value": 50}, {"from": 30, "value": 100}
ACADEMY = Table("academy/1", {"modes": {"*": {"bands": list(BANDS)}, "exam": {"passed": 50}}})
COMPANY = Table(
    "company/1",
    {
        "modes": {
            "*": {
                "half_day": 400, "day": 800, "half_from": 180, "day_from": 360, "per_hour": 60,
            }
        }
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "tenths"),
    # the catalogue of the demo, worked out by hand
    [(90, 20), (180, 40), (60, 13), (135, 30), (45, 10), (75, 16), (150, 33), (80, 17), (40, 8),
     (120, 26), (0, 0), (4, 0), (5, 1)],
)  # fmt: skip
def test_45_minutes_are_one_hour_and_never_rounded_up(minutes: int, tenths: int) -> None:
    assert DEFAULT.hundredths(minutes, "live") == tenths * 10


@pytest.mark.parametrize(
    ("minutes", "value"), [(0, 0), (1, 25), (15, 25), (16, 50), (29, 50), (30, 100), (300, 100)]
)
def test_bands_of_length(minutes: int, value: int) -> None:
    assert ACADEMY.hundredths(minutes, "self") == value


@pytest.mark.parametrize(
    ("minutes", "value"), [(60, 100), (90, 150), (179, 298), (180, 400), (359, 400), (360, 800)]
)
def test_parts_of_a_day(minutes: int, value: int) -> None:
    assert COMPANY.hundredths(minutes, "hall") == value


def test_a_passed_test_has_a_fixed_value() -> None:
    assert ACADEMY.hundredths(3, "exam") == ACADEMY.hundredths(60, "exam") == 50


@given(st.integers(0, LONGEST), st.integers(1, 240), st.integers(1, 100))
def test_truncation_never_gives_more_than_the_time_is_worth(
    minutes: int, per_hour: int, step: int
) -> None:
    table = Table("t", {"step": step, "modes": {"*": {"per_hour": per_hour}}})
    value = table.hundredths(minutes, "live")
    assert value % step == 0
    assert value * per_hour <= minutes * 100 < (value + step) * per_hour + per_hour


@pytest.mark.parametrize("minutes", [-1, LONGEST + 1])
def test_a_length_no_entry_can_have(minutes: int) -> None:
    with pytest.raises(ValueError, match="not a length"):
        DEFAULT.hundredths(minutes, "live")


def test_a_mode_without_a_rule() -> None:
    with pytest.raises(BadTable):
        Table("t", {"modes": {"live": {"per_hour": 45}}}).hundredths(1, "self")


@pytest.mark.parametrize(
    "bad",
    [
        [],
        {"modes": {}},
        {"step": 0, "modes": {"*": {"per_hour": 45}}},
        {"modes": {"*": {"per_hour": 0}}},
        {"modes": {"*": {"per_hour": True}}},
        {"modes": {"*": {"per_hour": 45, "passed": 1}}},
        {"modes": {"*": 45}},
        {"modes": {"*": {"bands": []}}},
        {"modes": {"*": {"bands": [{"value": 3}]}}},
        {"modes": {"*": {"bands": [{"from": 5, "value": 3}, {"from": 5, "value": 4}]}}},
        {"modes": {"*": {"bands": [{"from": -5, "value": 3}]}}},
        {"modes": {"*": {"half_day": 1, "day": 2, "per_hour": 60}}},
    ],
)
def test_what_is_no_table_is_refused(bad: Any) -> None:
    with pytest.raises(BadTable):
        check(bad)


def test_the_tables_of_these_tests_are_tables() -> None:
    for table in (DEFAULT, ACADEMY, COMPANY):
        check(table.rules)
