"""Numbered reports against a set of all numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courses.completion.once import WINDOW, Seen, taken


@given(st.lists(st.integers(1, 300), max_size=200))
def test_no_number_is_taken_twice_and_none_is_forgotten_within_the_window(said: list[int]) -> None:
    seen, known = Seen(), set[int]()
    for number in said:
        after = taken(seen, number)
        expected = number not in known and number >= seen.newest - WINDOW
        assert (after is not None) is expected
        if after is not None:
            known.add(number)
            seen = after
        assert seen.newest == max(known, default=0)
        assert 0 <= seen.bits < 1 << 63


def test_a_last_word_may_overtake_what_is_on_its_way() -> None:
    seen = taken(taken(Seen(), 1) or Seen(), 3)
    assert seen is not None
    assert taken(seen, 2) is not None
    assert taken(seen, 3) is None
