"""Where bytes lie. Below ``DATA_DIR``: ``arriving/<upload>`` and ``materials/<folder>/…``."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

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


def materials(folder: object) -> Path:
    """The folder of one material."""
    root: Path = settings.DATA_DIR / "materials"
    return root / str(folder)


def has_room(size: int) -> bool:
    """Whether ``size`` more bytes leave the disk its reserve."""
    return shutil.disk_usage(settings.DATA_DIR).free - size >= RESERVE


@contextmanager
def opened(path: Path, offset: int) -> Iterator[BinaryIO]:
    """``path`` for writing at ``offset``, by one at a time; after an error it ends at ``offset``.

    Raises:
        Busy: somebody else writes it; DiskFull: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(number, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        file.seek(offset)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
        except OSError as wrong:
            _cut(file, offset)
            if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise DiskFull from wrong
            raise


def _cut(file: BinaryIO, offset: int) -> None:
    """Forget what was written behind ``offset``; the buffer's rest must not come after it."""
    raw = file.fileno()
    os.ftruncate(raw, offset)
    os.lseek(raw, offset, os.SEEK_SET)
