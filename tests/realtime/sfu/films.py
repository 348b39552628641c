"""A short film with a known pattern, and a publisher that shows it over real ICE, DTLS and RTP.

Every frame carries its number as bright and dark blocks; each second begins with a beep of 100 ms
and with a white bar. So whoever decodes a recording can say which frame is when, and how sound and
picture stand to each other.
"""

from __future__ import annotations

import array
import asyncio
import functools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtp import RtpPacket

from realtime.sfu import rtcp
from tests.realtime.sfu.peers import RawPublisher

FPS = 25
BITS = 12
BLOCK = 16
PACKETS = 50
"""Opus packets in a second."""
NTP_EPOCH = 2_208_988_800


def picture(number: int, width: int, height: int) -> av.VideoFrame:
    """Frame ``number``: its bits at the top, a bar at the bottom while a second begins."""
    bits = b"".join(
        (b"\xdc" if number >> bit & 1 else b"\x14") * BLOCK for bit in range(BITS)
    ).ljust(width, b"\x3c")
    moving = bytearray(b"\x3c" * width)
    at = number * 4 % (width - 20)
    moving[at : at + 20] = b"\xb4" * 20
    bar = (b"\xeb" if number % FPS == 0 else b"\x10") * width
    rows = [bits[:width]] * BLOCK + [bytes(moving)] * (height - BLOCK - 40) + [bar] * 40
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, lines in zip(frame.planes, (rows, None, None), strict=True):
        if lines is None:
            plane.update(b"\x80" * plane.buffer_size)
        else:
            plane.update(b"".join(line.ljust(plane.line_size, b"\0") for line in lines))
    frame.pts = number
    return frame


