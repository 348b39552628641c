"""Loaded by pytest before Django reads its settings (``-p tests.environment`` in pyproject.toml).

Tests see nothing of the developer's own configuration: every name the settings read is removed or
set here, and DATA_DIR is a temporary folder. ``LIVECLASS_TEST_DB=postgres`` starts a private
PostgreSQL and aims DATABASE_URL at it; workers of pytest-xdist inherit both.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import services

READ_BY_SETTINGS = (
    "LIVECLASS_ENV", "DEBUG", "HOST", "PORT", "DATA_DIR", "DATABASE_URL", "DATABASE_POOL",
    "SQLITE_SYNCHRONOUS", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "HTTPS", "TRUSTED_PROXIES",
    "LANGUAGE_DEFAULT", "TIME_ZONE", "METRICS_TOKEN", "EMAIL_URL", "MAIL_FROM", "STATIC_ROOT",
    "LOG_LEVEL", "LOG_FORMAT", "MEDIA_HTTP_HOST", "MEDIA_HTTP_PORT", "MEDIA_URL_INTERNAL",
    "MEDIA_UDP_PORT", "MEDIA_ANNOUNCED_ADDRESS", "MEDIA_SECRET", "MEDIA_HOOK_URL",
    "TURN_URLS", "TURN_SECRET", "MEDIA_WORKERS", "MEDIA_ENGINE", "MEDIA_WHIP_URL",
    "MEDIA_WHEP_URL", "MEDIA_STATUS_URL", "MEDIA_ENGINE_AUTH", "MEDIA_ENGINE_SECRET",
    "MEDIA_RECORDINGS",
    "WHISPER_SECRETS", "WHISPER_DAYS", "WHISPER_ANONYMITY", "WHISPER_GUARDIANS",
    "LIVECLASS_MEDIA_PROFILE", "LIVECLASS_DEMO_PASSWORD",
)  # fmt: skip
"""A test compares this with what ``liveclass.env`` really read."""
PREPARED = "LIVECLASS_TEST_PREPARED"
"""Set by the first process of a run: its workers find everything in place."""


def _prepare() -> None:
    for name in READ_BY_SETTINGS:
        os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix="liveclass-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATA_DIR"] = folder
    os.environ["SECRET_KEY"] = "tests-only-" + "0123456789abcdef" * 4
    os.environ[PREPARED] = folder
    wanted = os.environ.get("LIVECLASS_TEST_DB", "sqlite")
    if wanted == "postgres":
        server, url = services.start_postgres()
        atexit.register(server.stop)
        os.environ["DATABASE_URL"] = url
    elif wanted != "sqlite":
        raise SystemExit(f"LIVECLASS_TEST_DB is sqlite or postgres, not {wanted!r}.")


def _divide() -> None:
    """Files of its own, a queue of jobs among them, for a worker of pytest-xdist."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        folder = Path(os.environ[PREPARED]) / worker
        folder.mkdir(exist_ok=True)
        os.environ["DATA_DIR"] = str(folder)


if PREPARED not in os.environ:
    _prepare()
_divide()
