"""Counting, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liveclass.polls.tally import checked_choice, counts, percent
from realtime.protocol.refusals import Refusal
from realtime.protocol.state import PollCount


def test_options_without_votes_count_zero_in_the_order_of_the_poll() -> None:
    assert counts([3, 1, 2], {1: 5}) == [PollCount(3, 0), PollCount(1, 5), PollCount(2, 0)]


@given(st.lists(st.sampled_from([0, 4, 7, 9, 9, 7, 5]), max_size=5), st.booleans())
def test_a_choice_is_refused_or_in_order_and_once(chosen: list[int], multiple: bool) -> None:
    options = [9, 4, 7, 0]
    most = len(options) if multiple else 1
    if set(chosen) - set(options):
        with pytest.raises(Refusal, match="option_unknown"):
            checked_choice(chosen, options, 1, most)
    elif not chosen or (len(set(chosen)) > 1 and not multiple):
        with pytest.raises(Refusal, match="option_count"):
            checked_choice(chosen, options, 1, most)
    else:
        found = checked_choice(chosen, options, 1, most)
        assert found == [option for option in options if option in chosen]


@pytest.mark.parametrize(
    ("votes", "voters", "share"), [(0, 0, 0), (1, 3, 33), (1, 2, 50), (1, 8, 13)]
)
def test_percent_rounds_half_up(votes: int, voters: int, share: int) -> None:
    assert percent(votes, voters) == share
