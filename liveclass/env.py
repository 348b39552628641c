"""Typed readers of environment variables; nonsense stops the start with a sentence that helps.

Every reader notes what it read in ``DECLARED``: a test compares that with ``docs/settings.md``, so
a setting that nobody wrote down does not pass. An empty value counts as absent, because that is
what ``NAME=`` in a shell or a compose file nearly always means.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Declared:
    """One variable that the settings read: its name, its kind, its default and what it is for."""

    name: str
    kind: str
    default: str
    purpose: str


DECLARED: dict[str, Declared] = {}
"""All variables read so far, by name."""

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str, purpose: str, *, shown: str | None = None) -> str:
    """Any text. ``shown`` describes a default that is computed, for the documentation."""
    return _read(name, "text", default if shown is None else shown, purpose) or default


def flag(name: str, default: bool, purpose: str) -> bool:
    """Yes or no: 1/0, true/false, yes/no, on/off, in any case."""
    raw = _read(name, "flag", "1" if default else "0", purpose)
    if raw is None:
        return default
    if raw.lower() not in _TRUE | _FALSE:
        refuse(name, raw, "is 1 or 0")
    return raw.lower() in _TRUE


def integer(
    name: str, default: int, purpose: str, *, low: int, high: int, shown: str | None = None
) -> int:
    """A whole number in ``low``…``high``, both included."""
    raw = _read(name, f"integer {low}…{high}", shown or str(default), purpose)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
        refuse(name, raw, f"is a whole number from {low} to {high}")
    return int(raw)


def port(name: str, default: int, purpose: str, *, shown: str | None = None) -> int:
    """A TCP or UDP port."""
    return integer(name, default, purpose, low=1, high=65535, shown=shown)


def choice(name: str, default: str, purpose: str, *, of: Sequence[str]) -> str:
    """One of a few words."""
    raw = _read(name, " | ".join(of), default, purpose)
    if raw is None:
        return default
    if raw not in of:
        refuse(name, raw, f"is one of: {', '.join(of)}")
    return raw


def names(
    name: str, default: Sequence[str], purpose: str, *, shown: str | None = None
) -> list[str]:
    """A comma-separated list; blanks around the commas do not matter."""
    raw = _read(name, "comma list", shown or ",".join(default), purpose)
    if raw is None:
        return list(default)
    return [part for part in (piece.strip() for piece in raw.split(",")) if part]


def folder(name: str, default: Path, purpose: str, *, base: Path, shown: str) -> Path:
    """A directory, relative to ``base``; made when missing, readable by this account only."""
    raw = _read(name, "directory", shown, purpose)
    found = (base / Path(raw).expanduser()).resolve() if raw else default
    try:
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        refuse(name, str(found), f"is a directory this account may write ({error.strerror})")
    if not os.access(found, os.W_OK | os.X_OK):
        refuse(name, str(found), "is a directory this account may write")
    return found


def time_zone(name: str, default: str, purpose: str) -> str:
    """A time zone by its IANA name."""
    found = _read(name, "IANA time zone", default, purpose) or default
    if found not in available_timezones():
        refuse(name, found, "is the name of a time zone, such as Asia/Shanghai")
    return found


def url(
    name: str, default: str, purpose: str, *, schemes: Sequence[str], shown: str | None = None
) -> str:
    """An absolute address with one of ``schemes``; "" stays "" when that is the default."""
    raw = _read(name, f"address ({', '.join(schemes)})", shown or default, purpose)
    found = raw or default
    if found:
        _checked(name, found, schemes)
    return found


def refuse(name: str, value: str, rule: str) -> NoReturn:
    """Stop the start: ``name`` has a value that means nothing."""
    shown = "…" if "SECRET" in name else value
    raise ImproperlyConfigured(f"{name}={shown!r} cannot be used: {name} {rule}.")


def _read(name: str, kind: str, default: str, purpose: str) -> str | None:
    if name in DECLARED:
        raise RuntimeError(f"{name} is read twice; read it once and share the result.")
    DECLARED[name] = Declared(name, kind, default, purpose)
    return os.environ.get(name, "").strip() or None


def _checked(name: str, found: str, schemes: Sequence[str]) -> None:
    try:
        parts = urlsplit(found)
        known = parts.scheme in schemes and (parts.port or True)
    except ValueError:
        known = False
    if not known:
        refuse(name, found, f"is an address that starts with {' or '.join(schemes)}")
