"""Which layer of a simulcast a packet belongs to (RFC 8852)."""

from __future__ import annotations

from collections.abc import Mapping

from realtime.sfu import extensions, rtp
from realtime.sfu.simulcast import Simulcast
from realtime.sfu.uptrack import UpTrack

MOST_SOURCES = 16
"""SSRCs that are remembered; a publisher that makes up more loses the oldest."""


class Sorter:
    """Says which layer a publisher's packet belongs to.

    Browsers name the layer in the first packets of a source only, until they know that we heard.
    """

    def __init__(self, agreed: Simulcast, tracks: Mapping[str, UpTrack]) -> None:
        self._agreed = agreed
        self._tracks = tracks
        self._sources: dict[int, UpTrack] = {}
        self.names: dict[int, str] = {}
        """Which layer each source that was heard is of."""

    def track(self, packet: memoryview, header: rtp.Header, repair: bool) -> UpTrack | None:
        """The layer of a packet, or of a retransmission; None when it was never named."""
        known = self._sources.get(header.ssrc)
        if known is not None:
            return known
        number = self._agreed.repaired if repair else self._agreed.rid
        name = extensions.value(packet, number) if number is not None else None
        return self.know(header.ssrc, name.decode("ascii", "replace")) if name else None

    def know(self, ssrc: int, name: str) -> UpTrack | None:
        """This source is of the layer ``name``, from now on; None: there is no such layer."""
        found = self._tracks.get(name)
        if found is not None:
            if len(self._sources) >= MOST_SOURCES:
                del self.names[oldest := next(iter(self._sources))], self._sources[oldest]
            self._sources[ssrc], self.names[ssrc] = found, name
        return found
