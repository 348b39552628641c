"""``index.json``: what one run of a class has on the disk (the replay page reads it)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

NAME = "index.json"
VERSION = 1
State = Literal["recording", "stopped", "ended", "disk_full"]


class PieceEntry(msgspec.Struct, kw_only=True):
    """One file. ``start`` and ``duration`` in seconds on the room's clock since ``began``."""

    file: str
    playlist: str
    stream: str
    kind: Literal["audio", "video"]
    codec: str
    mime: str
    start: float
    duration: float
    closed: bool
    width: int | None = None
    height: int | None = None

    @property
    def number(self) -> int:
        """The file's number in the run."""
        return int(self.file.partition("-")[0])


class Index(msgspec.Struct, kw_only=True):
    """The whole file."""

    version: int = VERSION
    room: str
    run: int
    began: float
    """Unix seconds."""
    ended: float | None = None
    state: State
    pieces: list[PieceEntry] = []

    def write(self, folder: Path) -> None:
        """Replace the file in one step, so that readers never see half of it.

        Raises:
            OSError: as the disk says.
        """
        temporary = folder / ".index.tmp"
        temporary.write_bytes(msgspec.json.encode(self))
        os.replace(temporary, folder / NAME)


def read(folder: Path) -> Index | None:
    """What is there; None when there is nothing that can be read."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Index)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
