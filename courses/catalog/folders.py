"""Where what is served of a lesson lies: ``DATA_DIR/materials/<folder>``."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

POSTER = "poster.jpg"
"""One picture of a video, to be seen before it is played."""


def folder_of(folder: object) -> Path:
    """The folder of one material."""
    root: Path = settings.DATA_DIR / "materials"
    return root / str(folder)


def has_poster(folder: object) -> bool:
    """Whether there is a picture of the material in ``folder``."""
    return (folder_of(folder) / POSTER).is_file()
