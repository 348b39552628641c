"""Each of the twenty vectors of the rules for hours has a test that is named after it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]
NAME = re.compile(r"^def test_((?:t\d+_)+)", re.MULTILINE)


def test_no_vector_is_without_a_test() -> None:
    named = {
        int(number)
        for path in TESTS.rglob("test_*.py")
        for found in NAME.findall(path.read_text())
        for number in re.findall(r"\d+", found)
    }
    assert named == set(range(1, 21))
