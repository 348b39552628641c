"""Makes a video or a sound ready to be played in browsers. Knows no database.

What browsers play as it is gets a new container at most (H264 and AAC in an MP4 whose index comes
first). Anything else, and what is too heavy for a phone, is encoded once, as an HLS ladder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from courses.catalog.folders import POSTER

HEAVIEST = 6_000_000
"""Bits a second; more is encoded anew."""
TALLEST = 1080
LONGEST = 24 * 3600
"""Seconds."""
LADDER = ((720, 1_500_000), (360, 500_000))
"""Heights with their bits a second; those taller than the source are left out, but for the last."""
SEGMENT = 4
"""Seconds of one part of a ladder."""

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""


class Unplayable(ValueError):
    """It cannot be made ready; ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Made:
    """What is served: ``file`` in the folder, its length in seconds, its size in pixels."""

    file: str
    seconds: float
    width: int = 0
    height: int = 0


def make(kind: str, source: Path, folder: Path, progress: Progress) -> Made:
    """Make ``source`` ready in ``folder``.

    Args:
        kind: ``video`` or ``audio``.

    Raises:
        Unplayable: ``broken``, ``no_video``, ``no_audio``, ``too_long`` or ``no_length``.
        OSError: the disk.
    """
    try:
        with av.open(str(source)) as found:
            return _make(kind, found, source, folder, progress)
    except FFmpegError as wrong:
        if isinstance(wrong, OSError) and wrong.errno == 28:  # ENOSPC
            raise OSError(28, "disk full") from wrong
        raise Unplayable("broken") from wrong


def _make(kind: str, found: Any, source: Path, folder: Path, progress: Progress) -> Made:
    pictures = [one for one in found.streams.video if not _is_cover(one)]
    if kind == "video" and not pictures:
        raise Unplayable("no_video")
    if kind == "audio" and not found.streams.audio:
        raise Unplayable("no_audio")
    video = pictures[0] if kind == "video" else None
    audio = found.streams.audio[0] if found.streams.audio else None
    seconds = (found.duration or 0) / av.time_base
    if seconds > LONGEST:
        raise Unplayable("too_long")
    if video is not None:
        _poster(source, folder / POSTER, seconds)
    if _is_playable(found, video, audio):
        length = _rewrap(found, [one for one in (video, audio) if one], folder, progress)
        file = "media.mp4"
    elif kind == "audio":
        length, file = _sound(found, audio, folder / "media.mp4", seconds, progress), "media.mp4"
    else:
        length, file = _ladder(source, video, folder, seconds, progress), "index.m3u8"
    if length <= 0:
        raise Unplayable("no_length")
    if length < seconds * 0.9 - 0.5:
        raise Unplayable("broken")  # it ends before its own table of contents does
    if video is None:
        return Made(file, length)
    return Made(file, length, video.codec_context.width, video.codec_context.height)


def _is_cover(stream: Any) -> bool:
    """The picture on the sleeve of a song is no video."""
    return stream.codec_context.name in {"mjpeg", "png"} and (stream.frames or 0) <= 1


def _is_playable(found: Any, video: Any, audio: Any) -> bool:
    """Whether every browser plays these codecs in an MP4, and a phone's line carries them."""
    if audio is not None and audio.codec_context.name not in {"aac"}:
        return False
    if video is None:
        return True
    codec = video.codec_context
    plain = codec.name == "h264" and codec.pix_fmt in {"yuv420p", "yuvj420p"}
    return plain and codec.height <= TALLEST and (found.bit_rate or 0) <= HEAVIEST


def _rewrap(found: Any, streams: list[Any], folder: Path, progress: Progress) -> float:
    """The same packets in an MP4 with its index first."""
    options = {"movflags": "faststart"}
    whole, last = (found.duration or 0) / av.time_base, 0.0
    with av.open(str(folder / "media.mp4"), "w", format="mp4", options=options) as out:
        to = {one.index: out.add_stream_from_template(one) for one in streams}
        for packet in found.demux(streams):
            if packet.dts is None:
                continue
            end = float(((packet.pts or packet.dts) + (packet.duration or 0)) * packet.time_base)
            last = max(last, end)
            packet.stream = to[packet.stream.index]
            out.mux(packet)
            if whole:
                progress(min(1.0, end / whole))
    return last


