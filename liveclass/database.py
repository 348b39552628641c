"""What ``DATABASE_URL`` means: SQLite in a file, or PostgreSQL through a pool of connections."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from liveclass.env import refuse

POSTGRES_SCHEMES = ("postgres", "postgresql")
BUSY_SECONDS = 20
"""How long a writer waits for the other writer of a SQLite file before it gives up."""
AWAY_SECONDS = 3
"""How long a thread waits for a connection to PostgreSQL; then it says that it is busy."""
STATEMENTS = 32
"""Compiled statements that one SQLite connection keeps. A statement with a row of placeholders for
each of two hundred votes is as large as a picture, and there is one for every number of votes."""
RECONNECT_SECONDS = 5
"""After so long a pool stops trying, and begins anew, without a pause, when somebody asks."""

PRAGMAS = (
    "PRAGMA journal_mode=WAL",  # readers never wait for the writer
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=134217728",  # 128 MiB
    # 512 KiB a connection: reads go through the mapping, and every thread has a cache of its own
    "PRAGMA cache_size=-512",
)


def database(url: str, *, synchronous: str, pool: int) -> dict[str, Any]:
    """Django's ``DATABASES["default"]`` for ``url``.

    ``synchronous``: SQLite's pragma; NORMAL keeps every commit when a process dies, FULL also when
    the power goes. ``pool``: most PostgreSQL connections per process; 0 opens one per thread.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts, synchronous)
    return _postgres(parts, pool)


def _sqlite(parts: SplitResult, synchronous: str) -> dict[str, Any]:
    # sqlite:////var/lib/x.sqlite3 is absolute: the first slash only ends the (empty) host
    path = unquote(parts.path)
    if parts.netloc or not path.startswith("//"):
        refuse("DATABASE_URL", parts.geturl(), "for SQLite is sqlite:////absolute/path")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(path[1:]),
        "OPTIONS": {
            # IMMEDIATE takes the write lock at the start: a transaction that reads first and
            # writes later would otherwise fail at once instead of waiting for its turn.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            "cached_statements": STATEMENTS,
            "init_command": ";".join((*PRAGMAS, f"PRAGMA synchronous={synchronous}")),
        },
    }


def _postgres(parts: SplitResult, pool: int) -> dict[str, Any]:
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        refuse("DATABASE_URL", _without_password(parts), "for PostgreSQL ends in /database-name")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if pool:
        waits = {"timeout": AWAY_SECONDS, "reconnect_timeout": RECONNECT_SECONDS}
        options["pool"] = {"min_size": 1, "max_size": pool, **waits}
    host = dict(parse_qsl(parts.query)).get("host") or unquote(parts.hostname or "")
    options.pop("host", None)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        # After a restart of the server a pool is full of dead connections.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _without_password(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
