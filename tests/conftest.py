"""Fixtures for every test, and what LIVECLASS_SKIP and LIVECLASS_TEST_DB leave out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import SimpleTestCase

from tests import migrated, services
from tools import system

SKIPPABLE = ("browser", "kill", "postgres", "redis", "slow", "stack")
OF_A_DATABASE = {"db", "transactional_db", "django_db_setup", "postgres_url"}
"""Fixtures that make or ask one."""
FEW = 100
"""Somebody who names so few tests wants them all."""
ON_POSTGRES = os.environ.get("LIVECLASS_TEST_DB") == "postgres"


def pytest_configure(config: pytest.Config) -> None:
    """Cheap password hashes: argon2 is meant to be slow, and tests sign in all the time."""
    if config.pluginmanager.hasplugin("django"):  # media tests may run without it: -p no:django
        from django.conf import settings

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    unknown = _left_out() - set(SKIPPABLE)
    if unknown:
        raise pytest.UsageError(f"LIVECLASS_SKIP knows {', '.join(SKIPPABLE)}; not {unknown}.")


def pytest_report_header() -> list[str]:
    """Say on which database this run works, and what it leaves out."""
    lines = [f"database: {'PostgreSQL' if ON_POSTGRES else 'SQLite'}"]
    if _left_out():
        lines.append(f"*** LIVECLASS_SKIP leaves out: {', '.join(sorted(_left_out()))} ***")
    return lines


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what was left out on purpose, and PostgreSQL's own tests on SQLite.

    A whole run on PostgreSQL leaves out what no database has a say in: that has run on SQLite.
    """
    out = _left_out() | (set() if ON_POSTGRES else {"postgres"})
    if os.environ.get("LIVECLASS_MATRIX") != "1":
        out.add("matrix")
    kept = [item for item in items if not any(item.get_closest_marker(name) for name in out)]
    if ON_POSTGRES and len(items) > FEW:
        kept = [item for item in kept if _asks_a_database(item)]
    if len(kept) < len(items):
        gone = set(items) - set(kept)
        config.hook.pytest_deselected(items=list(gone))
        items[:] = kept


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Django finds the database of ``django_db_modify_db_settings`` and has nothing to migrate."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """A database of this worker's own, copied from one that is migrated; it goes with the run."""
    from django.conf import settings

    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    configured = settings.DATABASES["default"]
    if ON_POSTGRES:
        name = f"test_{worker}"
        migrated.postgres(os.environ["DATABASE_URL"], name)
    else:
        name = str(Path(os.environ["DATA_DIR"]) / "test.sqlite3")
        migrated.sqlite(Path(name))
    configured.setdefault("TEST", {})["NAME"] = name


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """URL of a Redis that belongs to this test process alone."""
    server, url = services.start_redis()
    yield url
    server.stop()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """DATABASE_URL of a PostgreSQL cluster that belongs to this test process alone."""
    server, url = services.start_postgres()
    yield url
    server.stop()


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium that browser tests drive; missing is an error that names the fix."""
    found = system.chromium()
    if found is None:
        fix = f"apt-get install {' '.join(system.CHROMIUM_PACKAGES)}"
        raise services.ServiceMissing(f"Browser tests need Chromium: run `make test`, or {fix}.")
    return found


def _asks_a_database(item: pytest.Item) -> bool:
    """Whether the test, or what it is given, may touch one."""
    given = set(getattr(item, "fixturenames", ()))
    of_django = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    return of_django or bool(item.get_closest_marker("django_db") or given & OF_A_DATABASE)


def _left_out() -> set[str]:
    return {name for name in os.environ.get("LIVECLASS_SKIP", "").split(",") if name}
