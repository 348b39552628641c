"""Where a new viewer begins: at the newest keyframe, from the cache while it is young.

A keyframe for each who joins would cost everybody bandwidth and sharpness; waiting for the next
one costs the newcomer time. So whoever comes within a second of a keyframe gets the packets since
then at once, and only who comes later has the publisher asked (docs/decisions/0008).
"""

from __future__ import annotations

from realtime.sfu.cache import PacketCache
from realtime.sfu.rtp import uint16_add, uint16_diff

YOUNG_S = 1.0
"""Older than this, catching up takes longer than a keyframe that is asked for."""
MAX_PACKETS = 256
"""Most that is sent to a newcomer at once: about 280 kB."""


class Opening:
    """The place of the newest keyframe in our numbering."""

    def __init__(self) -> None:
        self.sequence: int | None = None
        self.timestamp = 0
        self._at = 0.0

    def begins(self, sequence: int, timestamp: int, now: float) -> None:
        """A keyframe's packet; the frame's first by number is where it begins."""
        if self.sequence is not None and self.timestamp == timestamp:
            if uint16_diff(sequence, self.sequence) < 0:
                self.sequence = sequence
            return
        if self.sequence is None or uint16_diff(sequence, self.sequence) > 0:
            self.sequence, self.timestamp, self._at = sequence, timestamp, now

    def forget(self) -> None:
        """What follows does not build on that keyframe."""
        self.sequence = None

    def packets(self, cache: PacketCache, stop: int, now: float) -> list[bytes]:
        """The packets from the keyframe up to ``stop`` (exclusive), without those still missing.

        Empty when there is no keyframe, it is too old or too far back, or its begin is missing.
        """
        if self.sequence is None or now - self._at > YOUNG_S:
            return []
        count = uint16_diff(stop, self.sequence)
        if not 0 < count <= MAX_PACKETS or cache.get(self.sequence) is None:
            return []
        found = (cache.get(uint16_add(self.sequence, index)) for index in range(count))
        return [packet for packet in found if packet is not None]
