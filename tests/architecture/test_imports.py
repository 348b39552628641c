"""Who may import whom (docs/contributing.md): storeys, features, layers, and the pure parts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture import tree

WEB_ONLY = ("channels", "daphne", "django.http", "django.shortcuts")
"""What reading and writing never needs: it belongs to views and consumers."""


def test_import_contracts_hold() -> None:
    command = [f"{sys.prefix}/bin/lint-imports", "--no-cache"]
    done = subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_the_protocol_imports_msgspec_only() -> None:
    allowed = {"msgspec", *sys.stdlib_module_names}
    strangers = [
        f"{tree.name(path)}: {imported}"
        for path in tree.sources("realtime/protocol")
        for imported in tree.imports(path)
        if imported.split(".")[0] not in allowed and not tree.is_in(imported, "realtime.protocol")
    ]
    assert strangers == []


@pytest.mark.parametrize("place", ["realtime/sfu", "realtime/protocol", "realtime/tickets.py"])
def test_the_media_process_runs_without_django(place: str) -> None:
    path = tree.ROOT / place
    checked = [path] if path.suffix else tree.sources(place)
    forbidden = ("django", "channels", "daphne", *tree.STOREYS_WITH_TABLES)
    assert checked
    assert [
        f"{tree.name(one)}: {imported}"
        for one in checked
        for imported in tree.imports(one)
        if tree.is_in(imported, *forbidden)
    ] == []


def test_actions_and_queries_know_nothing_of_the_web() -> None:
    checked = [
        path
        for path in tree.sources(*tree.STOREYS_WITH_TABLES)
        if path.name in {"actions.py", "queries.py", "models.py"}
    ]
    assert checked
    assert [
        f"{tree.name(path)}: {imported}"
        for path in checked
        for imported in tree.imports(path)
        if tree.is_in(imported, *WEB_ONLY)
    ] == []


def test_nobody_imports_another_file_s_private_names() -> None:
    assert [
        f"{tree.name(path)}: {imported}"
        for path in tree.sources(*tree.STOREYS)
        for imported in tree.imports(path)
        if tree.is_in(imported, *tree.STOREYS)
        and any(part.startswith("_") and part != "__version__" for part in imported.split("."))
    ] == []
