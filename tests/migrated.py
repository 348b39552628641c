"""A database that has gone through every migration: made once, then copied.

Migrating takes longer than most files of tests. What it gives depends on nothing but the migrations
and the packages, so the SQLite file is kept in ``.cache/tests`` under their digest; a PostgreSQL
cluster, which lives for one run, keeps a template. Whoever uses a copy still runs ``migrate``, as
an operator does, and finds nothing left to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache" / "tests"
TEMPLATE = "migrated"
"""Name of the template in a PostgreSQL cluster."""


def sqlite(to: Path) -> None:
    """Put a migrated SQLite file at ``to``; RuntimeError with the log if migrating fails."""
    kept = KEPT / f"{_digest()}.sqlite3"
    with _alone():
        if not kept.is_file():
            _make_sqlite(kept)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, to)


def postgres(url: str, name: str) -> None:
    """Make the database ``name`` in the cluster of ``url`` (a DATABASE_URL) from its template."""
    import psycopg
    from psycopg import sql

    with _alone(), psycopg.connect(url, autocommit=True) as connection:
        asked = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(asked, [TEMPLATE]).fetchone() is None:
            half = f"{TEMPLATE}_half"
            drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(half))
            connection.execute(drop)
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
            _migrate({"DATABASE_URL": f"{url.rsplit('/', 1)[0]}/{half}"})
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(half), sql.Identifier(TEMPLATE)))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))


def _make_sqlite(kept: Path) -> None:
    for old in KEPT.glob("*.sqlite3"):
        old.unlink()
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        half = Path(folder) / "half.sqlite3"
        _migrate({"DATABASE_URL": f"sqlite:///{half}", "DATA_DIR": folder})
        half.rename(kept)


def _migrate(extra: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT, env={**os.environ, "DATA_DIR": folder, **extra},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py migrate failed:\n{done.stdout}\n{done.stderr}")


@contextmanager
def _alone() -> Iterator[None]:
    """One process of all that test in this checkout."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest() -> str:
    """What the migrated file depends on."""
    said = hashlib.sha256(sys.version.encode())
    for path in (*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements.txt"):
        said.update(path.name.encode() + path.read_bytes())
    return said.hexdigest()[:16]
