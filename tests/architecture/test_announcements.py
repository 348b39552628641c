"""Journey A: people hear of a change only from the action that stored it, and only after commit."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture import tree

ANNOUNCEMENTS = {"durable", "keyed", "private", "kick"}
"""What tells people of a stored change; ``react`` and joining are the switchboard's own."""


def _announcements(path: Path) -> list[ast.Call]:
    return [
        call
        for call in tree.calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ANNOUNCEMENTS
        and ast.unparse(call.func.value).split(".")[-1].strip("()") in {"hub", "current"}
    ]


def test_only_actions_announce() -> None:
    callers = {
        tree.name(path): len(_announcements(path))
        for path in tree.sources(*tree.STOREYS_WITH_TABLES)
        if _announcements(path)
    }
    assert callers, "nobody announces anything: did the hub's method names change?"
    assert {name for name in callers if not name.endswith("/actions.py")} == set()


def test_announcements_wait_for_the_commit() -> None:
    """Every action that announces also says ``after_commit`` (or Django's ``on_commit``)."""
    assert [
        tree.name(path)
        for path in tree.sources(*tree.STOREYS_WITH_TABLES)
        if _announcements(path)
        and not {"after_commit", "on_commit"} & {_called(call) for call in tree.calls(path)}
    ] == []


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).split(".")[-1]


def test_templates_never_query() -> None:
    managers = (".objects", ".filter", ".all.", "_set.all", ".count ")
    assert [
        f"{tree.name(path)}: {word}"
        for path in tree.files("templates", suffix=".html")
        for word in managers
        if word in path.read_text(encoding="utf-8")
    ] == []
