"""Token buckets, with a clock in the hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.limits import RATES, Limits, TokenBucket
from realtime.protocol.refusals import Refusal


def test_a_burst_passes_and_one_more_waits() -> None:
    now = [100.0]
    limits = Limits(lambda: now[0])
    for _ in range(5):
        limits.take("chat")
    with pytest.raises(Refusal) as refused:
        limits.take("chat")
    assert (refused.value.code, refused.value.retry_ms) == ("too_fast", 1001)
    now[0] += 1.0
    limits.take("chat")


def test_kinds_do_not_share_their_tokens() -> None:
    limits = Limits(lambda: 0.0)
    for kind, (_, burst) in RATES.items():
        assert all(limits.wait(kind) == 0.0 for _ in range(burst))
        assert limits.wait(kind) > 0.0


def test_a_clock_that_steps_back_gives_no_tokens() -> None:
    bucket = TokenBucket(1.0, 1, 10.0)
    assert bucket.take(10.0) == 0.0
    assert bucket.take(5.0) == 1.0


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.5, 5), st.integers(1, 8))
def test_no_more_pass_than_the_rate_allows(pauses: list[float], rate: float, burst: int) -> None:
    bucket, now, passed = TokenBucket(rate, burst, 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now) == 0.0
    assert passed <= burst + rate * now + 1e-6
