"""Honest people lose nothing, and no claim is worth more than the time that has passed."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from courses.completion.budget import PAGE, Account, Policy, believed, opened
from courses.completion.ranges import TICKS_PER_SECOND, Cover, Range, cover, length

POLICY = Policy()
HOUR = 3600 * TICKS_PER_SECOND


class Watching:
    """A lesson of an hour, and what the server believes of it."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.now = 1_000.0
        self.account = opened(None, policy, self.now)
        self.watched: Cover = ()

    def claim(self, *played: Range, after: float) -> None:
        """Say what was played, ``after`` seconds."""
        self.now += after
        kept, self.account = believed(self.account, played, self.policy, self.now)
        self.watched = cover([*self.watched, *kept], HOUR)

    @property
    def seconds(self) -> float:
        return length(self.watched) / TICKS_PER_SECOND


def play(watching: Watching, rate: float, every: float = 15.0) -> Callable[[], None]:
    """A browser that plays on at ``rate`` and reports every ``every`` seconds."""
    at = 0

    def step() -> None:
        nonlocal at
        end = min(HOUR, at + int(every * rate * TICKS_PER_SECOND))
        watching.claim((at, end), after=every)
        at = end

    return step


def test_who_watches_honestly_loses_nothing() -> None:
    for rate in (0.75, 1.0, 1.5, 2.0):
        watching = Watching()
        step = play(watching, rate)
        for _ in range(int(3600 / rate / 15) + 2):
            step()
        assert watching.seconds == 3600, rate


def test_a_long_way_without_network_loses_nothing() -> None:
    watching = Watching()
    watching.claim((0, 150), after=15)
    watching.claim(*((start, start + 150) for start in range(150, HOUR, 150)), after=3600)
    assert watching.seconds == 3600


def test_sixteen_times_as_fast_counts_as_fast_as_allowed() -> None:
    watching = Watching()
    step = play(watching, 16)
    for _ in range(15):  # the hour is over after 225 s
        step()
    assert watching.seconds <= 225 * POLICY.rate + POLICY.burst


def test_a_whole_hour_claimed_again_and_again_is_worth_its_beginning() -> None:
    watching = Watching()
    for _ in range(20):
        watching.claim((0, HOUR), after=5)
    assert watching.seconds <= 130


def test_a_whole_hour_claimed_in_slices_is_worth_the_time_it_took() -> None:
    watching = Watching()
    for start in range(0, HOUR, HOUR // 20):
        watching.claim((start, start + HOUR // 20), after=5)
    assert watching.seconds <= 100 * POLICY.rate + POLICY.burst


def test_skipping_counts_what_was_played() -> None:
    watching = Watching()
    for minute in range(60):
        watching.claim((minute * 600, minute * 600 + 100), after=10)
    assert watching.seconds == 600


def test_going_round_in_the_first_ten_seconds_is_worth_ten_seconds() -> None:
    watching = Watching()
    for _ in range(360):
        watching.claim((0, 100), after=10)
    assert watching.seconds == 10


def test_what_was_not_played_does_not_pile_up_between_lessons() -> None:
    yesterday = Account(ticks=5_000.0, at=0.0)
    assert opened(yesterday, POLICY, 86_400.0).ticks == POLICY.burst * TICKS_PER_SECOND


def test_opening_again_and_again_gives_nothing() -> None:
    account = opened(None, POLICY, 0.0)
    total = 0
    for second in range(1, 101):
        kept, account = believed(account, [(0, HOUR)], POLICY, float(second))
        total += length(kept)
        account = opened(account, POLICY, float(second))
    assert total <= (100 * POLICY.rate + POLICY.burst) * TICKS_PER_SECOND


def test_a_clock_that_goes_back_gives_nothing() -> None:
    account = opened(None, POLICY, 1_000.0)
    kept, account = believed(account, [(0, HOUR)], POLICY, 1_000.0)
    for now in (900.0, 1_000.0, 900.0, 1_000.0):
        more, account = believed(account, [(0, HOUR)], POLICY, now)
        assert more == []
    assert length(kept) == POLICY.burst * TICKS_PER_SECOND


reports = st.lists(
    st.tuples(
        st.floats(0, 100),
        st.lists(st.tuples(st.integers(0, HOUR - 1), st.integers(1, 5_000)), max_size=5),
        st.booleans(),
    ),
    max_size=30,
)


@given(reports)
def test_nobody_is_believed_more_than_the_clock_allows(
    said: list[tuple[float, list[tuple[int, int]], bool]],
) -> None:
    now, account, total = 0.0, opened(None, POLICY, 0.0), 0
    for after, played, again in said:
        now += after
        if again:
            account = opened(account, POLICY, now)
        kept, account = believed(account, [(a, a + b) for a, b in played], POLICY, now)
        total += length(kept)
        assert total <= (now * POLICY.rate + POLICY.burst) * TICKS_PER_SECOND + 1
        assert account.ticks >= 0


def test_pages_cost_the_time_of_looking_at_them() -> None:
    """Two hundred pages claimed at once and again; then somebody who reads, three seconds each."""
    account = opened(None, POLICY, 0.0)
    kept, account = believed(account, [(0, 200)], POLICY, 0.0, PAGE)
    assert length(kept) == int(POLICY.burst * TICKS_PER_SECOND) // PAGE == 6
    kept, account = believed(account, [(0, 200)], POLICY, 10.0, PAGE)
    assert length(kept) <= 7
    honest = opened(None, POLICY, 0.0)
    for page in range(200):
        kept, honest = believed(honest, [(page, page + 1)], POLICY, 3.0 * (page + 1), PAGE)
        assert kept == [(page, page + 1)]
