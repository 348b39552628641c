"""Log lines that a person can read and a machine can search: ``event key=value …`` or JSON."""

from __future__ import annotations

from typing import Any

import structlog

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
                    structlog.processors.format_exc_info,
                    _renderer(form),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # every refused request is already an access-log line
            "django.request": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "daphne": {"level": "WARNING"},
        },
    }


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
