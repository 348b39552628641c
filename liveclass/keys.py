"""Secrets of one installation, and that nobody else on the machine reads what is in DATA_DIR."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import warnings
from collections.abc import Sequence
from pathlib import Path

SECRET_BYTES = 48
OTHERS = 0o077
"""What group and others may do, in a mode."""
OURS = ("secret_key", "whisper_key", "*.sqlite3", "*.sqlite3-*", "mail", "uploads")
"""What lies in DATA_DIR and is nobody else's business, as patterns."""
FOR_OTHERS = frozenset(
    {"collectstatic", "compilemessages", "makemessages", "makemigrations", "protocol", "update"}
)
"""Commands (``update`` is that of tools.translations) whose files other people are to read."""


def write_privately(arguments: Sequence[str]) -> None:
    """Everything this process makes is for its account only, but for some commands of manage.py."""
    if not FOR_OTHERS & set(arguments[1:2]):
        os.umask(OTHERS)


def close_to_others(folder: Path) -> None:
    """Take group and others the way into ``folder`` and our files; a copy may have come open.

    What belongs to another account, or a folder that everybody shares (``/tmp``), cannot be
    changed: a warning says so. Links are not followed.
    """
    shared = folder.stat().st_mode & stat.S_ISVTX
    if shared:
        warnings.warn(f"{folder} is shared by everybody on this machine.", stacklevel=2)
    found = (path for name in OURS for path in folder.glob(name))
    for path in found if shared else (folder, *found):
        try:
            _close(path)
        except FileNotFoundError:
            continue  # another process has just removed it
        except PermissionError:
            warnings.warn(f"{path} belongs to somebody else, who may read it.", stacklevel=2)


def _close(path: Path) -> None:
    mode = path.lstat().st_mode
    if mode & OTHERS and not stat.S_ISLNK(mode):
        path.chmod(stat.S_IMODE(mode) & ~OTHERS)


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
