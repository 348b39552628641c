"""Every second of presence is in one line, with the reason; what counts is never counted twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses.activities.account import (
    Facts,
    Line,
    Presence,
    account,
    counted,
    missed,
    misunderstood,
)
from courses.activities.intervals import seconds

HOUR = 3600.0


def told(lines: list[Line]) -> list[tuple[float, float, str]]:
    return [(line.start, line.end, line.why) for line in lines]


def test_each_second_has_its_reason() -> None:
    facts = Facts(
        1, (0, HOUR), breaks=[(600, 900)], gaps=[(1200, 1500)], elsewhere=[(2, (-700, 300))]
    )
    assert told(account([Presence("live", (-600, HOUR + 60))], facts)) == [
        (-600, 0, "before"),
        (0, 300, "elsewhere"),
        (300, 600, "counted"),
        (600, 900, "break"),
        (900, 1200, "counted"),
        (1200, 1500, "check"),
        (1500, HOUR, "counted"),
        (HOUR, HOUR + 60, "after"),
    ]
    assert facts.base() == HOUR - 300


def test_two_devices_never_add_up() -> None:
    both = [Presence("live", (0, 600), "phone"), Presence("live", (300, 900), "computer")]
    lines = account(both, Facts(1, (0, HOUR)))
    assert told(lines) == [(0, 600, "counted"), (300, 600, "twice"), (600, 900, "counted")]
    assert seconds(counted(lines)) == 900


def test_of_two_classes_the_one_entered_first_counts() -> None:
    here, there = (0.0, 600.0), (200.0, 400.0)
    first = account([Presence("live", here)], Facts(1, (0, HOUR), elsewhere=[(2, there)]))
    second = account([Presence("live", there)], Facts(2, (0, HOUR), elsewhere=[(1, here)]))
    assert counted(first) == [here]
    assert counted(second) == []


def test_who_is_seen_in_the_hall_misses_no_check() -> None:
    facts = Facts(1, (0, HOUR), gaps=[(0, 600)])
    assert counted(account([Presence("hall", (0, 900))], facts)) == [(0, 900)]
    assert counted(account([Presence("live", (0, 900))], facts)) == [(600, 900)]


def test_what_a_check_leaves_to_be_made_up() -> None:
    assert missed(900, 100, [50, 300, 950]) == (300, 900)
    assert missed(900, 400, [300]) == (400, 900)
    assert misunderstood(900, 0, [300, 600, 1000]) == (600, 900)
    assert misunderstood(900, 100, []) == (100, 900)


stretches = st.tuples(st.integers(-100, 1100), st.integers(1, 500)).map(
    lambda one: (float(one[0]), float(one[0] + one[1]))
)
some = st.lists(stretches, max_size=4)


@given(mine=some, breaks=some, gaps=some, other=some)
def test_no_second_is_lost_or_doubled(
    mine: list[tuple[float, float]],
    breaks: list[tuple[float, float]],
    gaps: list[tuple[float, float]],
    other: list[tuple[float, float]],
) -> None:
    """Two classes at the same time: together never more than the time that has passed."""
    held = (0.0, 1000.0)
    first = Facts(1, held, breaks, gaps, [(2, one) for one in other])
    second = Facts(2, held, elsewhere=[(1, one) for one in mine])
    lines = account([Presence("live", one) for one in mine], first)
    assert sum(line.end - line.start for line in lines) == sum(end - start for start, end in mine)
    here = counted(lines)
    there = counted(account([Presence("live", one) for one in other], second))
    counting = sum(line.end - line.start for line in lines if line.counts)
    assert seconds(here) == counting, "nothing counts twice"
    assert seconds(here) <= first.base()
    assert seconds([*here, *there]) == seconds(here) + seconds(there), "no second in both"
