"""Log lines that a person can read and a machine can search: ``event key=value …`` or JSON.

Lines carry the ids of rooms and members, never what somebody wrote, a name, a ticket or a token.
What our own code logs keeps to that by itself; of exceptions, which may quote anything, only the
places and the first line of the message are written (PostgreSQL puts whole rows behind it).
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

import structlog

MAX_MESSAGE = 200
"""Signs of an exception's message that are written."""
MAX_CAUSES = 8

_TIME = structlog.processors.TimeStamper(fmt="iso", utc=True)
_SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    _TIME,
)


def logging_config(level: str, form: str) -> dict[str, Any]:
    """Python's logging settings: everything to stderr, one line each, nothing twice."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": list(_SHARED),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _without_objects,
                    structlog.processors.ExceptionRenderer(_places),
                    _renderer(form),
                ],
            }
        },
        "filters": {"no_fault": {"()": lambda: _is_a_fault}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # every refused request is already an access-log line
            "django.request": {"level": "ERROR", "filters": ["no_fault"]},
            "httpx": {"level": "WARNING"},
            "daphne": {"level": "WARNING"},
        },
    }


def _is_a_fault(record: logging.LogRecord) -> bool:
    """A health check that says no is an answer; ``liveclass.health`` has its own line about it."""
    path = getattr(getattr(record, "request", None), "path", "")
    return not (path == "/healthz" and getattr(record, "status_code", 0) == 503)


def in_room(room: str, member: int | None = None) -> None:
    """Name the room, and the member once she is known, on every line this task writes from now on.

    Tasks started by it inherit both. Call it first in the task of a connection: what an earlier
    connection left behind is forgotten.
    """
    structlog.contextvars.clear_contextvars()
    known = {"room": room} if member is None else {"room": room, "member": member}
    structlog.contextvars.bind_contextvars(**known)


def _places(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None],
) -> str:
    """Where an exception came from, its causes first, with one short line each of what it says."""
    chain: list[BaseException] = []
    error: BaseException | None = exc_info[1]
    while error is not None and error not in chain and len(chain) < MAX_CAUSES:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(_place(one) for one in reversed(chain))


def _place(error: BaseException) -> str:
    kind = type(error)
    said = (str(error).splitlines() or [""])[0][:MAX_MESSAGE]
    lines = "".join(traceback.format_tb(error.__traceback__))
    return f"{lines}{kind.__module__}.{kind.__qualname__}: {said}"


def _without_objects(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Django puts the request object into its records: of no use in a line of text."""
    for name in ("request", "server_time"):
        event.pop(name, None)
    return event


def _renderer(form: str) -> structlog.typing.Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return _line


_pairs = structlog.processors.KeyValueRenderer(
    key_order=["timestamp", "level", "logger", "event"], drop_missing=True, repr_native_str=False
)


def _line(logger: object, method: str, event: structlog.typing.EventDict) -> str:
    """``key=value`` pairs; a traceback follows on lines of its own, as people read it."""
    traceback = event.pop("exception", None)
    line = _pairs(logger, method, event)
    return f"{line}\n{traceback}" if traceback else line
