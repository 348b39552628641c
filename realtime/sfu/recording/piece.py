"""One continuous take of one track: a file that grows, and the playlist of its byte ranges."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from realtime.sfu.recording import playlist
from realtime.sfu.recording.containers import Container
from realtime.sfu.recording.samples import Config, Sample

CHUNK_S = 0.5
"""How much is gathered before it is written: what a killed process loses at most of its samples."""
SEGMENT_S = {True: 1.0, False: 4.0}
"""Shortest segment of a playlist, for pictures (which also wait for a keyframe) and for sound."""


class Piece:
    """Writes samples until ``close``.

    Args:
        folder: where; name: of the file without suffix; first: the first sample, a keyframe.

    Raises:
        OSError: from every method that writes: the disk is full, or away.
    """

    def __init__(self, folder: Path, name: str, container: Container, first: Sample) -> None:
        self.config = first.config
        self.file = name + container.suffix
        self.playlist = name + ".m3u8"
        self.mime = container.mime
        self.began = first.start
        """In ticks since the unix epoch."""
        self.end = first.start
        self.width, self.height = first.config.width, first.config.height
        self.closed = False
        self._container = container
        self._gathered: list[Sample] = []
        self._last: tuple[int, list[Sample]] | None = None
        self._size = 0
        """Bytes of the file that are complete."""
        self._segment_at = 0
        self._segment_begin = first.start
        self._out = os.open(folder / self.file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        self._list = os.open(folder / self.playlist, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        init = self._head()
        began = first.start / self.config.rate
        self._say(playlist.header(began, self.file, init))

    @property
    def start(self) -> float:
        """Unix seconds of the first sample."""
        return self.began / self.config.rate

    @property
    def duration(self) -> float:
        """Seconds, of what was taken so far."""
        return (self.end - self.began) / self.config.rate

    def add(self, sample: Sample) -> None:
        """The next sample; it begins where the last one ends."""
        if sample.config != self.config:
            self._change(sample.config)
        if self._wants_segment(sample):
            self.flush()
            self._cut_segment()
        self._gathered.append(sample)
        self.end = sample.start + sample.duration
        if self.end - self._gathered[0].start >= CHUNK_S * self.config.rate:
            self.flush()

    def extend(self, ticks: int) -> None:
        """The last sample is that much longer (or shorter)."""
        self.end += ticks
        if self._gathered:
            self._gathered[-1].duration += ticks
        elif self._last is not None:
            at, samples = self._last
            samples[-1].duration += ticks
            patch = self._container.stretch(at, samples, samples[-1].duration)
            if patch is not None:
                self._write(patch.data, patch.at)

    def tick(self, now: float) -> None:
        """Write also when little comes (``now`` in unix seconds)."""
        if self._gathered and now - self._gathered[0].start / self.config.rate > 2 * CHUNK_S:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered, all of it or nothing."""
        if not self._gathered:
            return
        samples, self._gathered = self._gathered, []
        data = self._container.chunk(samples[0].start - self.began, samples)
        last, self._last = self._last, (self._size, samples)
        try:
            self._append(data)
        except OSError:
            self.end, self._last = samples[0].start, last
            os.ftruncate(self._out, self._size)
            raise

    def close(self) -> None:
        """Complete the file and its playlist."""
        if self.closed:
            return
        self.closed = True
        try:
            with contextlib.suppress(OSError):
                self.flush()
            self._cut_segment()
            more, patches = self._container.tail(self.end - self.began, self._size)
            self._append(more)
            for patch in patches:
                self._write(patch.data, patch.at)
            self._say(playlist.END)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go of the files as they are."""
        self.closed = True
        for handle in (self._out, self._list):
            if handle >= 0:
                os.close(handle)
        self._out = self._list = -1

    def _change(self, config: Config) -> None:
        """The picture has another size from here on: another head, and a word in the playlist."""
        self.flush()
        self._cut_segment()
        self.config = config
        self.width = max(self.width, config.width)
        self.height = max(self.height, config.height)
        init = self._head()
        self._segment_at = self._size
        self._say(playlist.DISCONTINUITY + playlist.mapped(self.file, init))

    def _head(self) -> tuple[int, int]:
        """Write a head; its begin and length."""
        at = self._size
        self._append(self._container.head(self.config))
        self._segment_at = self._size
        return at, self._size - at

    def _wants_segment(self, sample: Sample) -> bool:
        """At a keyframe, if the segment is long enough; in any case before it is too long."""
        length = (sample.start - self._segment_begin) / self.config.rate
        after = length + sample.duration / self.config.rate
        if after > playlist.TARGET_S and length > 0:
            return True
        return sample.key and length >= SEGMENT_S[self.config.is_video]

    def _cut_segment(self) -> None:
        if self._size == self._segment_at:
            return
        seconds = (self.end - self._segment_begin) / self.config.rate
        size = self._size - self._segment_at
        self._say(playlist.segment(seconds, self.file, self._segment_at, size))
        self._segment_at, self._segment_begin = self._size, self.end

    def _append(self, data: bytes) -> None:
        self._write(data, self._size)
        self._size += len(data)

    def _write(self, data: bytes, at: int) -> None:
        """All of it: a write that was cut short says why when it is tried again."""
        view = memoryview(data)
        while view:
            written = os.pwrite(self._out, view, at)
            view, at = view[written:], at + written

    def _say(self, text: str) -> None:
        """One write, so that readers see whole lines."""
        view = memoryview(text.encode())
        while view:
            view = view[os.write(self._list, view) :]
