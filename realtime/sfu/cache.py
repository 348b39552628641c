"""The last packets of a track, to answer a viewer's NACK."""

from __future__ import annotations

from realtime.sfu.rtp import sequence_of

CACHE_PACKETS = 1024
"""About five seconds of a 720p lecture; a power of two, so that slots survive the wrap."""


class PacketCache:
    """A ring by sequence number. Packets are immutable: viewers get copies with their type."""

    def __init__(self) -> None:
        self._slots: list[bytes | None] = [None] * CACHE_PACKETS

    def put(self, packet: bytes) -> None:
        """Keep ``packet`` until the one 1024 numbers later replaces it."""
        self._slots[sequence_of(packet) % CACHE_PACKETS] = packet

    def get(self, sequence: int) -> bytes | None:
        """The packet with exactly this number, if it is still here."""
        packet = self._slots[sequence % CACHE_PACKETS]
        return packet if packet is not None and sequence_of(packet) == sequence else None

    def clear(self) -> None:
        """Forget everything."""
        self._slots = [None] * CACHE_PACKETS
