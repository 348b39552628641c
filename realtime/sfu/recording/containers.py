"""The two kinds of file: what is written before, between and after the samples."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from realtime.sfu.recording import mp4
from realtime.sfu.recording.samples import Config, Sample


class Patch(NamedTuple):
    """Bytes that replace others once more is known."""

    at: int
    data: bytes


class Container(Protocol):
    """How one file is written. Times begin at 0 in every file."""

    suffix: str
    mime: str

    def head(self, config: Config) -> bytes:
        """Before the first sample, and again where the picture's size changes."""

    def chunk(self, begin: int, samples: Sequence[Sample]) -> bytes:
        """Some samples, decodable with what went before; ``begin`` in ticks."""

    def stretch(self, at: int, samples: Sequence[Sample], duration: int) -> Patch | None:
        """The last sample of the chunk at ``at`` has another duration now."""

    def tail(self, end: int, size: int) -> tuple[bytes, list[Patch]]:
        """What is added and what is replaced when the file, ``size`` bytes long, is complete.

        Args:
            end: its whole length in ticks.
        """


class Mp4:
    """Fragmented MP4."""

    suffix = ".mp4"

    def __init__(self, config: Config) -> None:
        self.mime = "video/mp4" if config.is_video else "audio/mp4"
        self._number = 0
        self._length_at: int | None = None

    def head(self, config: Config) -> bytes:
        """``ftyp`` and ``moov``."""
        header = mp4.head(config)
        if self._length_at is None:
            self._length_at = mp4.duration_at(header)
        return header

    def chunk(self, begin: int, samples: Sequence[Sample]) -> bytes:
        """A fragment."""
        self._number += 1
        return mp4.fragment(self._number, begin, samples)

    def stretch(self, at: int, samples: Sequence[Sample], duration: int) -> Patch | None:
        """In the fragment's ``trun``."""
        return Patch(at + mp4.last_duration_at(samples), struct.pack("!I", duration))

    def tail(self, end: int, size: int) -> tuple[bytes, list[Patch]]:
        """The whole length goes into the header, so that players show it."""
        assert self._length_at is not None  # noqa: S101 - a file has a head
        return b"", [Patch(self._length_at, struct.pack("!Q", end))]
