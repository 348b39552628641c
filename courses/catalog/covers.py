"""Pictures that authors send, made into covers: one size, one form, nothing else left of them.

A picture is looked at before it is unpacked: what says that it has more pixels than ``MOST_PIXELS``
is not decoded. Of what is decoded only the pixels are kept; where and by whom it was taken is not.
Knows no database.
"""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import cast

import av
from av.error import FFmpegError
from av.filter import Graph
from av.video.frame import VideoFrame

WIDTH, HEIGHT = 960, 540
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""What the cameras of phones make; unpacked 160 MB at most."""
LEAST = 64
"""Pixels of the shorter side: less is an icon, not a cover."""

READERS = {"png": "png_pipe", "jpeg": "jpeg_pipe", "webp": "webp_pipe"}
"""The one reader of FFmpeg that may touch each kind of file."""


class BadPicture(Exception):
    """``code``: empty, too_large, unknown (no JPEG, PNG or WebP, or broken), too_small."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cover(data: bytes) -> bytes:
    """``data`` (JPEG, PNG or WebP) as a JPEG of ``WIDTH`` × ``HEIGHT``, its middle kept.

    Raises:
        BadPicture: see there.
    """
    if not data:
        raise BadPicture("empty")
    if len(data) > MOST_BYTES:
        raise BadPicture("too_large")
    kind, width, height = size_of(data)
    if width * height > MOST_PIXELS:
        raise BadPicture("too_large")
    if min(width, height) < LEAST:
        raise BadPicture("too_small")
    try:
        return _written(_scaled(_first(data, kind)))
    except (FFmpegError, ValueError, StopIteration) as broken:
        raise BadPicture("unknown") from broken


def size_of(data: bytes) -> tuple[str, int, int]:
    """Kind, width and height as the head of the file has them; nothing is decoded.

    Raises:
        BadPicture: unknown.
    """
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from("!II", data, 16)  # IHDR, PNG (W3C) §11.2.2
            return "png", width, height
        if data.startswith(b"\xff\xd8\xff"):
            return "jpeg", *_jpeg_size(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return "webp", *_webp_size(data)
    except (struct.error, IndexError) as cut:
        raise BadPicture("unknown") from cut
    raise BadPicture("unknown")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """From the frame header, SOF0 to SOF15 (ITU-T T.81 B.2.2)."""
    at = 2
    while True:
        marker, length = struct.unpack_from("!xBH", data, at)
        if data[at] != 0xFF:
            raise BadPicture("unknown")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from("!HH", data, at + 5)
            return width, height
        at += 2 + length


def _webp_size(data: bytes) -> tuple[int, int]:
    """From the first chunk (RFC 9649 §2.5 to §2.7)."""
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width = int.from_bytes(data[24:27], "little") + 1
            return width, int.from_bytes(data[27:30], "little") + 1
    raise BadPicture("unknown")


def _first(data: bytes, kind: str) -> VideoFrame:
    with av.open(io.BytesIO(data), "r", format=READERS[kind]) as found:
        return next(found.decode(video=0))


def _scaled(frame: VideoFrame) -> VideoFrame:
    """Its middle in the shape of a cover."""
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1)
    )
    wide = f"min(iw,ih*{WIDTH}/{HEIGHT})"
    crop = graph.add("crop", f"{wide}:min(ih,iw*{HEIGHT}/{WIDTH})")
    scale = graph.add("scale", f"{WIDTH}:{HEIGHT}:out_range=full")
    shape = graph.add("format", "yuvj420p")
    source.link_to(crop)
    crop.link_to(scale)
    scale.link_to(shape)
    shape.link_to(graph.add("buffersink"))
    graph.configure()
    graph.push(frame)
    return cast(VideoFrame, graph.pull())


def _written(frame: VideoFrame) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mjpeg") as file:
        stream = file.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        stream.codec_context.qmin = stream.codec_context.qmax = 4
        frame.pts = None
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return out.getvalue()
