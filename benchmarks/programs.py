"""The two C programs, compiled once into the cache folder when there is a compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "native"
CACHE = HERE.parent / ".cache" / "bench"
FLAGS = ("-O2", "-std=gnu11", "-Wall", "-Wextra")
PARTS = {
    "floor": ("floor.c",),
    "wsload": ("wsload.c", "member.c", "posts.c", "events.c", "figures.c"),
}


class Missing(SystemExit):
    """Something this benchmark cannot do without; the text is one sentence that names the fix."""


def compiler() -> str:
    """The C compiler: ``$CC`` or ``cc``."""
    wanted = os.environ.get("CC", "cc")
    found = shutil.which(wanted)
    if found is None:
        raise Missing(
            f"The load client is written in C and there is no compiler ({wanted}): "
            "install one (Debian: apt-get install gcc libc6-dev) or name one in CC."
        )
    return found


def program(name: str) -> Path:
    """The compiled program ``name``, made anew when a source is newer."""
    made = CACHE / name
    newest = max(path.stat().st_mtime for path in SOURCES.iterdir())
    if made.is_file() and made.stat().st_mtime >= newest:
        return made
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = made.with_suffix(f".{os.getpid()}")
    sources = [str(SOURCES / part) for part in PARTS[name]]
    done = subprocess.run(
        [compiler(), *FLAGS, "-o", str(fresh), *sources],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Missing(f"{name} does not compile here:\n{done.stderr[-2000:]}")
    fresh.replace(made)
    return made
