"""Complete frames from packets in order; what builds on a loss is left out until a keyframe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from realtime.sfu.recording.units import UNITS, Picture
from realtime.sfu.rtp import HEADER_BYTES, MARKER


class Frame(NamedTuple):
    """A picture and its RTP timestamp."""

    timestamp: int
    picture: Picture


class Frames:
    """Puts one track's frames together.

    Args:
        codec: its name as in SDP.
    """

    def __init__(self, codec: str) -> None:
        self._units = UNITS[codec]()
        self._timestamp: int | None = None
        self._whole = True
        self._gap = True
        self.needs_key = True
        """Frames are dropped until one that stands alone."""
        self.dropped = 0

    def lost(self) -> None:
        """Packets are missing here: of this frame, the next one, or of some between."""
        self._gap = self.needs_key = True
        self._whole = False

    def packet(self, packet: bytes) -> Iterator[Frame]:
        """The next packet; one frame or, where a marker bit was lost, two."""
        timestamp = int.from_bytes(packet[4:8], "big")
        payload = packet[HEADER_BYTES:]
        if self._timestamp is not None and timestamp != self._timestamp:
            yield from self._close()
        if not payload:
            return
        if self._timestamp is None:
            self._timestamp = timestamp
            self._whole = not self._gap or self._units.opens(payload)
            self._gap = False
        if self._gap:
            self._whole = False
        self._units.add(payload)
        if packet[1] & MARKER:
            yield from self._close()

    def _close(self) -> Iterator[Frame]:
        timestamp, self._timestamp = self._timestamp, None
        picture = self._units.finish()
        if timestamp is None:
            return
        if picture is None or not self._whole or (self.needs_key and not picture.key):
            self.needs_key = True
            self.dropped += 1
            return
        self.needs_key = False
        yield Frame(timestamp, picture)
