"""What a newcomer reads agrees with what is there."""

from __future__ import annotations

import re

import pytest

from tests.architecture import tree

TARGETS = re.compile(r"^([a-z]+):.*##", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def _make_targets() -> set[str]:
    return set(TARGETS.findall((tree.ROOT / "Makefile").read_text(encoding="utf-8")))


def _documents() -> list[str]:
    found = list((tree.ROOT / "docs").rglob("*.md"))
    return sorted(tree.name(path) for path in [tree.ROOT / "README.md", *found])


def test_readme_names_the_two_commands() -> None:
    text = (tree.ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text


@pytest.mark.parametrize("document", _documents())
def test_documented_make_targets_exist(document: str) -> None:
    text = (tree.ROOT / document).read_text(encoding="utf-8")
    assert set(re.findall(r"`make ([a-z]+)", text)) <= _make_targets()


@pytest.mark.parametrize("document", _documents())
def test_links_lead_somewhere(document: str) -> None:
    path = tree.ROOT / document
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_contributing_explains_every_make_target() -> None:
    text = (tree.ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    assert [name for name in sorted(_make_targets()) if f"make {name}" not in text] == []
