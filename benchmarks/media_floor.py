"""The C program beside which forwarding is measured: compiled once, where there is a compiler."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from benchmarks.programs import CACHE, FLAGS, SOURCES, Missing, compiler

SOURCE = SOURCES / "mediafloor.c"


def program() -> Path:
    """The compiled program, made anew when its source is newer.

    Raises:
        Missing: no compiler, or OpenSSL's headers are not there.
    """
    made = CACHE / SOURCE.stem
    if made.is_file() and made.stat().st_mtime >= SOURCE.stat().st_mtime:
        return made
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = made.with_suffix(f".{os.getpid()}")
    command = [compiler(), *FLAGS, "-o", str(fresh), str(SOURCE), "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing("The C floor is left out: it needs OpenSSL (apt-get install libssl-dev).")
    fresh.replace(made)
    return made


def measured(viewers: int, seconds: float) -> float:
    """CPU per packet in µs of copy, AES-256-GCM and segmented send, for as many viewers."""
    command = [str(program()), str(viewers), str(seconds)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=seconds * 3 + 20
    )
    return float(done.stdout)
