"""The files of one run as the media process writes them. No Django here.

``index.json`` lists the pieces; it is written anew at every change and replaced in one step, so it
is always whole. Pieces grow while the class runs.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

NAMES = re.compile(
    r"(?:\d{1,6}-(?:camera|screen|speaker-\d{1,6})-(?:audio|video)\.(?:mp4|webm|m3u8))", re.ASCII
)
"""Files that people may read; whatever else lies there is not theirs."""
INDEX = "index.json"
LONGEST_INDEX = 8 << 20
"""Bytes; the media process writes 10 000 pieces at most."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One continuous take of one track. ``start`` and ``duration``: seconds, ``start`` since the
    run began, on the room's clock."""

    file: str
    playlist: str
    stream: str
    kind: str
    codec: str
    mime: str
    start: float
    duration: float
    closed: bool
    width: int | None = None
    height: int | None = None


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of a run. ``began`` and ``ended``: unix seconds."""

    began: float
    ended: float | None = None
    state: str
    pieces: list[Piece] = []


_decoder = msgspec.json.Decoder(Index)


def is_file_of_run(name: str) -> bool:
    """Whether somebody who may watch may read a file called so."""
    return NAMES.fullmatch(name) is not None


def folder_of(root: Path, code: str, run: int) -> Path:
    """Where the files of a run are. ``code`` is a code of ours: letters and digits."""
    return root / code / str(run)


def read_index(folder: Path) -> Index | None:
    """The index; None while there is none, or none that can be read.

    Pieces with a name that nobody may read, or without any length yet, are left out.
    """
    path = folder / INDEX
    try:
        if path.stat().st_size > LONGEST_INDEX:
            return None
        found = _decoder.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None
    pieces = [one for one in found.pieces if _is_shown(one)]
    pieces.sort(key=lambda one: (one.start, one.file))
    return msgspec.structs.replace(found, pieces=pieces)


def _is_shown(piece: Piece) -> bool:
    return is_file_of_run(piece.file) and is_file_of_run(piece.playlist) and piece.duration > 0
