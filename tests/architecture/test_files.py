"""Files one can read: short, named for one noun, free of hosts and of half-done work."""

from __future__ import annotations

import ast
import re
import statistics

import pytest

from tests.architecture import tree

LONGEST_FILE = 400
CODE = (*tree.STOREYS, "tools", "tests", "benchmarks")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
ADDRESS = re.compile(r"\w+://|--(extra-)?index-url|--find-links|--trusted-host")


def test_no_python_file_is_longer_than_400_lines() -> None:
    places = [place for place in CODE if (tree.ROOT / place).is_dir()]
    lengths = {
        tree.name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in tree.sources(*places)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_front_end_file_is_longer_than_400_lines() -> None:
    written = [
        *tree.files("assets/src", suffix=".ts"),
        *tree.files("liveclass/static/css", suffix=".css"),
    ]
    assert {
        tree.name(path): lines
        for path in written
        if not path.name.endswith(".gen.ts")
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    } == {}


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in tree.sources(*tree.STOREYS)
        for node in ast.walk(tree.parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert statistics.median(lengths) <= 12
    assert max(lengths) <= 80


def test_nothing_is_left_half_done() -> None:
    assert [
        f"{tree.name(path)}: {found.group()}"
        for path in tree.sources(*tree.STOREYS, "tools")
        if (found := UNFINISHED.search(path.read_text(encoding="utf-8")))
    ] == []


@pytest.mark.parametrize(
    "lock", ["requirements.txt", "requirements-dev.txt", "assets/package-lock.json"]
)
def test_locks_pin_hashes_and_name_no_host(lock: str) -> None:
    text = (tree.ROOT / lock).read_text(encoding="utf-8")
    assert "sha256:" in text or "sha512-" in text
    lines = [line for line in text.splitlines() if '"url":' not in line]
    assert [line for line in lines if ADDRESS.search(line)] == []


def test_every_storey_has_a_sentence_about_itself() -> None:
    silent = [
        tree.name(path)
        for path in tree.sources(*tree.STOREYS, "tools")
        if path.name != "__init__.py" and not ast.get_docstring(tree.parse(path))
    ]
    assert silent == []
