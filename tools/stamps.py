"""Stamps: small files that say for which inputs a slow step was done last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from tools.console import ROOT

SKIPPED = {"node_modules", "__pycache__", "build", "dist"}
"""Folders that are made, not written; they never count as inputs."""


def files_below(*places: Path) -> list[Path]:
    """Every file in ``places`` (files or folders), sorted, without made and hidden folders."""
    found: set[Path] = set()
    for place in places:
        if place.is_file():
            found.add(place)
        elif place.is_dir():
            found.update(
                path for path in place.rglob("*") if path.is_file() and _counts(path, place)
            )
    return sorted(found)


def digest(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 over names and contents of ``paths`` and over ``words``."""
    sum_ = hashlib.sha256()
    for word in words:
        sum_.update(word.encode() + b"\0")
    for path in paths:
        sum_.update(str(path.relative_to(ROOT)).encode() + b"\0")
        sum_.update(hashlib.sha256(path.read_bytes()).digest())
    return sum_.hexdigest()


def is_fresh(stamp: Path, value: str) -> bool:
    """Whether ``stamp`` was written for ``value``."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def write(stamp: Path, value: str) -> None:
    """Remember that the step was done for ``value``."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="utf-8")


def _counts(path: Path, place: Path) -> bool:
    parts = path.relative_to(place).parts
    return not any(part in SKIPPED or part.startswith(".") for part in parts[:-1])
