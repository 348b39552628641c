"""What an H264 sequence parameter set says about the picture (ITU-T H.264 §7.3.2.1.1)."""

from __future__ import annotations

from typing import NamedTuple

HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
MAX_CYCLE = 255
"""§7.4.2.1.1: num_ref_frames_in_pic_order_cnt_cycle."""


class BadSps(ValueError):
    """It ends too early or contradicts the standard."""


class Picture(NamedTuple):
    """Width and height in pixels, after cropping."""

    width: int
    height: int


class _Bits:
    """Reads bits and Exp-Golomb numbers (§9.1), without emulation prevention (§7.4.1)."""

    def __init__(self, data: bytes) -> None:
        raw = data.replace(b"\0\0\3", b"\0\0")
        self._value = int.from_bytes(raw, "big")
        self._left = len(raw) * 8

    def u(self, bits: int) -> int:
        self._left -= bits
        if self._left < 0:
            raise BadSps("truncated")
        return self._value >> self._left & ((1 << bits) - 1)

    def ue(self) -> int:
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 31:
                raise BadSps("number too long")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        number = self.ue()
        return (number + 1) // 2 if number & 1 else -(number // 2)


def parse(unit: bytes) -> Picture:
    """The picture's size.

    Args:
        unit: the NAL unit with its header byte.

    Raises:
        BadSps: it cannot be read.
    """
    bits = _Bits(unit[1:])
    profile = bits.u(8)
    bits.u(16)
    bits.ue()
    chroma = _chroma(bits) if profile in HIGH_PROFILES else 1
    bits.ue()
    _skip_order(bits)
    bits.ue()
    bits.u(1)
    width, map_height = bits.ue() + 1, bits.ue() + 1
    frames_only = bits.u(1)
    if not frames_only:
        bits.u(1)
    bits.u(1)
    crop = [bits.ue() for _ in range(4)] if bits.u(1) else [0] * 4
    across = 2 if chroma in (1, 2) else 1
    down = (2 if chroma == 1 else 1) * (2 - frames_only)
    height = map_height * 16 * (2 - frames_only) - down * (crop[2] + crop[3])
    picture = Picture(width * 16 - across * (crop[0] + crop[1]), height)
    if not (0 < picture.width <= 16_384 and 0 < picture.height <= 16_384):
        raise BadSps("size")
    return picture


def _chroma(bits: _Bits) -> int:
    chroma = bits.ue()
    if chroma == 3:
        bits.u(1)
    bits.ue(), bits.ue(), bits.u(1)
    if bits.u(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.u(1):
                _skip_scaling(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _skip_order(bits: _Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.u(1), bits.se(), bits.se()
        cycle = bits.ue()
        if cycle > MAX_CYCLE:
            raise BadSps("cycle")
        for _ in range(cycle):
            bits.se()
