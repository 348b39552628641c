"""Looks into a PDF of a stranger, in a process of its own with little memory and little time.

``python -m courses.uploads.documents <source>`` prints ``{"pages": 12}`` or ``{"error": code}``.
What is served is the file as it came: a document to read keeps its links and its search.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from courses.uploads import bounded, weight

MOST_PAGES = 2000
MOST_OBJECTS = 1_000_000
MEMORY = 1536 * 1024**2
"""Bytes."""
SECONDS = 120
"""Of the processor; a handbook of 2,000 pages takes a few."""


class Unreadable(Exception):
    """It cannot be shown; ``code`` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def pages_of(source: Path, folder: Path) -> int:
    """How many pages ``source`` has, found out in a process of its own that works in ``folder``.

    Raises:
        Unreadable: ``no_pdf``, ``encrypted``, ``broken``, ``too_long`` or ``too_heavy``.
    """
    bounds = [str(one) for one in (MEMORY, SECONDS, 0)]
    work = [sys.executable, "-m", __name__, str(source)]
    command = [sys.executable, "-m", bounded.__name__, *bounds, *work]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command, cwd=folder, capture_output=True, timeout=2 * SECONDS, check=False
        )
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Unreadable("too_heavy") from None
    if "error" in said:
        raise Unreadable(said["error"])
    return int(said["pages"])


def count(source: Path) -> int:
    """How many pages ``source`` has, once each was found to be one that a browser can draw.

    Raises:
        Unreadable: as ``pages_of``.
    """
    try:
        return _count(source)
    except (LimitReachedError, weight.TooHeavy, MemoryError) as wrong:
        raise Unreadable("too_heavy") from wrong
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError) as wrong:
        raise Unreadable("broken") from wrong
    except (RuntimeError, AssertionError) as wrong:
        raise Unreadable("broken") from wrong


def _count(source: Path) -> int:
    with source.open("rb") as file:
        if file.read(5) != b"%PDF-":
            raise Unreadable("no_pdf")
        reader = PdfReader(file)
        if reader.is_encrypted:
            raise Unreadable("encrypted")
        pages = len(reader.pages)
        if not 0 < pages <= MOST_PAGES:
            raise Unreadable("too_long" if pages else "broken")
        known: set[int] = set()
        for page in reader.pages:
            weight.check_content(page)
            for _ in weight.leads_to(page, known, most=MOST_OBJECTS):
                pass
    return pages


def main(source: str) -> None:
    """What the command does."""
    logging.disable()  # what is wrong with a file is told by its code
    try:
        found: dict[str, object] = {"pages": count(Path(source))}
    except Unreadable as wrong:
        found = {"error": wrong.code}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
