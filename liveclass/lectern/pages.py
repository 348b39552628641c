"""Looks into a PDF of a stranger, in a process of its own with little memory and little time.

``python -m liveclass.lectern.pages <source> <target>`` writes what members are served and prints
``{"pages": 42}``, or ``{"error": code}``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from liveclass.slides.limits import MAX_PAGES

MEMORY = 1536 * 1024**2
SECONDS = 60


class Unusable(Exception):
    """No slides can be made of it; ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def opened(source: Path) -> PdfReader:
    """The document.

    Raises:
        Unusable: ``no_pdf``, ``encrypted``.
    """
    with source.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise Unusable("no_pdf")
    reader = PdfReader(source)
    if reader.is_encrypted:
        raise Unusable("encrypted")
    return reader


def make(source: Path, target: Path) -> int:
    """Write what is served to ``target``; answers how many pages it has.

    Raises:
        Unusable: ``no_pdf``, ``encrypted``, ``broken``, ``too_long`` or ``too_heavy``.
    """
    try:
        reader = opened(source)
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Unusable("broken") from wrong
    except MemoryError:
        raise Unusable("too_heavy") from None
    if not 0 < pages <= MAX_PAGES:
        raise Unusable("too_long" if pages else "broken")
    os.link(source, target)
    return pages


def main(source: str, target: str) -> None:
    """What the command does."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        found: dict[str, object] = {"pages": make(Path(source), Path(target))}
    except Unusable as wrong:
        found = {"error": wrong.code}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
