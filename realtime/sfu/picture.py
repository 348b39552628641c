"""How large a published picture is and how often it changes, read from the cache when asked.

Nothing here is on the way of a packet. A keyframe says how large it is (RFC 6386 §9.1; H.264
§7.3.2.1.1); when the newest has left the cache, what was seen last still holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from realtime.sfu import rtp
from realtime.sfu.cache import CACHE_PACKETS
from realtime.sfu.uptrack import UpTrack

HEADER = 12
"""Bytes of RTP header of a packet in the cache: it has neither sources nor extensions."""
SPS_BYTES = 64
PLAIN_PROFILES = frozenset({66, 77, 88})
"""H.264 profiles whose parameter set has no chroma format (baseline, main, extended)."""
STAP_A, FU_A, SPS = 24, 28, 7


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels, 0 while unknown, and pictures per second."""

    width: int = 0
    height: int = 0
    fps: float = 0.0


_known: WeakKeyDictionary[UpTrack, tuple[int, int]] = WeakKeyDictionary()


def picture(track: UpTrack) -> Picture:
    """What is known of ``track``, newest packets first."""
    if track.kind != "video":
        return Picture()
    stamps: list[int] = []
    for back in range(CACHE_PACKETS):
        packet = track.cache.get(rtp.uint16_add(track.sequence, -back))
        if packet is None:
            continue
        stamp = int.from_bytes(packet[4:8], "big")
        if not stamps or stamps[-1] != stamp:
            stamps.append(stamp)
        if size := _size(track.codec, packet[HEADER:]):
            _known[track] = size
            break
    width, height = _known.get(track, (0, 0))
    return Picture(width, height, _rate(stamps, track.rate))


def _rate(stamps: list[int], clock: int) -> float:
    """Pictures per second of those whose times are given, newest first."""
    span = rtp.uint32_diff(stamps[0], stamps[-1]) if len(stamps) > 1 else 0
    return round((len(stamps) - 1) * clock / span, 1) if span > 0 else 0.0


def pixels(codec: str, payload: bytes) -> int:
    """How many the picture has that this payload begins; 0 when it does not say."""
    width, height = _size(codec, payload) or (0, 0)
    return width * height


def _size(codec: str, payload: bytes) -> tuple[int, int] | None:
    if not rtp.starts_keyframe(codec, payload):
        return None
    return _vp8_size(payload) if codec == "VP8" else _h264_size(payload)


def _vp8_size(payload: bytes) -> tuple[int, int] | None:
    """Width and height behind the start code, 14 bits each; two bits above are for scaling."""
    at = payload.find(b"\x9d\x01\x2a", 0, 16)
    if at < 0 or len(payload) < at + 7:
        return None
    width = int.from_bytes(payload[at + 3 : at + 5], "little") & 0x3FFF
    height = int.from_bytes(payload[at + 5 : at + 7], "little") & 0x3FFF
    return width, height


def _h264_size(payload: bytes) -> tuple[int, int] | None:
    kind = payload[0] & 0x1F
    unit = payload
    if kind == STAP_A:  # the parameter sets are aggregated in front of the slice
        unit = payload[3 : 3 + int.from_bytes(payload[1:3], "big")]
    if not unit or unit[0] & 0x1F != SPS:
        return None
    try:
        return _sps_size(unit[1:SPS_BYTES].replace(b"\0\0\3", b"\0\0"))
    except IndexError:  # cut short
        return None


class _Bits:
    """Reads bits and Exp-Golomb numbers (H.264 §9.1)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def bit(self) -> int:
        byte = self._data[self._at // 8]
        self._at += 1
        return byte >> (7 - (self._at - 1) % 8) & 1

    def number(self) -> int:
        zeros = 0
        while not self.bit():
            zeros += 1
        return (1 << zeros) - 1 + sum(self.bit() << shift for shift in reversed(range(zeros)))


def _sps_size(data: bytes) -> tuple[int, int] | None:
    """The cropped size; None for what no browser or streaming program sends (scaling matrices)."""
    bits = _Bits(data[3:])
    bits.number()  # seq_parameter_set_id
    chroma = 1
    if data[0] not in PLAIN_PROFILES:
        chroma = bits.number()
        bits.number(), bits.number(), bits.bit()  # depths, bypass
        if chroma == 3 or bits.bit():
            return None
    bits.number()  # log2_max_frame_num
    order = bits.number()
    if order == 0:
        bits.number()
    elif order == 1:
        return None
    bits.number(), bits.bit()  # reference frames, gaps
    width, height = 16 * (bits.number() + 1), bits.number() + 1
    frames_only = bits.bit()
    if not frames_only:
        bits.bit()
    height *= 16 * (2 - frames_only)
    bits.bit()  # direct_8x8_inference
    if bits.bit():
        left, right, top, bottom = (bits.number() for _ in range(4))
        across, down = (2, 2) if chroma == 1 else (2, 1)
        width -= across * (left + right)
        height -= down * (2 - frames_only) * (top + bottom)
    return width, height
