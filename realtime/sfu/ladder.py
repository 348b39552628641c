"""The sizes of one picture that a publisher sends side by side, as steps that viewers stand on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from realtime.sfu.fanout import FanOut
from realtime.sfu.uptrack import UpTrack

SILENT_S = 1.5
"""A layer that sent nothing for so long is paused: its publisher has no bandwidth for it."""
RATE_S = 1.0
"""Over which a layer's bits are counted."""


class Layer(NamedTuple):
    """One size: where it comes from and who gets it."""

    track: UpTrack
    outlet: FanOut

    def sounds(self, now: float) -> bool:
        """Whether packets arrive."""
        source = self.track.source
        return source is not None and now - source.heard_at < SILENT_S


class Ladder:
    """All layers of a picture, the largest first. The largest outlives all publishers.

    Args:
        top: the largest; make: a further layer of the same picture, which viewers get under the
            same SSRC.
    """

    def __init__(self, top: Layer, make: Callable[[UpTrack], Layer]) -> None:
        self.layers = [top]
        self.offered = 1
        """So many of them, from the largest on, are what the present publisher said she sends."""
        self.rates = [0.0]
        """Bits a second of each, over the last second or so."""
        self._make = make
        self._counted = [0]
        self._counted_at = 0.0

    def grow(self, count: int) -> list[Layer]:
        """The ``count`` largest layers for a publisher; those that are missing are made below."""
        while len(self.layers) < count:
            self.layers.append(self._make(self.layers[0].track))
            self.rates.append(0.0)
            self._counted.append(0)
        self.offered = count
        return self.layers[:count]

    def measure(self, now: float) -> None:
        """Work out the rates, at most once a second."""
        passed = now - self._counted_at
        if passed < RATE_S:
            return
        octets = [layer.track.octets for layer in self.layers]
        self.rates = [
            (n - before) * 8 / passed for n, before in zip(octets, self._counted, strict=True)
        ]
        self._counted, self._counted_at = octets, now

    def sounding(self, now: float) -> list[int]:
        """Which layers arrive, by their place; those that shall come when none does."""
        found = [place for place, layer in enumerate(self.layers) if layer.sounds(now)]
        return found or list(range(self.offered))