def _sound(found: Any, audio: Any, path: Path, whole: float, progress: Progress) -> float:
    """AAC: what every browser plays."""
    last = 0.0
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("aac", rate=48_000, bit_rate=96_000)
        for frame in found.decode(audio):
            if frame.time is not None:
                last = frame.time + frame.samples / frame.sample_rate
            for packet in stream.encode(frame):
                out.mux(packet)
            if whole:
                progress(min(1.0, last / whole))
        for packet in stream.encode(None):
            out.mux(packet)
    return last


def _ladder(source: Path, video: Any, folder: Path, whole: float, progress: Progress) -> float:
    """H264 and AAC in the heights of ``LADDER``, each a folder, and the list of them."""
    tall = video.codec_context.height
    rungs = [one for one in LADDER if one[0] <= tall] or [LADDER[-1]]
    lines, length = ["#EXTM3U", "#EXT-X-VERSION:7"], 0.0
    for number, (wanted, bits) in enumerate(rungs):
        height = min(wanted, tall)
        share = 1 / len(rungs)
        told = _part(progress, number * share, share)
        rung = folder / f"{height}p"
        rung.mkdir(exist_ok=True)
        width, seconds = _rung(source, rung, height, bits, whole, told)
        length = max(length, seconds)
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={bits + 128_000},RESOLUTION={width}x{height & ~1}",
            f"{height}p/index.m3u8",
        ]
    (folder / "index.m3u8").write_text("\n".join(lines) + "\n")
    return length


def _part(progress: Progress, start: float, share: float) -> Progress:
    return lambda done: progress(start + done * share)


def _rung(
    source: Path, folder: Path, height: int, bits: int, whole: float, progress: Progress
) -> tuple[int, float]:
    """One height; its width, and its length in seconds."""
    options = {
        "hls_time": str(SEGMENT), "hls_playlist_type": "vod", "hls_segment_type": "fmp4",
        "hls_segment_filename": str(folder / "part-%05d.m4s"), "hls_flags": "independent_segments",
        "hls_fmp4_init_filename": "init.mp4",
    }  # fmt: skip
    with (
        av.open(str(source)) as found,
        av.open(str(folder / "index.m3u8"), "w", format="hls", options=options) as out,
    ):
        video = next(one for one in found.streams.video if not _is_cover(one))
        audio = found.streams.audio[0] if found.streams.audio else None
        rate = video.average_rate or Fraction(25)
        rate = min(rate, Fraction(30))
        height &= ~1
        width = max(2, round(video.codec_context.width * height / video.codec_context.height) & ~1)
        picture: Any = out.add_stream("libx264", rate=rate, options={"preset": "veryfast"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        picture.bit_rate = bits
        picture.codec_context.gop_size = int(rate * SEGMENT)
        sound: Any = out.add_stream("aac", rate=48_000, bit_rate=96_000) if audio else None
        last, shown = 0.0, -1
        frames: Any = found.decode([one for one in (video, audio) if one])
        for frame in frames:
            if frame.time is None:
                continue
            if isinstance(frame, av.VideoFrame):
                tick = int(frame.time * rate)
                if tick <= shown:
                    continue  # more pictures than are wanted
                shown, last = tick, max(last, frame.time + float(1 / rate))
                scaled = frame.reformat(width=width, height=height, format="yuv420p")
                scaled.pts, scaled.time_base = tick, 1 / rate
                packets = picture.encode(scaled)
                if whole:
                    progress(min(1.0, last / whole))
            else:
                last = max(last, frame.time + frame.samples / frame.sample_rate)
                packets = sound.encode(frame)
            for packet in packets:
                out.mux(packet)
        for stream in (picture, sound):
            for packet in stream.encode(None) if stream else ():
                out.mux(packet)
    return width, last


def _poster(source: Path, path: Path, seconds: float) -> None:
    """One picture from the first tenth; a video without one has none."""
    with av.open(str(source)) as found:
        video = next(one for one in found.streams.video if not _is_cover(one))
        if seconds > 1:
            found.seek(int(seconds * av.time_base / 10))
        frame = next(iter(found.decode(video)), None)
        if frame is None:
            raise Unplayable("broken")
        width = min(640, frame.width) & ~1
        height = max(2, round(frame.height * width / max(1, frame.width)) & ~1)
        small = frame.reformat(width=max(2, width), height=height, format="yuvj420p")
        with av.open(str(path), "w", format="image2") as out:
            stream: Any = out.add_stream("mjpeg", rate=1)
            stream.width, stream.height, stream.pix_fmt = small.width, small.height, "yuvj420p"
            for packet in [*stream.encode(small), *stream.encode(None)]:
                out.mux(packet)


def clean(folder: Path) -> None:
    """Remove everything that was made, but not the source; a folder that is not there is clean."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name == "source":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
