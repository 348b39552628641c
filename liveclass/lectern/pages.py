"""Looks into a PDF of a stranger, in a process of its own with little memory and little time.

``python -m liveclass.lectern.pages <source> <target>`` writes what is served and prints
``{"ends": [4711, …]}``, where the document ends with each page, or ``{"error": code}``.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from courses.uploads.weight import TooHeavy
from liveclass.lectern.book import Book
from liveclass.slides.limits import MAX_PAGES

MEMORY = 1536 * 1024**2
SECONDS = 60
SERVED = 256 * 1024**2
"""Bytes of the file that is written."""


class Unusable(Exception):
    """No slides can be made of it; ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make(source: Path, target: Path) -> list[int]:
    """Write what is served to ``target``; answers where the document ends with each page.

    Raises:
        Unusable: ``no_pdf``, ``encrypted``, ``broken``, ``too_long`` or ``too_heavy``.
    """
    try:
        return _written(source, target)
    except (LimitReachedError, TooHeavy, MemoryError) as wrong:
        raise Unusable("too_heavy") from wrong
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError) as wrong:
        raise Unusable("broken") from wrong
    except (RuntimeError, AssertionError) as wrong:
        raise Unusable("broken") from wrong


def _written(source: Path, target: Path) -> list[int]:
    with source.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise Unusable("no_pdf")
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise Unusable("encrypted")
        pages = len(reader.pages)
        if not 0 < pages <= MAX_PAGES:
            raise Unusable("too_long" if pages else "broken")
        with target.open("wb") as made:
            book = Book(reader, made)
            return [book.add(page) for page in reader.pages]


def main(source: str, target: str) -> None:
    """What the command does."""
    logging.disable()  # what is wrong with a file is told by its code
    try:
        found: dict[str, object] = {"ends": make(Path(source), Path(target))}
    except Unusable as wrong:
        found = {"error": wrong.code}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
