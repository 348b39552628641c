"""Work for the worker process, in the shape of Django's Tasks API (``django.tasks``, Django 6).

``@task`` gives a function ``.enqueue(...)``; ``@every(minutes=…)`` runs one by the clock. The queue
is huey on SQLite (embedded) or Redis. Arguments must be JSON, as the Tasks API demands: what is
queued today must be readable after an upgrade.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, ParamSpec, TypeVar

import msgspec
from django.db import transaction
from huey.contrib.djhuey import db_periodic_task, db_task

P = ParamSpec("P")
T = TypeVar("T")

RETRIES = 3
RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The receipt of a queued task."""

    id: str


class Task(Generic[P, T]):
    """A function that the worker can run."""

    def __init__(self, work: Callable[P, T]) -> None:
        self._work = work
        self._queued: Any = db_task(
            name=work.__qualname__,
            retries=RETRIES,
            retry_delay=RETRY_SECONDS,
        )(work)
        self.__doc__ = work.__doc__

    def call(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it here and now."""
        return self._work(*args, **kwargs)

    def enqueue(self, *args: P.args, **kwargs: P.kwargs) -> TaskResult:
        """Put it into the queue; TypeError when an argument is no JSON."""
        _require_json([args, kwargs])
        return TaskResult(str(self._queued(*args, **kwargs).id))

    def enqueue_after_commit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Queue it when the running transaction has committed: the worker must see its rows."""
        transaction.on_commit(lambda: self.enqueue(*args, **kwargs))


def task(work: Callable[P, T]) -> Task[P, T]:
    """Make ``work`` a task."""
    return Task(work)


def every(minutes: int) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Run a function in the worker whenever the minute of the day is a multiple of ``minutes``."""

    def due(now: datetime) -> bool:
        return (now.hour * 60 + now.minute) % minutes == 0

    def wrap(work: Callable[[], T]) -> Callable[[], T]:
        db_periodic_task(due, name=work.__qualname__)(work)
        return work

    return wrap


def _require_json(value: object) -> None:
    try:
        msgspec.json.encode(value)
    except TypeError as bad:
        raise TypeError(f"a task takes only what JSON can hold: {bad}") from None
