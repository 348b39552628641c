"""Frames of H264 (RFC 6184) and VP8 (RFC 7741), put together from RTP payloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from realtime.sfu import rtp
from realtime.sfu.recording import sps as parameters
from realtime.sfu.recording.samples import Config

RATE = 90_000
SLICES = frozenset({1, 5})
IDR, SEI, SPS, PPS, DELIMITER, FILLER = 5, 6, 7, 8, 9, 12
STAP_A, FU_A = 24, 28
MAX_FRAME_BYTES = 4 << 20
"""A frame beyond it is dropped: no encoder makes one at our bitrates."""
MAX_PPS = 8
MAX_PARAMETER_BYTES = 1024
"""Of one parameter set; those of browsers have twenty."""


class Picture(NamedTuple):
    """A complete frame as containers keep it."""

    data: bytes
    key: bool
    config: Config


class Units(Protocol):
    """One codec's way to make a frame from payloads in order."""

    def opens(self, payload: bytes) -> bool:
        """Whether a keyframe begins here, so that nothing of it went before."""

    def add(self, payload: bytes) -> None:
        """The next payload of the frame."""

    def finish(self) -> Picture | None:
        """The frame; None when it is unusable. The next one begins."""


class H264:
    """NAL units, each preceded by its length in four bytes (ISO/IEC 14496-15 §5.3)."""

    def __init__(self) -> None:
        self._units: list[bytes] = []
        self._part = bytearray()
        self._size = 0
        self._broken = False
        self._sps = b""
        self._pps: list[bytes] = []
        self._config: Config | None = None

    def opens(self, payload: bytes) -> bool:
        """With what precedes all slices (ITU-T H.264 §7.4.1.2.3), or with the IDR slice that holds
        the first macroblock (§7.3.3: ``first_mb_in_slice`` is 0 when its first bit is 1)."""
        kind = payload[0] & 0x1F if payload else 0
        if kind in (SEI, DELIMITER):
            return True
        if kind == IDR:
            return len(payload) > 1 and payload[1] >= 0x80
        if kind == FU_A and rtp.starts_keyframe("H264", payload):
            return len(payload) > 2 and payload[2] >= 0x80
        return rtp.starts_keyframe("H264", payload)

    def add(self, payload: bytes) -> None:
        """Single units, STAP-A and FU-A: all that packetization mode 1 may use in a browser."""
        self._size += len(payload)
        kind = payload[0] & 0x1F if payload else 0
        if self._size > MAX_FRAME_BYTES:
            self._broken = True
        elif kind == STAP_A:
            for unit in _aggregated(payload):
                self._unit(unit)
        elif kind == FU_A:
            self._fragment(payload)
        elif 1 <= kind <= 23:
            self._unit(payload)
        else:
            self._broken = True

    def _fragment(self, payload: bytes) -> None:
        """RFC 6184 §5.8: the unit's header is put together from indicator and FU header."""
        if len(payload) < 2:
            self._broken = True
            return
        if payload[1] & 0x80:
            self._part = bytearray((payload[0] & 0xE0 | payload[1] & 0x1F,))
        elif not self._part:
            self._broken = True
            return
        self._part += payload[2:]
        if payload[1] & 0x40:
            self._unit(bytes(self._part))
            self._part = bytearray()

    def _unit(self, unit: bytes) -> None:
        kind = unit[0] & 0x1F if unit else FILLER
        if kind in (DELIMITER, FILLER):
            return
        if kind in (SPS, PPS) and len(unit) > MAX_PARAMETER_BYTES:
            self._broken = True
        elif kind == SPS and unit != self._sps:
            self._sps, self._pps, self._config = unit, [], None
        elif kind == PPS and unit not in self._pps:
            self._pps = [*self._pps[1 - MAX_PPS :], unit]
            self._config = None
        self._units.append(unit)

    def finish(self) -> Picture | None:
        """Parameter sets stay inside of the frame, too: a decoder that reads on follows them."""
        units, broken = self._units, self._broken or bool(self._part)
        self._units, self._part, self._size, self._broken = [], bytearray(), 0, False
        kinds = {unit[0] & 0x1F for unit in units}
        config = self._configured()
        if broken or config is None or not kinds & SLICES:
            return None
        data = b"".join(part for unit in units for part in (len(unit).to_bytes(4, "big"), unit))
        return Picture(data, IDR in kinds, config)

    def _configured(self) -> Config | None:
        """From the parameter sets; None before there are any that can be read."""
        if self._config is None and self._sps and self._pps:
            try:
                width, height = parameters.parse(self._sps)
            except parameters.BadSps:
                return None
            codec = "avc1." + self._sps[1:4].hex()
            private = configuration(self._sps, self._pps)
            self._config = Config(codec, RATE, width, height, private)
        return self._config


def configuration(sps: bytes, pps: list[bytes]) -> bytes:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1)."""
    record = bytes((1, sps[1], sps[2], sps[3], 0xFF, 0xE1))
    record += len(sps).to_bytes(2, "big") + sps + bytes((len(pps),))
    record += b"".join(len(unit).to_bytes(2, "big") + unit for unit in pps)
    return record + (b"\xfd\xf8\xf8\x00" if sps[1] in (100, 110, 122, 144) else b"")


def _aggregated(payload: bytes) -> Iterator[bytes]:
    """Units of a STAP-A (RFC 6184 §5.7.1)."""
    at = 1
    while at + 2 < len(payload):
        size = int.from_bytes(payload[at : at + 2], "big")
        yield payload[at + 2 : at + 2 + size]
        at += 2 + size


class Vp8:
    """The payloads without their descriptors (RFC 7741 §4.2)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._broken = False
        self._config: Config | None = None

    def opens(self, payload: bytes) -> bool:
        """The first partition of a keyframe begins."""
        return rtp.starts_keyframe("VP8", payload)

    def add(self, payload: bytes) -> None:
        """The first payload of a frame begins its first partition."""
        start = _descriptor(payload)
        self._size += len(payload)
        if (
            start >= len(payload)
            or self._size > MAX_FRAME_BYTES
            or (not self._parts and payload[0] & 0x17 != 0x10)
        ):
            self._broken = True
        else:
            self._parts.append(payload[start:])

    def finish(self) -> Picture | None:
        """A keyframe tells the size (RFC 6386 §9.1)."""
        data, broken = b"".join(self._parts), self._broken
        self._parts, self._size, self._broken = [], 0, False
        if broken or len(data) < 3:
            return None
        key = not data[0] & 1
        if key and len(data) >= 10 and data[3:6] == b"\x9d\x01\x2a":
            width, height = (int.from_bytes(data[at : at + 2], "little") for at in (6, 8))
            self._config = Config("vp8", RATE, width & 0x3FFF, height & 0x3FFF)
        return Picture(data, key, self._config) if self._config else None


def _descriptor(payload: bytes) -> int:
    """Its length; beyond the payload when that is cut off."""
    if not payload or not payload[0] & 0x80:
        return 1
    extra = payload[1] if len(payload) > 1 else 0
    at = 2
    if extra & 0x80:
        at += 2 if len(payload) > at and payload[at] & 0x80 else 1
    return at + bool(extra & 0x40) + bool(extra & 0x30)


UNITS: dict[str, type[H264] | type[Vp8]] = {"H264": H264, "VP8": Vp8}
