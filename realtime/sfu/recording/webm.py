"""WebM (Matroska, RFC 9559) for VP8: one track, clusters that are complete when written.

While the file grows its segment has no size and no duration; when it is closed both are filled in
and Cues are added, so that players can go to any keyframe.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from mmap import mmap
from typing import NamedTuple

from realtime.sfu.recording.containers import Patch
from realtime.sfu.recording.samples import Config, Sample

RATE = 90_000
EBML, SEGMENT, SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, VOID = (
    0x1A45DFA3, 0x18538067, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B, 0xEC,
)  # fmt: skip
DURATION, TIMESTAMP, BLOCK = 0x4489, 0xE7, 0xA3
UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
MOST_CUES = 20_000


def element(identity: int, *parts: bytes) -> bytes:
    """Identity, size (always in eight bytes: it never changes length) and content."""
    body = b"".join(parts)
    return _identity(identity) + _size(len(body)) + body


def _identity(identity: int) -> bytes:
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big")


def _size(size: int) -> bytes:
    return (1 << 56 | size).to_bytes(8, "big")


def _number(identity: int, value: int) -> bytes:
    return element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _text(identity: int, value: str) -> bytes:
    return element(identity, value.encode())


class Cluster(NamedTuple):
    """What a written cluster holds; begin and the last block's place in milliseconds."""

    begin: int
    last: int
    key: bool


class WebM:
    """See the module."""

    suffix = ".webm"
    mime = "video/webm"

    def __init__(self) -> None:
        self._written = 0
        self._body = 0
        """Where the segment's content begins: positions in Cues count from there."""
        self._duration_at = 0
        self._size_at = 0
        self._seek_at = 0
        self._cues: list[tuple[int, int]] = []

    def head(self, config: Config) -> bytes:
        """Everything before the first cluster. Another size of the picture is in the frames
        themselves: VP8 needs no other head."""
        if self._written:
            return b""
        document = element(
            EBML, _number(0x4286, 1), _number(0x42F7, 1), _number(0x42F2, 4), _number(0x42F3, 8),
            _text(0x4282, "webm"), _number(0x4287, 4), _number(0x4285, 2),
        )  # fmt: skip
        self._size_at = len(document) + 4
        self._body = self._size_at + 8
        start = document + _identity(SEGMENT) + UNKNOWN_SIZE
        self._seek_at = len(start)
        place = element(VOID, bytes(len(_seek(0)) - 9))
        duration = element(DURATION, struct.pack("!d", 0.0))
        info = element(
            INFO, _number(0x2AD7B1, 1_000_000), _text(0x4D80, "LiveClass"),
            _text(0x5741, "LiveClass"), duration,
        )  # fmt: skip
        self._duration_at = self._seek_at + len(place) + len(info) - 8
        size = element(0xE0, _number(0xB0, config.width), _number(0xBA, config.height))
        entry = element(
            0xAE, _number(0xD7, 1), _number(0x73C5, 1), _number(0x83, 1), _number(0x9C, 0),
            _text(0x86, "V_VP8"), size,
        )  # fmt: skip
        return self._count(start + place + info + element(TRACKS, entry))

    def chunk(self, begin: int, samples: Sequence[Sample]) -> bytes:
        """A cluster."""
        first = begin * 1000 // RATE
        if samples[0].key and len(self._cues) < MOST_CUES:
            self._cues.append((first, self._written - self._body))
        blocks = []
        for one in samples:
            ahead = (begin + one.start - samples[0].start) * 1000 // RATE - first
            head = b"\x81" + struct.pack("!hB", ahead, 0x80 if one.key else 0)
            blocks.append(element(BLOCK, head, one.data))
        return self._count(element(CLUSTER, _number(TIMESTAMP, first), *blocks))

    def stretch(self, at: int, samples: Sequence[Sample], duration: int) -> Patch | None:
        """Nothing to do: a block stands until the next one."""
        return None

    def tail(self, end: int, size: int) -> tuple[bytes, list[Patch]]:
        """Cues (§22), and at the front where they are, how long it is and how large."""
        points = [
            element(0xBB, _number(0xB3, at), element(0xB7, _number(0xF7, 1), _number(0xF1, place)))
            for at, place in self._cues
        ]
        cues = element(CUES, *points)
        whole = size + len(cues) - self._body
        return cues, [
            Patch(self._duration_at, struct.pack("!d", end * 1000 / RATE)),
            Patch(self._seek_at, _seek(size - self._body)),
            Patch(self._size_at, _size(whole)),
        ]

    def resume(self, head: bytes) -> None:
        """Write the end of a file that begins with ``head``.

        Raises:
            ValueError: it does not begin as ours do.
        """
        self._size_at = head.index(_identity(SEGMENT)) + 4
        self._body = self._seek_at = self._size_at + 8
        self._duration_at = head.index(_identity(DURATION) + _size(8)) + 10
        self._written = len(head)

    def seen(self, at: int, cluster: Cluster) -> None:
        """A cluster that stands at ``at`` in the file."""
        self._written = at
        if cluster.key and len(self._cues) < MOST_CUES:
            self._cues.append((cluster.begin, at - self._body))

    def _count(self, data: bytes) -> bytes:
        self._written += len(data)
        return data


def _seek(cues_at: int) -> bytes:
    """A SeekHead with one entry, of constant length."""
    place = element(0x53AC, cues_at.to_bytes(8, "big"))
    return element(SEEK_HEAD, element(0x4DBB, element(0x53AB, _identity(CUES)), place))


def elements(data: bytes | mmap, at: int = 0) -> Iterator[tuple[int, int, int]]:
    """Identity, begin of the content and end of each complete element as written here."""
    while at < len(data):
        wide = 9 - data[at].bit_length()
        if wide > 4 or at + wide + 8 > len(data):
            return
        size = int.from_bytes(data[at + wide : at + wide + 8], "big") & ((1 << 56) - 1)
        stop = at + wide + 8 + size
        if data[at + wide] != 1 or stop > len(data):
            return
        yield int.from_bytes(data[at : at + wide], "big"), at + wide + 8, stop
        at = stop


def clusters(data: bytes | mmap) -> Iterator[tuple[int, int, Cluster]]:
    """Begin and end of each complete cluster of a file, and what is in it.

    Raises:
        ValueError: there is no segment.
    """
    at = data.find(_identity(SEGMENT)) + 12
    if at < 12:
        raise ValueError("no segment")
    for identity, start, stop in elements(data, at):
        if identity == CLUSTER:
            yield at, stop, _cluster(data[start:stop])
        at = stop


def _cluster(data: bytes) -> Cluster:
    begin, last, key = 0, 0, False
    for identity, start, stop in elements(data):
        if identity == TIMESTAMP:
            begin = int.from_bytes(data[start:stop], "big")
        elif identity == BLOCK:
            ahead, flags = struct.unpack_from("!hB", data, start + 1)
            key = key or (ahead == 0 and flags & 0x80 != 0)
            last = begin + ahead
    return Cluster(begin, last, key)
