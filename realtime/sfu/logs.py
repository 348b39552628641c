"""Log lines as ``event key=value``: never content, never a whole session id (it is a key)."""

from __future__ import annotations

import logging

QUOTED = frozenset(' "=\n\r\t')


def say(log: logging.Logger, level: int, event: str, **fields: object) -> None:
    """Write one structured line."""
    if log.isEnabledFor(level):
        log.log(level, "%s", " ".join([event, *(f"{k}={_plain(v)}" for k, v in fields.items())]))


def _plain(value: object) -> str:
    text = str(value)[:200]
    return repr(text) if not text or QUOTED & set(text) else text
