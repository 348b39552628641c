"""One run of a class on the disk: its folder, its pieces, its index."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

from realtime.sfu.logs import say
from realtime.sfu.recording import index as index_file
from realtime.sfu.recording.containers import Mp4
from realtime.sfu.recording.index import Index, PieceEntry, State
from realtime.sfu.recording.piece import Piece
from realtime.sfu.recording.samples import Config, Sample
from realtime.sfu.recording.webm import WebM

log = logging.getLogger(__name__)

SPARE, SPARE_BYTES = ".spare", 64 << 10
"""A file that makes room for the last words when the disk is full: playlists' ends, the index."""
INDEX_EVERY_S = 2.0
MOST_PIECES = 2_000
"""Far beyond a class; a publisher that comes and goes all the time is not kept any more."""


class Busy(Exception):
    """Another process writes this run."""


class Run:
    """Writes while ``state`` is ``recording``.

    Args:
        root: of all recordings; reserve: bytes of the disk that stay free;
        now: unix seconds.

    Raises:
        Busy, OSError.
    """

    def __init__(self, root: Path, room: str, run: int, reserve: int, now: float) -> None:
        self.room = room
        self.run = run
        self.folder = root / room / str(run)
        self.failed: Callable[[], None] | None = None
        """Called when the disk takes no more; by then all is closed."""
        self._reserve = reserve
        self._open: dict[str, tuple[Piece, PieceEntry]] = {}
        self._saved_at = now
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._lock = locked(self.folder)
        found = index_file.read(self.folder)
        self._index = found or Index(room=room, run=run, began=run / 1000, state="recording")
        self._next = max((piece.number for piece in self._index.pieces), default=0) + 1

    @property
    def state(self) -> State:
        """As in the index."""
        return self._index.state

    def begin(self, now: float) -> None:
        """Record from now on.

        Raises:
            OSError: the disk is full or not to be written.
        """
        if shutil.disk_usage(self.folder).free < self._reserve:
            raise OSError(errno.ENOSPC, "less than the reserve is free")
        self._index.state, self._index.ended = "recording", None
        self._spare()
        self.save(now)

    def _spare(self) -> None:
        """Keep some room for how it ends, should the disk be filled by others."""
        handle = os.open(self.folder / SPARE, os.O_WRONLY | os.O_CREAT, 0o640)
        try:
            os.posix_fallocate(handle, 0, SPARE_BYTES)
        finally:
            os.close(handle)

    def piece(self, stream: str, kind: str, first: Sample) -> Piece:
        """Begin the next piece.

        Raises:
            OSError.
        """
        if len(self._index.pieces) >= MOST_PIECES:
            raise OSError(errno.EMFILE, "too many pieces")
        name = f"{self._next}-{stream}-{kind}"
        self._next += 1
        made = Piece(self.folder, name, _container(first.config), first)
        entry = PieceEntry(
            file=made.file,
            playlist=made.playlist,
            stream=stream,
            kind="video" if first.config.is_video else "audio",
            codec=first.config.codec,
            mime=made.mime,
            start=round(made.start - self._index.began, 6),
            duration=0.0,
            closed=False,
        )
        self._open[made.file] = made, entry
        self._index.pieces.append(entry)
        self.save(made.start)
        return made

    def ended(self, piece: Piece) -> None:
        """Close a piece.

        Raises:
            OSError.
        """
        try:
            piece.close()
        finally:
            self._note()
            self._open.pop(piece.file, None)
        self.save(piece.end / piece.config.rate)

    def tick(self, now: float) -> None:
        """Every now and then: the index, and a look at the space that is left."""
        if self.state == "recording" and now - self._saved_at >= INDEX_EVERY_S:
            self.attempt(lambda: self._look(now))

    def _look(self, now: float) -> None:
        self.save(now)
        if shutil.disk_usage(self.folder).free < self._reserve:
            raise OSError(errno.ENOSPC, "less than the reserve is free")

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something that writes; when the disk takes no more, close all and say so."""
        try:
            act()
        except OSError as failure:
            why = failure.strerror
            say(log, logging.ERROR, "recording.failed", room=self.room, run=self.run, reason=why)
            self.stop("disk_full", self._saved_at)
            if self.failed is not None:
                self.failed()

    def stop(self, state: State, now: float) -> None:
        """Close all pieces and write how it came to an end. What cannot be written is left."""
        with contextlib.suppress(OSError):
            (self.folder / SPARE).unlink(missing_ok=True)
        for piece, _ in list(self._open.values()):
            with contextlib.suppress(OSError):
                piece.close()
        self._note()
        self._open.clear()
        ends = [piece.start + piece.duration for piece in self._index.pieces]
        self._index.state = state
        self._index.ended = max([self._index.began, *(self._index.began + end for end in ends)])
        with contextlib.suppress(OSError):
            self.save(now)

    def mend(self, mended: Callable[[Path, PieceEntry], None]) -> None:
        """Complete the pieces that a dead process left open, as far as it can be done."""
        for entry in self._index.pieces:
            if not entry.closed:
                try:
                    mended(self.folder, entry)
                except (OSError, ValueError, struct.error) as failure:
                    say(log, logging.ERROR, "recording.unmended", file=entry.file, reason=failure)
                    entry.closed = True
        with contextlib.suppress(OSError):
            self.save(self._saved_at)

    def release(self) -> None:
        """Let another process write it."""
        os.close(self._lock)

    def save(self, now: float) -> None:
        """Write the index.

        Raises:
            OSError.
        """
        self._note()
        self._saved_at = now
        self._index.write(self.folder)

    def _note(self) -> None:
        """Bring the entries of open pieces up to date."""
        for piece, entry in self._open.values():
            entry.duration = round(piece.duration, 6)
            entry.closed = piece.closed
            if piece.config.is_video:
                entry.width, entry.height = piece.width, piece.height


def _container(config: Config) -> Mp4 | WebM:
    return WebM() if config.codec == "vp8" else Mp4(config)


def locked(folder: Path) -> int:
    """A handle that keeps other processes from writing here; they fall with the process.

    Raises:
        Busy: one does already; OSError.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        os.close(handle)
        raise Busy from taken
    return handle