def number_of(frame: av.VideoFrame) -> int:
    """The number that a decoded frame shows; it must be 320 pixels wide or more."""
    plane = frame.planes[0]
    row = bytes(plane)[BLOCK // 2 * plane.line_size :][: frame.width]
    return sum((row[bit * BLOCK + BLOCK // 2] > 120) << bit for bit in range(BITS))


@functools.cache
def pictures(
    codec: str, seconds: int, width: int = 320, height: int = 180, gop: int = FPS
) -> list[list[bytes]]:
    """RTP payloads of each frame; a keyframe every ``gop`` frames."""
    name = {"H264": "libx264", "VP8": "libvpx"}[codec]
    encoder: Any = av.CodecContext.create(name, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, FPS), Fraction(FPS)
    encoder.bit_rate, encoder.gop_size, encoder.max_b_frames = 400_000, gop, 0
    encoder.options = {
        "H264": {
            "profile": "baseline", "tune": "zerolatency", "preset": "ultrafast",
            "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0",
        },
        "VP8": {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0", "lag-in-frames": "0"},
    }[codec]  # fmt: skip
    packer = H264Encoder() if codec == "H264" else Vp8Encoder()
    found = []
    for number in range(seconds * FPS):
        frame = picture(number, width, height)
        found += [packer.pack(packet)[0] for packet in encoder.encode(frame)]
    return found + [packer.pack(packet)[0] for packet in encoder.encode(None)]


@functools.cache
def sounds(seconds: int) -> list[bytes]:
    """Opus packets of 20 ms."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "s16"
    encoder.bit_rate = 32_000
    encoder.options = {"application": "lowdelay"}
    found = []
    for start in range(0, seconds * 48_000, 960):
        frame = av.AudioFrame("s16", "stereo", 960)
        frame.planes[0].update(_wave(start).tobytes())
        frame.sample_rate, frame.pts = 48_000, start
        found += [bytes(packet) for packet in encoder.encode(frame)]
    return found + [bytes(packet) for packet in encoder.encode(None)]


def _wave(start: int) -> array.array[int]:
    """20 ms of both channels: a tone of 1 kHz in the first tenth of each second."""
    wave = array.array("h")
    for at in range(start, start + 960):
        loud = at % 48_000 < 4_800
        value = int(math.sin(at * 2 * math.pi * 1000 / 48_000) * 20_000) if loud else 0
        wave.extend((value, value))
    return wave


class FilmPublisher(RawPublisher):
    """Shows a film.

    Args:
        codec: of the picture; stamps: first timestamps of picture and sound;
        ahead: how far its clock is ahead of ours, in seconds.
    """

    def __init__(
        self,
        codec: str = "H264",
        first: int = 1000,
        stamps: tuple[int, int] = (5_000_000, 9_000_000),
        ahead: float = 1000.0,
    ) -> None:
        kinds = {"opus": 111, "H264": 102} if codec == "H264" else {"opus": 111, "VP8": 96}
        super().__init__(codecs=kinds, first=first)
        self.codec = codec
        self.stamps = {"video": stamps[0], "audio": stamps[1]}
        self.ahead = ahead
        self.zero = 0.0
        self.filter: Callable[[RtpPacket], bool] = lambda packet: True
        self.keyframes_asked = 0

    async def show(
        self,
        film: list[list[bytes]],
        sound: list[bytes],
        begin: float = 0.0,
        until: float | None = None,
        speed: float = 1.0,
    ) -> None:
        """Send what lies between two times of the film, ``speed`` times as fast as it was made.

        A part that follows another goes on where that one ended.
        """
        end = len(film) / FPS if until is None else until
        started = time.time()
        if not self.zero:
            self.zero = started - begin
        for at, kind, number in _schedule(begin, end):
            wait = started + (at - begin) / speed - time.time()
            if wait > 0.001:
                await asyncio.sleep(wait)
            if kind == "report":
                await self.report(at)
            elif kind == "video":
                await self._frame(film[number % len(film)], at)
            else:
                await self._sound(sound[number % len(sound)], at)

    async def _frame(self, payloads: list[bytes], at: float) -> None:
        for index, payload in enumerate(payloads):
            packet = self.packet(payload, "video", int(index == len(payloads) - 1))
            packet.timestamp = self._stamp("video", at)
            if self.filter(packet):
                await self.send(packet)

    async def _sound(self, payload: bytes, at: float) -> None:
        packet = self.packet(payload, "audio", 0)
        packet.timestamp = self._stamp("audio", at)
        if self.filter(packet):
            await self.send(packet)

    def _stamp(self, kind: str, at: float) -> int:
        rate = 90_000 if kind == "video" else 48_000
        return self.stamps[kind] + round(at * rate) & 0xFFFFFFFF

    async def report(self, at: float) -> None:
        """Sender reports of both tracks for the film's time ``at``."""
        ntp = self.zero + at + self.ahead + NTP_EPOCH
        fixed = int(ntp * (1 << 32))
        for kind in ("video", "audio"):
            told = rtcp.SenderReport(self.ssrc[kind], fixed, self._stamp(kind, at), 1, 1)
            await self.send(rtcp.sender_report(told))

    async def _on_rtcp(self, data: bytes) -> None:
        for message in rtcp.parse(data):
            self.control.append(message)
            self.keyframes_asked += isinstance(message, rtcp.KeyframeRequest)


def _schedule(begin: float, end: float) -> Iterator[tuple[float, str, int]]:
    """What is due when: reports at once and every second, then frames and packets by their time."""
    first, last = round(begin * FPS), round(end * FPS)
    events = [(number / FPS, "video", number) for number in range(first, last)]
    packets = range(round(begin * PACKETS), round(end * PACKETS))
    events += [(number / PACKETS, "audio", number) for number in packets]
    reports = (begin + 0.05 + second for second in range(math.ceil(end - begin)))
    events += [(at, "report", 0) for at in reports]
    yield from sorted(events)


@dataclass
class Seen:
    """A decoded video: (seconds, number shown) of each frame."""

    frames: list[tuple[float, int]]
    sizes: list[tuple[int, int]]

    @property
    def numbers(self) -> list[int]:
        return [number for _, number in self.frames]


def seen(path: Path | BytesIO) -> Seen:
    """Decode a picture track."""
    with av.open(path if isinstance(path, BytesIO) else str(path)) as source:
        frames, sizes = [], []
        for frame in source.decode(video=0):
            frames.append((float(frame.time or 0.0), number_of(frame)))
            sizes.append((frame.width, frame.height))
    return Seen(frames, sizes)


@dataclass
class Heard:
    """A decoded sound: its length and when beeps begin, in seconds."""

    seconds: float
    beeps: list[float]


def heard(path: Path | BytesIO) -> Heard:
    """Decode a sound track."""
    with av.open(path if isinstance(path, BytesIO) else str(path)) as source:
        wave = array.array("f")
        for frame in source.decode(audio=0):
            assert frame.format.name == "fltp"
            wave.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
    beeps: list[float] = []
    last = -1.0
    for at in range(0, len(wave) - 48, 48):
        if max(wave[at : at + 48]) > 0.1:
            if at / 48_000 - last > 0.3:
                beeps.append(at / 48_000)
            last = at / 48_000
    return Heard(len(wave) / 48_000, beeps)
