"""Which layer a line carries: down at once, up slowly, and never to and fro."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu.choice import FIRST_PATIENCE_S, MOST_PATIENCE_S, Choice

RATES = (1_200_000.0, 400_000.0, 120_000.0)


class Line:
    """A viewer behind a line that carries so many bits a second; a report each second."""

    def __init__(self, capacity: float) -> None:
        self.capacity = capacity
        self.choice = Choice(0.0)
        self.now = 0.0
        self.sent = [0]
        self.estimate = 300_000.0

    def run(self, seconds: int) -> list[int]:
        """The layer she gets in each second."""
        for _ in range(seconds):
            self.now += 1
            current = self.sent[-1]
            rate = (*RATES, 1.0)[current]
            if rate > self.capacity:
                self.estimate = 0.85 * self.capacity
                self.choice.loss(1 - self.capacity / rate, self.now)
            else:
                self.estimate = min(self.estimate * 1.08, 1.5 * rate)
                self.choice.loss(0.0, self.now)
            self.choice.estimate(int(self.estimate), self.now)
            self.sent.append(self.choice.decide(RATES, current, self.now))
        return self.sent


def test_a_good_line_gets_the_largest_layer_all_the_time():
    assert set(Line(5_000_000).run(120)) == {0}


def test_a_narrow_line_gives_way_within_two_reports():
    line = Line(150_000)
    assert line.run(2)[-1] == 2


def test_a_line_that_carries_no_picture_gets_none_and_is_asked_less_and_less():
    line = Line(60_000)
    sent = line.run(600)
    assert sent[6] == len(RATES)
    ups = [i for i in range(1, 600) if sent[i] < sent[i - 1]]
    assert 3 <= len(ups) <= 10  # a better line would be noticed
    assert ups[-1] - ups[-2] >= MOST_PATIENCE_S
    # a trial of the smallest picture costs the sound no more than two seconds
    assert max(len(list(run)) for one, run in itertools.groupby(sent[7:]) if one == 2) <= 2


def test_a_little_too_much_is_better_than_no_picture():
    line = Line(RATES[-1] * 0.97)
    assert set(line.run(300)[3:]) == {2}


@given(st.floats(125_000, 390_000))
def test_a_line_that_carries_the_smallest_is_left_in_peace_more_and_more(capacity: float):
    line = Line(capacity)
    sent = line.run(600)
    ups = [i for i in range(1, 600) if sent[i] < sent[i - 1]]
    assert len(ups) <= 10
    assert sum(sent[i] != 2 for i in range(10, 600)) <= 50
    assert ups[-1] - ups[-2] >= MOST_PATIENCE_S


def test_when_the_line_becomes_better_she_goes_up_step_by_step():
    line = Line(150_000)
    line.run(20)
    line.capacity = 5_000_000
    before = len(line.sent)
    sent = line.run(200)[before:]
    assert sent[-1] == 0
    assert all(abs(a - b) <= 1 for a, b in itertools.pairwise(sent))
    assert 1 in sent


def test_one_bad_report_is_no_reason_and_two_are():
    choice = Choice(0.0)
    choice.loss(0.15, 1.0)
    assert choice.decide(RATES, 0, 1.0) == 0
    choice.loss(0.0, 2.0)
    choice.loss(0.15, 3.0)
    assert choice.decide(RATES, 0, 3.0) == 0
    choice.loss(0.15, 4.0)
    assert choice.decide(RATES, 0, 4.0) > 0


def test_loss_that_repair_hides_changes_nothing():
    choice = Choice(0.0)
    for second in range(1, 60):
        choice.loss(0.06, float(second))
        choice.estimate(2_000_000, float(second))
        assert choice.decide(RATES, 0, float(second)) == 0


def test_an_estimate_that_is_low_but_rises_is_only_slow_to_learn():
    choice = Choice(0.0)
    estimate = 180_000
    for second in range(1, 60):
        choice.estimate(estimate, float(second))
        assert choice.decide(RATES, 0, float(second)) == 0
        estimate = int(estimate * 1.05)


def test_an_estimate_that_stands_still_on_a_clean_line_is_no_reason():
    """Chromium's stays for many seconds where congestion left it (seen in Chromium 156)."""
    choice = Choice(0.0)
    for second in range(1, 30):
        choice.estimate(66_067, float(second))
        choice.loss(0.0, float(second))
        assert choice.decide(RATES, 1, float(second)) == 0


def test_an_estimate_that_falls_below_what_is_sent_chooses_the_layer_that_fits():
    choice = Choice(0.0)
    choice.estimate(1_500_000, 1.0)
    choice.estimate(450_000, 2.0)
    assert choice.decide(RATES, 0, 2.0) == 1
    choice = Choice(0.0)
    choice.estimate(1_500_000, 1.0)
    choice.estimate(1_300_000, 2.0)
    assert choice.decide(RATES, 0, 2.0) == 0, "it is still enough"


def test_one_layer_is_given_or_not():
    choice = Choice(0.0)
    for second in range(20):
        choice.loss(0.2, float(second))
        assert choice.decide((500_000.0,), 0, float(second)) == 0
    for second in range(20, 23):
        choice.loss(0.5, float(second))
        choice.decide((500_000.0,), 0, float(second))
    assert choice.limit == 1


def test_nobody_goes_up_before_she_has_arrived():
    """She waits for the keyframe of the middle layer and is not sent to the largest meanwhile."""
    choice = Choice(0.0)
    choice.limit = 1
    assert choice.decide(RATES, 2, FIRST_PATIENCE_S + 50) == 1
    assert choice.decide(RATES, 1, FIRST_PATIENCE_S + 51) == 0
