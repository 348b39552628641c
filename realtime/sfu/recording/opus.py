"""What an Opus packet says of itself (RFC 6716 §3.1), and silence."""

from __future__ import annotations

SILENCE = b"\xf8\xff\xfe"
"""20 ms of nothing, full band, as every encoder writes it."""
SILENCE_TICKS = 960
LONGEST_TICKS = 5760
"""120 ms: the longest packet (§3.2.5)."""
_SILK = (480, 960, 1920, 2880)
_HYBRID = (480, 960)
_CELT = (120, 240, 480, 960)


def ticks(packet: bytes) -> int:
    """Its duration at 48 kHz; 0 when it is none."""
    if not packet:
        return 0
    count = 1 if not packet[0] & 3 else 2
    if packet[0] & 3 == 3:
        count = packet[1] & 0x3F if len(packet) > 1 else 0
    total = count * _frame(packet[0] >> 3)
    return total if total <= LONGEST_TICKS else 0


def _frame(config: int) -> int:
    """Duration of one frame by configuration number (table 2)."""
    if config < 12:
        return _SILK[config & 3]
    return _HYBRID[config & 1] if config < 16 else _CELT[config & 3]
