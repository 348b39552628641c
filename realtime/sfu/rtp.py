"""RTP headers and the arithmetic of counters that wrap (RFC 3550). Pure functions."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

HEADER = struct.Struct("!BBHII")
HEADER_BYTES = 12
VERSION_2 = 0x80
MARKER = 0x80


class Header(NamedTuple):
    """What forwarding needs of a packet; ``start`` and ``end`` bound the unpadded payload."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    start: int
    end: int


def uint16_add(a: int, b: int) -> int:
    """Sum modulo 2¹⁶."""
    return (a + b) & 0xFFFF


def uint16_diff(a: int, b: int) -> int:
    """Signed distance from ``b`` to ``a``: in [-32768, 32767], positive when ``a`` is newer."""
    return ((a - b + 0x8000) & 0xFFFF) - 0x8000


def uint32_add(a: int, b: int) -> int:
    """Sum modulo 2³²."""
    return (a + b) & 0xFFFFFFFF


def uint32_diff(a: int, b: int) -> int:
    """Signed distance from ``b`` to ``a`` on the circle of 2³²."""
    return ((a - b + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def parse(packet: memoryview | bytes) -> Header | None:
    """Read a header (RFC 3550 §5.1); None when the lengths inside contradict the packet's."""
    size = len(packet)
    if size < HEADER_BYTES:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(packet)
    if first & 0xC0 != VERSION_2:
        return None
    start = _payload_start(packet, first)
    end = size - packet[-1] if first & 0x20 else size
    if start > end or (first & 0x20 and not packet[-1]):
        return None
    return Header(second >= MARKER, second & 0x7F, sequence, timestamp, ssrc, start, end)


def _payload_start(packet: memoryview | bytes, first: int) -> int:
    """Skip contributing sources and the header extension; beyond the packet when truncated."""
    start = HEADER_BYTES + 4 * (first & 0x0F)
    if not first & 0x10:
        return start
    if start + 4 > len(packet):
        return len(packet) + 1
    return start + 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")


def build(
    marker: bool,
    sequence: int,
    timestamp: int,
    ssrc: int,
    payload: memoryview | bytes,
    contributor: int | None = None,
) -> bytes:
    """A plain packet: no padding, no extension, payload type 0 until ``with_type`` sets it.

    Args:
        contributor: the contributing source, if there is one.
    """
    second = MARKER if marker else 0
    if contributor is not None:
        head = HEADER.pack(VERSION_2 | 1, second, sequence, timestamp, ssrc)
        return head + (contributor & 0xFFFFFFFF).to_bytes(4, "big") + bytes(payload)
    return HEADER.pack(VERSION_2, second, sequence, timestamp, ssrc) + bytes(payload)


def payload_of(packet: bytes) -> int:
    """Where the payload of a packet that ``build`` made begins."""
    return HEADER_BYTES + 4 * (packet[0] & 0x0F)


def with_type(packet: bytes, payload_type: int) -> bytes:
    """A copy of ``packet`` that carries ``payload_type``; the original stays as it is."""
    return b"".join((packet[:1], bytes((packet[1] & MARKER | payload_type,)), packet[2:]))


def retransmission(packet: bytes, payload_type: int, sequence: int, ssrc: int) -> bytes:
    """``packet`` once more, on the stream of retransmissions (RFC 4588 §4).

    Marker and timestamp stay; the payload is preceded by the original sequence number.
    """
    first = packet[0], packet[1] & MARKER | payload_type
    head = struct.pack("!BBH4sI", *first, sequence, packet[4:8], ssrc)
    start = payload_of(packet)
    return b"".join((head, packet[HEADER_BYTES:start], packet[2:4], packet[start:]))


def restored(header: Header, packet: memoryview, payload_type: int, ssrc: int) -> Header | None:
    """The header of the packet that a retransmission carries; None for padding (a probe)."""
    start = header.start + 2
    if start > header.end:
        return None
    original = int.from_bytes(packet[header.start : start], "big")
    return Header(header.marker, payload_type, original, header.timestamp, ssrc, start, header.end)


def sequence_of(packet: bytes) -> int:
    """Sequence number of a packet that ``build`` made."""
    return packet[2] << 8 | packet[3]


def starts_keyframe(codec: str, payload: memoryview | bytes) -> bool:
    """Whether this payload opens a frame that can be decoded without any other.

    VP8: first partition of a frame whose P bit is 0 (RFC 7741 §4.2, §4.3). H264: an IDR slice or
    a parameter set, alone, aggregated or as first fragment (RFC 6184 §5).
    """
    if not len(payload):
        return False
    return _vp8_key(payload) if codec == "VP8" else codec == "H264" and _h264_key(payload)


def _vp8_key(payload: memoryview | bytes) -> bool:
    """S bit set, partition 0, then the inverse key frame flag behind the descriptor."""
    first = payload[0]
    if not first & 0x10 or first & 0x07:
        return False
    at = 1
    if first & 0x80:
        if len(payload) < 2:
            return False
        extra = payload[1]
        at = 2
        if extra & 0x80:
            at += 2 if len(payload) > at and payload[at] & 0x80 else 1
        at += bool(extra & 0x40) + bool(extra & 0x30)
    return len(payload) > at and not payload[at] & 0x01


H264_KEY_UNITS = frozenset({5, 7})
"""IDR slice and sequence parameter set."""


def _h264_key(payload: memoryview | bytes) -> bool:
    """Look at the unit type, the aggregated units (STAP-A) or the fragment's (FU-A)."""
    kind = payload[0] & 0x1F
    if kind == 24:
        return any(unit in H264_KEY_UNITS for unit in _aggregated(payload))
    if kind == 28:
        return len(payload) > 1 and bool(payload[1] & 0x80) and payload[1] & 0x1F == 5
    return kind in H264_KEY_UNITS


def _aggregated(payload: memoryview | bytes) -> Iterator[int]:
    """Types of the units in a STAP-A (RFC 6184 §5.7.1): a delimiter may precede the parameters."""
    at = 1
    while at + 2 < len(payload):
        yield payload[at + 2] & 0x1F
        at += 2 + int.from_bytes(payload[at : at + 2], "big")


def split_runs(sizes: Sequence[int], tag: int, max_bytes: int, max_segments: int) -> list[range]:
    """Cut a frame into runs that one segmented send can carry.

    UDP GSO cuts a buffer into equal segments of which only the last may be shorter, so a run is
    packets of one size and at most one smaller packet at its end.

    Args:
        sizes: packet lengths before encryption, in order, in bytes.
        tag: bytes that encryption adds to each.
        max_bytes: longest buffer; max_segments: most packets of one run.
    """
    runs: list[range] = []
    start = 0
    while start < len(sizes):
        size = sizes[start]
        fit = max(1, min(max_segments, max_bytes // (size + tag)))
        stop = start + 1
        while stop < len(sizes) and stop - start < fit and sizes[stop] <= size:
            stop += 1
            if sizes[stop - 1] < size:
                break
        runs.append(range(start, stop))
        start = stop
    return runs
