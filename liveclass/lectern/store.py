"""Where the files of slides lie: ``DATA_DIR/slides/<folder>/``."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

SERVED = "slides.pdf"


def folder_of(folder: object) -> Path:
    """The folder of one deck."""
    root: Path = settings.DATA_DIR / "slides"
    return root / str(folder)


def forget(folder: object) -> None:
    """Remove everything of a deck."""
    shutil.rmtree(folder_of(folder), ignore_errors=True)
