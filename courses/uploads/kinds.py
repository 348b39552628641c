"""Which files a lesson takes, by the end of their names. Knows no database."""

from __future__ import annotations

ENDINGS = {
    "video": frozenset({"mp4", "m4v", "mov", "webm", "mkv", "avi", "wmv", "flv", "mpg", "mpeg"}),
    "audio": frozenset({"mp3", "m4a", "aac", "wav", "ogg", "opus", "flac", "wma"}),
    "document": frozenset({"pdf"}),
}
"""What is inside is looked at later; this only spares a long upload that cannot be right."""


def takes(kind: str, name: str) -> bool:
    """Whether a lesson of ``kind`` takes a file called ``name``."""
    return name.rpartition(".")[2].lower() in ENDINGS.get(kind, ())


def accepted(kind: str) -> str:
    """For ``<input accept>``."""
    return ",".join(f".{one}" for one in sorted(ENDINGS.get(kind, ())))
