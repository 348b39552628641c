"""The hash chain over the ledger. Knows no database.

Each sealed entry has a number, 1, 2, 3 …, and ``digest(n) = SHA-256(digest(n-1) ‖ canonical(n))``.
The canonical form of an entry is JSON of all its fields, keys sorted, no blanks, UTF-8; it holds no
binary fractions, so that it is the same on every database and in every language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64
"""What stands before the first entry."""
BIGGEST = 2**53
"""Beyond this an integer is no longer the same in every program that reads JSON."""


def canonical(fields: Mapping[str, Any]) -> bytes:
    """The one form of an entry that is hashed.

    Raises:
        TypeError: something in it has no single form (a fraction, bytes, an object).
    """
    require_plain(fields)
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def digest(previous: str, number: int, fields: Mapping[str, Any]) -> str:
    """The seal of entry ``number`` after ``previous``, as 64 hexadecimal digits."""
    start = f"{previous}:{number}:".encode("ascii")
    return hashlib.sha256(start + canonical(fields)).hexdigest()


def require_plain(value: Any) -> None:
    """Only what has exactly one form in JSON: text, whole numbers, yes/no, nothing, lists, maps.

    Raises:
        TypeError: something else is in it.
    """
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{key!r} is no name")
            require_plain(one)
    elif isinstance(value, list | tuple):
        for one in value:
            require_plain(one)
    else:
        _require_plain_leaf(value)


def _require_plain_leaf(value: Any) -> None:
    if value is not None and not isinstance(value, str | int):
        raise TypeError(f"{type(value).__name__} has no single form: write whole numbers or text")
    if isinstance(value, str) and "\x00" in value:
        raise TypeError("evidence holds no zero character: PostgreSQL cannot keep it")
    if isinstance(value, int) and abs(value) > BIGGEST:
        raise TypeError(f"{value} is too big to be kept exactly everywhere")


def short(seal: str) -> str:
    """A seal as people compare it: ``3C9E-07A4``."""
    return f"{seal[:4]}-{seal[4:8]}".upper()
