"""Office files become PDF with LibreOffice, where it is installed.

Each run has a profile of its own, a bound in time and memory, and no child that survives it: a
file of a stranger is opened by a large program.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from courses.uploads import bounded

SECONDS = 120
MEMORY = 4 * 1024**3
"""Bytes of address space; LibreOffice asks for far more than it uses."""
OUTPUT = 512 * 1024**2


class NotConverted(Exception):
    """Nothing came of it: broken, protected, too large or too slow."""


def program() -> str | None:
    """LibreOffice, if it is here."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(source: Path, ending: str, target: Path) -> None:
    """Make a PDF of ``source``, a file of the kind ``ending``, and put it at ``target``.

    Raises:
        NotConverted: it cannot be made.
    """
    found = program()
    if found is None:
        raise NotConverted
    with tempfile.TemporaryDirectory(prefix="slides-") as made:
        room = Path(made)
        copy = room / f"slides.{ending}"
        shutil.copyfile(source, copy)
        _run(
            [
                found, "--headless", "--norestore", "--nolockcheck", "--nodefault",
                f"-env:UserInstallation=file://{room}/profile",
                "--convert-to", "pdf", "--outdir", str(room / "out"), str(copy),
            ],
            room,
        )  # fmt: skip
        try:
            shutil.move(room / "out" / "slides.pdf", target)
        except OSError:
            raise NotConverted from None


def _run(command: list[str], home: Path) -> None:
    bounds = [str(one) for one in (MEMORY, SECONDS, OUTPUT)]
    process = subprocess.Popen(  # noqa: S603 - the program is found by name, the file is a copy
        [sys.executable, bounded.__file__, *bounds, *command],
        cwd=home,
        env={"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if process.wait(SECONDS):
            raise NotConverted
    except subprocess.TimeoutExpired:
        raise NotConverted from None
    finally:
        # The launcher starts the real program beside itself: end the whole family.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
