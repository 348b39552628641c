"""After a process was killed: what it had begun is made complete, as far as it was written."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from realtime.sfu.recording import index as index_file
from realtime.sfu.recording import playlist
from realtime.sfu.recording.index import PieceEntry
from realtime.sfu.recording.run import Busy, Run

RANGE = re.compile(r"#EXT(?:-X-BYTERANGE:|-X-MAP:.*BYTERANGE=\")(\d+)@(\d+)")
RATES = {"audio": 48_000, "video": 90_000}


class Chunk(NamedTuple):
    """A complete fragment of a file: bytes from ``at`` to ``stop``, ticks from begin to end."""

    at: int
    stop: int
    begin: int
    end: int


def left(root: Path, reserve: int) -> list[Run]:
    """Runs that say they are being recorded and that no process writes, mended."""
    found = []
    for path in sorted(root.glob(f"*/*/{index_file.NAME}")) if root.is_dir() else ():
        told = index_file.read(path.parent)
        if told is None or told.state != "recording" or path.parent.name != str(told.run):
            continue
        try:
            run = Run(root, told.room, told.run, reserve, path.stat().st_mtime)
        except (Busy, OSError):
            continue
        run.mend(mended)
        found.append(run)
    return found


def mended(folder: Path, entry: PieceEntry) -> None:
    """Cut off what is half written, list what is not listed, close the playlist.

    Raises:
        OSError: the files are not as they were.
    """
    file = folder / entry.file
    chunks = list(_fragments(file) if file.suffix == ".mp4" else ())
    if file.suffix == ".mp4":
        stop = chunks[-1].stop if chunks else 0
        os.truncate(file, max(stop, _head_end(file)))
    text = (folder / entry.playlist).read_text(encoding="ascii", errors="replace")
    text = text[: text.rfind("\n") + 1]
    listed = max((int(size) + int(at) for size, at in RANGE.findall(text)), default=0)
    more = [chunk for chunk in chunks if chunk.at >= listed]
    rate = RATES[entry.kind]
    if more:
        seconds = (more[-1].end - more[0].begin) / rate
        size = more[-1].stop - more[0].at
        text += playlist.segment(seconds, entry.file, more[0].at, size)
    if chunks:
        entry.duration = round(chunks[-1].end / rate, 6)
    if not text.endswith(playlist.END):
        text += playlist.END
    temporary = folder / ".playlist.tmp"
    temporary.write_text(text, encoding="ascii")
    os.replace(temporary, folder / entry.playlist)
    entry.closed = True


def _boxes(file: Path) -> Iterator[tuple[bytes, int, int]]:
    """Type, begin and end of the file's complete boxes."""
    size, at = file.stat().st_size, 0
    with file.open("rb") as source:
        while at + 8 <= size:
            source.seek(at)
            length, kind = struct.unpack("!I4s", source.read(8))
            if length < 8 or at + length > size:
                return
            yield kind, at, at + length
            at += length


def _head_end(file: Path) -> int:
    """Where the file's first head ends."""
    return next((stop for kind, _, stop in _boxes(file) if kind == b"moov"), 0)


def _fragments(file: Path) -> Iterator[Chunk]:
    """Each ``moof`` with its ``mdat``."""
    moof: tuple[int, int] | None = None
    with file.open("rb") as source:
        for kind, at, stop in _boxes(file):
            if kind == b"moof":
                moof = at, stop
            elif kind == b"mdat" and moof is not None:
                source.seek(moof[0])
                begin, length = _times(source.read(moof[1] - moof[0]))
                yield Chunk(moof[0], stop, begin, begin + length)
                moof = None


def _times(moof: bytes) -> tuple[int, int]:
    """Decode time and length of a fragment as ``mp4.fragment`` writes it."""
    begin = struct.unpack_from("!Q", moof, moof.index(b"tfdt") + 8)[0]
    at = moof.index(b"trun")
    count = struct.unpack_from("!I", moof, at + 8)[0]
    return begin, sum(struct.unpack_from("!I", moof, at + 16 + 12 * i)[0] for i in range(count))
