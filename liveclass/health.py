"""Whether every part of the installation is well, as JSON for machines."""

from __future__ import annotations

import logging
import threading

import httpx
from django.conf import settings
from django.db import DatabaseError, connection

from liveclass import worker

MEDIA_SECONDS = 1.0

logger = logging.getLogger(__name__)
_was_well = threading.Event()


def health() -> dict[str, object]:
    """``{"ok": bool, "parts": {name: "ok" | what is wrong}}``."""
    parts = {"database": _database(), "media": _media(), "worker": _worker()}
    return {"ok": all(state == "ok" for state in parts.values()), "parts": parts}


def report(found: dict[str, object]) -> None:
    """Say what is not well: news while the house is starting, a warning once it has been well."""
    if found["ok"]:
        _was_well.set()
        return
    level = logging.WARNING if _was_well.is_set() else logging.INFO
    logger.log(level, "not every part is well", extra={"parts": found["parts"]})


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    except DatabaseError:
        return "not reachable, or not migrated"
    return "ok"


def _media() -> str:
    try:
        url = f"{settings.MEDIA_URL_INTERNAL}/media/healthz"
        with httpx.Client(timeout=MEDIA_SECONDS, trust_env=False) as client:
            well = client.get(url).status_code == 200
    except httpx.HTTPError:
        return "not reachable"
    return "ok" if well else "not well"


def _worker() -> str:
    return "ok" if worker.is_alive() else "no sign of life"
