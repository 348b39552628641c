"""Where bytes lie. Below ``DATA_DIR``: ``arriving/<upload>`` and ``materials/<folder>/…``."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

RESERVE = 512 * 1024**2
"""Bytes of the disk that no upload may take: rooms and records go on."""


class DiskFull(OSError):
    """There is no room for these bytes; what was here before is as it was."""


class Busy(OSError):
    """Another request is writing the same file."""


def arriving(upload: object) -> Path:
    """The file of which some bytes are here."""
    folder: Path = settings.DATA_DIR / "arriving"
    return folder / str(upload)


def has_room(size: int) -> bool:
    """Whether ``size`` more bytes leave the disk its reserve."""
    return shutil.disk_usage(settings.DATA_DIR).free - size >= RESERVE


class Arriving:
    """The file of an upload, open for one writer. Nothing is buffered: what fails, fails here."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._from: int | None = None

    def start(self, offset: int) -> None:
        """Write from ``offset`` on; what lies behind it never counted."""
        self._from = offset
        self._file.truncate(offset)
        self._file.seek(offset)

    def write(self, data: bytes) -> None:
        """All of ``data``."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def keep(self) -> None:
        """What was written is on disk when this returns."""
        os.fsync(self._file.fileno())

    def forget(self) -> None:
        """What was written since ``start`` is gone."""
        if self._from is not None:
            self._file.truncate(self._from)


@contextmanager
def opened(path: Path) -> Iterator[Arriving]:
    """``path`` for writing, by one at a time; after an error it is as it was.

    Raises:
        Busy: somebody else writes it; DiskFull: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as wrong:
        raise _told(wrong) from wrong
    with io.FileIO(number, "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        arriving = Arriving(file)
        try:
            yield arriving
        except OSError as wrong:
            arriving.forget()
            raise _told(wrong) from wrong
        except BaseException:
            arriving.forget()
            raise


def _told(wrong: OSError) -> OSError:
    """The same error, by its name when the disk is full."""
    return DiskFull() if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else wrong


def remove_strangers(known: set[str], before: float) -> int:
    """Remove files of no upload that nobody has written since ``before`` (seconds of the epoch)."""
    count = 0
    for path in arriving("x").parent.glob("*"):
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            count += 1
    return count
