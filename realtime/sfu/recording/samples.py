"""What a track is made of once it has left RTP: samples with a place on the room's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Config:
    """How samples are decoded.

    Args:
        codec: as in RFC 6381, ``avc1.42e01f``, ``vp8`` or ``opus``; rate: ticks per second;
        private: what a decoder has to know before (H264: AVCDecoderConfigurationRecord).
    """

    codec: str
    rate: int
    width: int = 0
    height: int = 0
    private: bytes = b""

    @property
    def is_video(self) -> bool:
        """Whether it is a picture."""
        return self.codec != "opus"


OPUS = Config("opus", 48_000)


@dataclass(slots=True)
class Sample:
    """One frame or packet, ready for a container; ``start`` in ticks since the unix epoch."""

    start: int
    duration: int
    data: bytes
    key: bool
    config: Config


class Sink(Protocol):
    """Who takes the samples of a track, in order and without holes until ``cut``."""

    def sample(self, sample: Sample) -> None:
        """The next one; the first after a cut may be no keyframe."""

    def extend(self, ticks: int) -> None:
        """The last one stays that much longer."""

    def cut(self) -> None:
        """Nothing follows for a while, and what follows does not join."""

    def tick(self, now: float) -> None:
        """Time has passed (unix seconds)."""
