"""Every variable the settings read is documented, and kept away from the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import liveclass.settings  # noqa: F401  (reading it fills the registry)
from liveclass import env
from tests import environment
from tests.architecture import tree

MEDIA_SETTINGS = tree.ROOT / "realtime" / "sfu" / "settings.py"
VARIABLE = re.compile(r"[\"']((?:MEDIA|LIVECLASS)_[A-Z_]+)[\"']")


def _manual() -> str:
    return (tree.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_registry_is_filled() -> None:
    assert {"HOST", "PORT", "DATA_DIR", "DATABASE_URL", "SECRET_KEY"} <= set(env.DECLARED)


def test_docs_name_every_setting() -> None:
    assert [name for name in env.DECLARED if f"`{name}`" not in _manual()] == []


def test_docs_name_every_setting_of_the_media_process() -> None:
    read = set(VARIABLE.findall(MEDIA_SETTINGS.read_text(encoding="utf-8")))
    assert read
    assert [name for name in sorted(read) if f"`{name}`" not in _manual()] == []


def test_docs_name_nothing_that_does_not_exist() -> None:
    known = set(env.DECLARED) | set(VARIABLE.findall(MEDIA_SETTINGS.read_text(encoding="utf-8")))
    rows = re.findall(r"^\| `([A-Z][A-Z_]+)`", _manual(), re.MULTILINE)
    assert rows, "docs/settings.md has no table of settings"
    assert [name for name in rows if name not in known] == []


def test_a_developer_s_own_configuration_stays_out_of_tests() -> None:
    assert set(env.DECLARED) <= set(environment.READ_BY_SETTINGS)


@pytest.mark.parametrize("storey", tree.STOREYS_WITH_TABLES)
def test_the_environment_is_read_in_one_place(storey: str) -> None:
    """Only ``liveclass.env`` reads it; programs that start others may pass it on whole."""
    reading = re.compile(r"os\.(?:environ\.get|environ\[|getenv)")
    allowed = {Path("liveclass/env.py")}
    assert [
        tree.name(path)
        for path in tree.sources(storey)
        if path.relative_to(tree.ROOT) not in allowed
        and reading.search(path.read_text(encoding="utf-8"))
    ] == []
