"""After a process was killed: what it had begun is made complete, as far as it was written."""

from __future__ import annotations

import mmap
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from realtime.sfu.recording import index as index_file
from realtime.sfu.recording import mp4, playlist, webm
from realtime.sfu.recording.index import PieceEntry
from realtime.sfu.recording.run import Busy, Run
from realtime.sfu.recording.webm import WebM

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
    """Cut off what is half written, complete the file, list what is not listed, close the playlist.

    Raises:
        OSError, ValueError: the files are not as they were.
    """
    file = folder / entry.file
    chunks = list((_fragments if file.suffix == ".mp4" else _clusters)(file))
    if not chunks:
        raise ValueError("nothing is in it")
    os.truncate(file, chunks[-1].stop)
    rate = RATES[entry.kind]
    entry.duration = round(chunks[-1].end / rate, 6)
    _list(folder, entry, chunks)
    _complete(file, chunks)
    entry.closed = True


def _list(folder: Path, entry: PieceEntry, chunks: list[Chunk]) -> None:
    """Name in the playlist what was written after the last segment, and close it."""
    text = (folder / entry.playlist).read_text(encoding="ascii", errors="replace")
    text = text[: text.rfind("\n") + 1]
    while (listed := _listed(text)) > chunks[-1].stop and "#EXTINF" in text:
        text = text[: text.rindex("#EXTINF")]
    more = [chunk for chunk in chunks if chunk.at >= listed]
    if more:
        seconds = (more[-1].end - more[0].begin) / RATES[entry.kind]
        text += playlist.segment(seconds, entry.file, more[0].at, more[-1].stop - more[0].at)
    if not text.endswith(playlist.END):
        text += playlist.END
    temporary = folder / ".playlist.tmp"
    temporary.write_text(text, encoding="ascii")
    os.replace(temporary, folder / entry.playlist)


def _listed(text: str) -> int:
    """Where what a playlist names ends in the file."""
    return max((int(size) + int(at) for size, at in RANGE.findall(text)), default=0)


def _complete(file: Path, chunks: list[Chunk]) -> None:
    """What a writer does when it closes a file."""
    size, end = chunks[-1].stop, chunks[-1].end
    with file.open("r+b") as target:
        head = target.read(chunks[0].at)
        if file.suffix == ".mp4":
            target.seek(mp4.duration_at(head))
            target.write(struct.pack("!Q", end))
            return
        writer = WebM()
        writer.resume(head)
        for at, _, cluster in _mapped(file):
            writer.seen(at, cluster)
        more, patches = writer.tail(end, size)
        for at, data in (*patches, (size, more)):
            target.seek(at)
            target.write(data)


def _mapped(file: Path) -> list[tuple[int, int, webm.Cluster]]:
    """The clusters of a file that may be larger than our memory."""
    with file.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return list(webm.clusters(data))


def _clusters(file: Path) -> Iterator[Chunk]:
    """Each complete cluster; the last picture stands as long as the one before it."""
    found = _mapped(file)
    for index, (at, stop, cluster) in enumerate(found):
        end = found[index + 1][2].begin if index + 1 < len(found) else cluster.last + 40
        yield Chunk(at, stop, cluster.begin * 90, end * 90)


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
