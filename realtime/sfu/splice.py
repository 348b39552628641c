"""Joining two layers of one picture into what a viewer takes for one source.

Each layer has numbers of its own. What a viewer gets is shifted by a constant per stay on a layer,
so that sequence numbers, timestamps and VP8 picture numbers go on where the last layer ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from realtime.sfu import rtp
from realtime.sfu.rtcp import SenderReport

LEAST_STEP_S = 0.001
"""Two layers of one camera picture have one time; a decoder would take them for one frame."""
LONGEST_DRIFT_S = 2.0
"""Sender reports that disagree more with arrival than this are not believed."""


class Splice(NamedTuple):
    """What is added to a layer's numbers: modulo 2¹⁶, 2³², 2¹⁵ and 2⁸."""

    sequence: int
    timestamp: int
    picture: int
    base: int
    """To TL0PICIDX, the running number of base layer frames (RFC 7741 §4.2)."""


PLAIN = Splice(0, 0, 0, 0)
"""A viewer that was never moved."""


@dataclass(slots=True)
class Timeline:
    """Where a layer is in time: its newest packet, and what the publisher's clock says."""

    timestamp: int
    stamped_at: float | None = None
    """When that packet came (monotonic seconds); None before the first."""
    report: SenderReport | None = None
    """The newest sender report, in our numbers."""


def offset(old: Timeline, new: Timeline, rate: int) -> int:
    """What must be added to a time on ``new`` to get the same moment on ``old``.

    By the publisher's clock when it has told both, else by arrival.
    """
    by_arrival = 0
    if old.stamped_at is not None and new.stamped_at is not None:
        passed = int((new.stamped_at - old.stamped_at) * rate)
        by_arrival = rtp.uint32_diff(rtp.uint32_add(old.timestamp, passed), new.timestamp)
    if old.report is None or new.report is None:
        return by_arrival
    apart = (new.report.ntp - old.report.ntp) * rate >> 32
    told = rtp.uint32_diff(rtp.uint32_add(old.report.timestamp, apart), new.report.timestamp)
    believed = abs(rtp.uint32_diff(told & 0xFFFFFFFF, by_arrival & 0xFFFFFFFF))
    return told if believed < LONGEST_DRIFT_S * rate else by_arrival


def continued(last: bytes, first: bytes, shift: int, rate: int, codec: str) -> Splice:
    """How a viewer who has ``last`` goes on with ``first``.

    Args:
        last: the newest packet as she got it; first: the next, in the numbers of its layer;
        shift: what puts the time of ``first`` into hers (``offset``).
    """
    before, after = rtp.sequence_of(last), rtp.sequence_of(first)
    earliest = rtp.uint32_add(_time(last), int(LEAST_STEP_S * rate))
    aligned = rtp.uint32_add(_time(first), shift)
    late = max(0, rtp.uint32_diff(earliest, aligned))
    picture, base = _numbers(last, codec)
    next_picture, next_base = _numbers(first, codec)
    return Splice(
        before + 1 - after & 0xFFFF,
        shift + late & 0xFFFFFFFF,
        picture + 1 - next_picture & 0x7FFF,
        base + 1 - next_base & 0xFF,
    )


def _time(packet: bytes) -> int:
    return int.from_bytes(packet[4:8], "big")


def spliced(packet: bytes, payload_type: int, splice: Splice, codec: str) -> bytes:
    """A copy of ``packet`` as a viewer with this splice gets it."""
    first, second, sequence, timestamp, ssrc = rtp.HEADER.unpack_from(packet)
    head = rtp.HEADER.pack(
        first,
        second & rtp.MARKER | payload_type,
        sequence + splice.sequence & 0xFFFF,
        timestamp + splice.timestamp & 0xFFFFFFFF,
        ssrc,
    )
    if codec == "VP8" and (splice.picture or splice.base):
        start = rtp.payload_of(packet)
        return head + packet[rtp.HEADER_BYTES : start] + _renumbered(packet[start:], splice)
    return head + packet[rtp.HEADER_BYTES :]


def _renumbered(plain: bytes, splice: Splice) -> bytes:
    """The payload with its VP8 picture numbers moved on (RFC 7741 §4.2)."""
    payload = bytearray(plain)
    picture, base, wide = _places(payload)
    if picture and wide:
        number = int.from_bytes(payload[picture : picture + 2], "big") + splice.picture
        payload[picture : picture + 2] = (number & 0x7FFF | 0x8000).to_bytes(2, "big")
    elif picture:
        payload[picture] = payload[picture] + splice.picture & 0x7F
    if base:
        payload[base] = payload[base] + splice.base & 0xFF
    return bytes(payload)


def _places(payload: bytes | bytearray) -> tuple[int, int, bool]:
    """Where PictureID and TL0PICIDX stand (0: nowhere), and whether the former has 15 bits."""
    if len(payload) < 6 or not payload[0] & 0x80:
        return 0, 0, False
    extra, at = payload[1], 2
    picture, wide = 0, False
    if extra & 0x80:
        picture, wide = at, bool(payload[at] & 0x80)
        at += 2 if wide else 1
    return picture, at if extra & 0x40 else 0, wide


def _numbers(packet: bytes, codec: str) -> tuple[int, int]:
    """PictureID and TL0PICIDX of a packet, 0 where it has none."""
    payload = packet[rtp.payload_of(packet) :]
    if codec != "VP8":
        return 0, 0
    picture, base, wide = _places(payload)
    number = 0
    if picture:
        size = 2 if wide else 1
        number = int.from_bytes(payload[picture : picture + size], "big") & 0x7FFF
    return number, payload[base] if base else 0


def is_later(first: bytes, shift: int, last: bytes) -> bool:
    """Whether ``first``, shifted, is of a later time than ``last``."""
    return rtp.uint32_diff(rtp.uint32_add(_time(first), shift), _time(last)) > 0
