"""Which layer of the picture one viewer gets: her wish, her line, and what is there."""

from __future__ import annotations

from typing import Literal, get_args

from realtime.sfu import rtcp
from realtime.sfu.choice import Choice
from realtime.sfu.downtrack import DownTrack
from realtime.sfu.ladder import Ladder, Layer

Wish = Literal["auto", "high", "low", "off"]
"""``auto``: what the line carries; ``high``, ``low``: the largest or smallest there is, whatever
the line; ``off``: sound only."""
WISHES = frozenset(get_args(Wish))


class Selection:
    """One viewer's picture.

    Args:
        down: her way; it is served by at most one layer, and may wait to begin on another.
    """

    def __init__(self, ladder: Ladder, down: DownTrack, wish: Wish, now: float) -> None:
        self.wish = wish
        self._ladder = ladder
        self._down = down
        self._choice = Choice(now)
        self._goal: Layer | None = None
        """The layer she is on, or waits to begin on."""
        self.review(now)

    @property
    def layer(self) -> Layer | None:
        """What she gets now; None: nothing."""
        layers = self._ladder.layers
        return next((one for one in layers if one.outlet is self._down.server), None)

    def report(self, message: rtcp.ReportBlock | rtcp.Estimate, now: float) -> None:
        """Her browser says how the picture arrives, or how much the line takes."""
        if isinstance(message, rtcp.Estimate):
            self._choice.estimate(message.bitrate, now)
        else:
            self._choice.loss(message.fraction_lost / 256, now)
        self.review(now)

    def ask(self, wish: Wish, now: float) -> None:
        """She wants something else."""
        if wish != self.wish:
            self.wish = wish
            self.review(now)

    def review(self, now: float) -> None:
        """Go where she belongs now: once a second, and when something was said."""
        goal = self._wanted(now)
        if goal is self._goal:
            return
        if self._goal is not None and self._goal.outlet is not self._down.server:
            self._goal.outlet.remove(self._down)
        self._goal = goal
        if goal is None:
            self.leave()
        elif goal.outlet is not self._down.server:
            self._begin(goal, now)

    def leave(self) -> None:
        """Serve her no more."""
        for layer in self._ladder.layers:
            layer.outlet.remove(self._down)

    def _begin(self, layer: Layer, now: float) -> None:
        """Wait for a keyframe there; who has no picture begins with a young one from the cache."""
        track, down = layer.track, self._down
        if down.server is not None:
            return layer.outlet.add(down)
        opening = track.opening(now)
        if opening and not down.opens_after(track, opening[0]):
            opening = []
        return layer.outlet.add(down, opening)

    def _wanted(self, now: float) -> Layer | None:
        if self.wish == "off":
            return None
        layers, there = self._ladder.layers, self._ladder.sounding(now)
        if self.wish == "low":
            return layers[there[-1]]
        limit = 0 if self.wish == "high" else self._limit(there[-1] + 1, now)
        if limit > there[-1]:
            return None
        return layers[next((place for place in there if place >= limit), there[-1])]

    def _limit(self, count: int, now: float) -> int:
        """Which of the ``count`` largest layers her line carries; ``count``: none of them."""
        ladder, layer = self._ladder, self.layer
        ladder.measure(now)
        current = ladder.layers.index(layer) if layer is not None else self._choice.limit
        return self._choice.decide(ladder.rates[:count], min(current, count), now)
