"""Only ``realtime/sfu/seam.py`` leans on unpublished names of aiortc and pylibsrtp."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import aiortc.rtcdtlstransport
import pylibsrtp

from tests.architecture import tree

LIBRARIES = ("aiortc", "pylibsrtp", "aioice", "av")
NAMED_TUPLE = {"_replace", "_asdict", "_fields"}
"""Published, in spite of their look."""
SEAM = tree.ROOT / "realtime" / "sfu" / "seam.py"


def _private(word: str) -> bool:
    return word.startswith("_") and not word.endswith("__")


def _foreign_private_names(path: Path) -> Iterator[str]:
    """Private names that ``path`` imports from, or reads on, anything but itself."""
    for imported in tree.imports(path):
        if tree.is_in(imported, *LIBRARIES) and any(map(_private, imported.split("."))):
            yield imported
    own = {"self", "cls"}
    for node in ast.walk(tree.parse(path)):
        if isinstance(node, ast.Attribute) and _private(node.attr) and node.attr not in NAMED_TUPLE:
            holder = node.value
            if not (isinstance(holder, ast.Name) and holder.id in own):
                yield ast.unparse(node)


def test_only_the_seam_touches_private_names() -> None:
    assert SEAM.is_file()
    assert {
        f"{tree.name(path)}: {found}"
        for path in tree.sources("realtime/sfu")
        if path != SEAM
        for found in _foreign_private_names(path)
    } == set()


def test_the_pinned_versions_have_every_private_name() -> None:
    """A new version that renames one must fail here, not in a lecture."""
    used = {found.split(".")[-1] for found in _foreign_private_names(SEAM)}
    known = set(vars(pylibsrtp)) | {"_binding"}
    for module in (aiortc.rtcdtlstransport, pylibsrtp):
        known |= set(re.findall(r"\b_[a-z]\w*", Path(str(module.__file__)).read_text("utf-8")))
    known |= _defined_in_seam()
    assert used, "the seam touches nothing private: then it is not needed"
    assert used - known == set()


def _defined_in_seam() -> set[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree.parse(SEAM)) if isinstance(node, functions)}


def test_nothing_above_the_media_process_uses_its_libraries() -> None:
    others = [path for path in tree.sources(*tree.STOREYS) if "sfu" not in path.parts]
    assert [
        tree.name(path)
        for path in others
        for imported in tree.imports(path)
        if tree.is_in(imported, "aiortc", "pylibsrtp", "aioice")
    ] == []
