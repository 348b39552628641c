"""The source tree as data: files of a storey and what each of them imports and calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOREYS = ("liveclass", "courses", "members", "realtime")
STOREYS_WITH_TABLES = STOREYS[:3]
MADE = {".venv", ".boot", ".cache", "node_modules", "build", "dist", "__pycache__", "data", ".git"}
"""Folders that no test of the sources looks into."""


def files(*places: str, suffix: str = ".py") -> list[Path]:
    """Files with ``suffix`` below ``places``, without anything made; at least one must exist."""
    found = [
        path
        for place in places
        for path in (ROOT / place).rglob(f"*{suffix}")
        if not MADE & set(path.relative_to(ROOT).parts)
    ]
    assert found, f"no {suffix} file below {', '.join(places)}: did the layout change?"
    return sorted(found)


def sources(*places: str) -> list[Path]:
    """Python files below ``places`` without migrations, which Django writes."""
    return [path for path in files(*places) if "migrations" not in path.parts]


def name(path: Path) -> str:
    """A file as messages name it: relative to the repository."""
    return str(path.relative_to(ROOT))


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def imports(path: Path) -> Iterator[str]:
    """Dotted names that ``path`` imports; ``from a import b`` yields ``a.b``."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_in(imported: str, *packages: str) -> bool:
    """Whether a dotted name is one of ``packages`` or lies inside one."""
    return any(imported == package or imported.startswith(f"{package}.") for package in packages)


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call in ``path``."""
    return (node for node in ast.walk(parse(path)) if isinstance(node, ast.Call))
