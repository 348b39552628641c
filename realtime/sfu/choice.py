"""Which layer one viewer's line carries, from what her browser reports. Pure arithmetic.

Down at once, up slowly: trouble costs a layer immediately; a larger one is tried only after a calm
time, and that time doubles whenever the trial fails. So a line that cannot carry a layer is asked
less and less often, and nobody sees the picture flap.

Browsers estimate (REMB) no more than one and a half times what they receive and take many seconds
to learn that there is more, so a low estimate alone means nothing. What means something is that it
falls while it is below what is sent, or stands still there while packets are lost: the line is
filling up, or full.
"""

from __future__ import annotations

from collections.abc import Sequence

HIGH_LOSS = 0.10
"""Part of packets lost from which on less must be sent (draft-ietf-rmcat-gcc-02 §6)."""
SEVERE_LOSS = 0.25
"""No second report is waited for."""
LOW_LOSS = 0.02
"""Up to here a line counts as calm."""
FALL = 0.95
"""An estimate below this part of the one before has fallen."""
STUCK_S = 2.0
"""An estimate that has not risen for so long under loss is what the line takes."""
HOPELESS = 0.8
"""An estimate below this part of the smallest layer leaves no room for a picture beside the sound.
Above it the picture stumbles, but is worth more than none."""
LOSS_S = 1.0
"""Browsers report five times a second; a judgement needs the mean of so long."""
MOST_REPORTS = 100
"""Whoever reports more often is judged sooner."""
FRESH_S = 3.0
"""An estimate is compared with what is sent for so long."""
FIRST_PATIENCE_S = 5.0
MOST_PATIENCE_S = 80.0
TRIAL_S = 10.0
"""Trouble so soon after a step up means that the step was wrong."""
STEADY_S = 30.0
"""Whoever stays up for so long begins with the first patience again."""


class Choice:
    """The largest layer that may be sent to one viewer.

    Layers are counted from the largest, 0. One more than there are means none: the line does not
    even carry the smallest, and what it carries is left to the sound.
    """

    def __init__(self, now: float) -> None:
        self.limit = 0
        self.patience = FIRST_PATIENCE_S
        self._calm_since = now
        self._raised_at = float("-inf")
        self._losses = 0
        self._loss = 0.0
        """The last mean."""
        self._fractions: list[float] = []
        self._judged_at = now
        self._estimate = 0
        self._estimated_at = self._rose_at = float("-inf")
        self._fell = False

    def loss(self, fraction: float, now: float) -> None:
        """A receiver report: the part of packets lost since the one before, 0 to 1."""
        self._fractions.append(fraction)
        if now - self._judged_at < LOSS_S and len(self._fractions) < MOST_REPORTS:
            return
        mean = sum(self._fractions) / len(self._fractions)
        self._fractions.clear()
        self._judged_at, self._loss = now, mean
        if mean > HIGH_LOSS:
            self._losses += 2 if mean > SEVERE_LOSS else 1
        else:
            self._losses = 0
        if mean > LOW_LOSS:
            self._calm_since = now

    def estimate(self, bitrate: int, now: float) -> None:
        """What the viewer's browser thinks the line takes, bits a second."""
        self._fell = bitrate < self._estimate * FALL
        if bitrate > self._estimate:
            self._rose_at = now
        self._estimate, self._estimated_at = bitrate, now

    def decide(self, rates: Sequence[float], current: int, now: float) -> int:
        """The largest layer allowed now; ``len(rates)``: none.

        Args:
            rates: bits a second of each layer, the largest first; current: the one she gets,
                ``len(rates)`` when she gets none.
        """
        none = len(rates)
        if current < none and self._in_trouble(rates[current], now):
            self._lower(self._fitting(rates, current, now), none, now)
        elif self._may_rise(current, now):
            self.limit -= 1
            self._raised_at = self._calm_since = now
        elif not self.limit and now - self._raised_at > STEADY_S:
            self.patience = FIRST_PATIENCE_S
        self.limit = min(self.limit, none)
        return self.limit

    def _in_trouble(self, rate: float, now: float) -> bool:
        if self._losses >= 2:
            return True
        return self._tells(now) and self._estimate < rate

    def _tells(self, now: float) -> bool:
        """Whether the estimate is fresh, and of the line rather than of what was sent before."""
        if now - self._estimated_at >= FRESH_S:
            return False
        return self._fell or (self._loss > LOW_LOSS and now - self._rose_at >= STUCK_S)

    def _fitting(self, rates: Sequence[float], current: int, now: float) -> int:
        """A layer below the current one that the estimate has room for; none when the smallest
        is far too much."""
        last = len(rates) - 1
        believed = self._estimate if self._tells(now) else float("inf")
        if current == last:
            hopeless = believed < rates[last] * HOPELESS or self._loss > SEVERE_LOSS
            return last + 1 if hopeless else last
        lower = range(current + 1, len(rates))
        return next((i for i in lower if rates[i] <= believed), last)

    def _lower(self, limit: int, none: int, now: float) -> None:
        if now - self._raised_at < TRIAL_S:
            self.patience = min(MOST_PATIENCE_S, self.patience * 2)
        self.limit = min(limit, none)
        self._calm_since = now
        self._losses = 0
        self._rose_at = now
        self._fell = False

    def _may_rise(self, current: int, now: float) -> bool:
        """Calm for long enough, and she has arrived where she may be."""
        return 0 < self.limit == current and now - self._calm_since >= self.patience
