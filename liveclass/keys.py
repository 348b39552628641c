"""Secrets of one installation: made once, kept in DATA_DIR, readable by this account only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

SECRET_BYTES = 48


def kept_secret(path: Path) -> str:
    """The secret in ``path``; written with fresh random bytes when the file is missing.

    Two processes that start together agree: only one of them can create the file.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
    return _read(path)


def derived_secret(secret: str, purpose: str) -> str:
    """A secret for one purpose, computed from another one; knowing it does not reveal that one."""
    return hmac.new(secret.encode(), f"liveclass:{purpose}".encode(), hashlib.sha256).hexdigest()


def _read(path: Path) -> str:
    found = path.read_text(encoding="ascii").strip()
    if len(found) < SECRET_BYTES:
        raise RuntimeError(f"{path} is damaged; remove it (everybody will have to sign in again).")
    return found
