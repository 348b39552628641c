"""RTP header extensions: which a peer numbers how, and where they stand in a packet (RFC 8285)."""

from __future__ import annotations

from collections.abc import Iterator

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
"""To which section a packet belongs (RFC 8843 §15)."""
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
"""Which layer a packet is of (RFC 8852 §3.1)."""
REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
"""Of which layer a retransmission is (RFC 8852 §3.2)."""
LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
"""How loud a packet of sound is (RFC 6464 §4)."""
ONE_BYTE, TWO_BYTES = 0xBEDE, 0x1000
MAX_ID = 14
"""Of the one-byte form; 15 ends it (RFC 8285 §4.2)."""


def value(packet: memoryview | bytes, wanted: int) -> bytes | None:
    """The extension with this id; None when the packet has none or its lengths lie."""
    for number, data in _elements(packet):
        if number == wanted:
            return data
    return None


def _elements(packet: memoryview | bytes) -> Iterator[tuple[int, bytes]]:
    """Ids and data, of the one-byte (§4.2) and the two-byte form (§4.3)."""
    if not packet[0] & 0x10:
        return
    at = 12 + 4 * (packet[0] & 0x0F)
    profile = int.from_bytes(packet[at : at + 2], "big")
    end = at + 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
    if end > len(packet):
        return
    wide = profile & 0xFFF0 == TWO_BYTES
    if not wide and profile != ONE_BYTE:
        return
    at += 4
    while at < end:
        head = packet[at]
        if not head:
            at += 1  # padding
            continue
        number = head if wide else head >> 4
        if not wide and number > MAX_ID:
            return
        start = at + 2 if wide else at + 1
        size = packet[at + 1] if wide and at + 1 < end else (head & 0x0F) + 1
        if start + size > end:
            return
        yield number, bytes(packet[start : start + size])
        at = start + size
