"""Which layer of a simulcast a packet belongs to (RFC 8852), and which layer is the larger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from realtime.sfu import extensions, rtp
from realtime.sfu.picture import pixels
from realtime.sfu.simulcast import Simulcast
from realtime.sfu.uptrack import UpTrack

MOST_SOURCES = 16
"""SSRCs that are remembered; a publisher that makes up more loses the oldest."""


class Sorter:
    """Says which layer a publisher's packet belongs to.

    Browsers name the layer in the first packets of a source only, until they know that we heard.
    The order of the offer is believed until keyframes say how large the pictures are.

    Args:
        steps: the tracks of the layers, the smallest first.
    """

    def __init__(self, agreed: Simulcast, steps: Sequence[UpTrack]) -> None:
        self._agreed = agreed
        self._steps = list(steps)
        self._order = list(agreed.rids)
        """The layers' names, the smallest first."""
        self._sources: dict[int, UpTrack] = {}
        self.names: dict[int, str] = {}
        """Which layer each source that was heard is of."""
        self.sizes: dict[str, int] = {}
        """Pixels of the layers of which a keyframe was seen."""

    def track(self, packet: memoryview, header: rtp.Header, repair: bool) -> UpTrack | None:
        """The layer of a packet, or of a retransmission; None when it was never named."""
        known = self._sources.get(header.ssrc) or self._named(packet, header, repair)
        if known is None or repair or len(self.sizes) == len(self._order):
            return known
        name = self.names[header.ssrc]
        if name not in self.sizes:
            size = pixels(known.codec, bytes(packet[header.start : header.end]))
            self.measured({name: size} if size else {})
        return self._sources[header.ssrc]

    def _named(self, packet: memoryview, header: rtp.Header, repair: bool) -> UpTrack | None:
        number = self._agreed.repaired if repair else self._agreed.rid
        name = extensions.value(packet, number) if number is not None else None
        return self.know(header.ssrc, name.decode("ascii", "replace")) if name else None

    def know(self, ssrc: int, name: str) -> UpTrack | None:
        """This source is of the layer ``name``, from now on; None: there is no such layer."""
        if name not in self._order:
            return None
        found = self._steps[self._order.index(name)]
        if len(self._sources) >= MOST_SOURCES:
            del self.names[oldest := next(iter(self._sources))], self._sources[oldest]
        self._sources[ssrc], self.names[ssrc] = found, name
        return found

    def measured(self, sizes: Mapping[str, int]) -> None:
        """So many pixels these layers have: bring them in order. A layer that goes to another step
        begins there like that of a publisher who came back."""
        self.sizes.update((name, size) for name, size in sizes.items() if name in self._order)
        places = [place for place, name in enumerate(self._order) if name in self.sizes]
        sorted_names = sorted((self._order[place] for place in places), key=self.sizes.__getitem__)
        moved = [p for p, name in zip(places, sorted_names, strict=True) if self._order[p] != name]
        for place, name in zip(places, sorted_names, strict=True):
            self._order[place] = name
        for place in moved:
            self._steps[place].let_go()
        for ssrc, name in self.names.items():
            self._sources[ssrc] = self._steps[self._order.index(name)]
