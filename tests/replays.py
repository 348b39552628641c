"""Makes recordings as the media process writes them: H264 and Opus in byte ranges of growing files,
VP8 in WebM.

The picture counts its own time in bits (see ``time_shown``), so a test can say in a browser which
moment of the recording is to be seen. Nothing is filmed: colours and tones are computed.
"""

from __future__ import annotations

import array
import json
import math
import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from realtime.sfu.recording import webm
from realtime.sfu.recording.samples import Config, Sample

FPS = 10
RATE = 48_000
BITS = 12
"""Of the frame number, in a row of blocks at the top of the picture: white is 1."""


@dataclass(frozen=True)
class Take:
    """One piece to make: what, from when, for how many seconds."""

    stream: str
    kind: str
    start: float
    seconds: float
    size: tuple[int, int] = (320, 180)
    codec: str = "H264"
    """Of a picture; VP8 is full of noise, so that its file is large."""


def make_recording(folder: Path, run: int, takes: list[Take], *, state: str = "ended") -> Path:
    """Write the pieces and the index of a run into ``folder``; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [_piece(folder, number, take) for number, take in enumerate(takes, 1)]
    began = run / 1000
    end = max(take.start + take.seconds for take in takes)
    index = {
        "version": 1, "room": folder.parent.name, "run": run, "began": began,
        "ended": began + end if state == "ended" else None, "state": state, "pieces": pieces,
    }  # fmt: skip
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def _piece(folder: Path, number: int, take: Take) -> dict[str, Any]:
    name = f"{number}-{take.stream}-{take.kind}"
    video, vp8 = take.kind == "video", take.kind == "video" and take.codec == "VP8"
    make = _webm if vp8 else _picture if video else _tone
    make(folder, name, take)
    suffix, codec = ("webm", "vp8") if vp8 else ("mp4", "avc1.42c01e")
    return {
        "file": f"{name}.{suffix}", "playlist": f"{name}.m3u8", "stream": take.stream,
        "kind": take.kind, "codec": codec if video else "opus",
        "mime": f"video/{suffix}" if video else "audio/mp4", "start": take.start,
        "duration": take.seconds, "closed": True,
        "width": take.size[0] if video else None, "height": take.size[1] if video else None,
    }  # fmt: skip


def _container(folder: Path, name: str) -> Any:
    options = {
        "hls_segment_type": "fmp4",
        "hls_flags": "single_file",
        "hls_playlist_type": "event",
        "hls_time": "2",
        "hls_segment_filename": str(folder / f"{name}.mp4"),
    }
    return av.open(str(folder / f"{name}.m3u8"), "w", format="hls", options=options)


def _picture(folder: Path, name: str, take: Take) -> None:
    width, height = take.size
    with _container(folder, name) as out:
        options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(FPS * 2)}
        stream = out.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.profile = "Baseline"
        for number in range(round(take.seconds * FPS)):
            frame = _drawn(number, take)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _webm(folder: Path, name: str, take: Take) -> None:
    """By the recorder's own writer, a cluster every half second."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height = take.size
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, FPS)
    encoder.bit_rate, encoder.gop_size = 4_000_000, FPS * 2
    encoder.options = {"deadline": "realtime", "cpu-used": "8"}
    config, tick = Config("vp8", webm.RATE, *take.size), webm.RATE // FPS
    packets = []
    for number in range(round(take.seconds * FPS)):
        frame = _drawn(number, take)
        frame.pts = number
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    samples = [
        Sample(number * tick, tick, bytes(packet), packet.is_keyframe, config)
        for number, packet in enumerate(packets)
    ]
    writer = webm.WebM()
    data = bytearray(writer.head(config))
    for first in range(0, len(samples), FPS // 2):
        data += writer.chunk(first * tick, samples[first : first + FPS // 2])
    more, patches = writer.tail(len(samples) * tick, len(data))
    data += more
    for patch in patches:
        data[patch.at : patch.at + len(patch.data)] = patch.data
    (folder / f"{name}.webm").write_bytes(data)
    (folder / f"{name}.m3u8").write_text("#EXTM3U\n")  # of byte ranges; nobody plays them


def _drawn(number: int, take: Take) -> av.VideoFrame:
    """A grey picture: its number in bits above, a block that wanders below."""
    width, height = take.size
    frame = av.VideoFrame(width, height, "yuv420p")
    block, ground = width // BITS, b"\xe0" if take.stream == "screen" else b"\x30"
    bits = b"".join((b"\xeb" if number >> bit & 1 else b"\x10") * block for bit in range(BITS))
    at = number * 4 % (width - 24)
    wandering = ground * at + b"\xa0" * 24 + ground * (width - 24 - at)
    upper, middle = height // 6, height // 3
    rows = [bits.ljust(width, b"\x10")] * upper + [ground * width] * middle
    rows += [wandering] * 24 + [ground * width] * (height - upper - middle - 24)
    if take.codec == "VP8":
        noise = random.Random(number)  # noqa: S311
        rows[height // 2 :] = [noise.randbytes(width) for _ in rows[height // 2 :]]
    for plane, lines in zip(frame.planes, (rows, None, None), strict=True):
        if lines is None:
            plane.update(b"\x80" * plane.buffer_size)
        else:
            plane.update(b"".join(line.ljust(plane.line_size, b"\0") for line in lines))
    return frame


def _tone(folder: Path, name: str, take: Take) -> None:
    with _container(folder, name) as out:
        stream = out.add_stream("libopus", rate=RATE, layout="mono")
        block = RATE // 50
        wave = [math.sin(2 * math.pi * 440 * one / RATE) for one in range(RATE)]
        for number in range(round(take.seconds * 50)):
            loud, first = 6000 if number % 50 < 5 else 600, number * block % RATE
            samples = array.array("h", (round(one * loud) for one in wave[first : first + block]))
            frame = av.AudioFrame(format="s16", layout="mono", samples=block)
            frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            frame.rate, frame.pts, frame.time_base = RATE, number * block, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
