"""A few threads that read, apart from the loop and from the writer.

Each read sees one moment of the database: on SQLite a deferred transaction (readers never wait for
the writer), on PostgreSQL a read-only one with repeatable reads. A storm of returning members waits
here in line, and those who would wait too long are asked to come back.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

from realtime.protocol.refusals import Refusal

THREADS = 4
MAX_IN_FLIGHT = 64
"""Reads running or waiting; one more is refused as ``busy``."""
BUSY_RETRY_MS = 2000

T = TypeVar("T")


class Reader:
    """Runs reads on its own threads and their own database connections."""

    def __init__(self, threads: int = THREADS, max_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._pool = ThreadPoolExecutor(
            threads, thread_name_prefix="reader", initializer=self._count
        )
        self._threads = 0
        self._max = max_in_flight
        self.in_flight = 0

    async def run(self, read: Callable[[], T]) -> T:
        """Run ``read`` and return its result.

        Raises:
            Refusal: raised by ``read``, or ``busy`` when too many reads are waiting.
        """
        if self.in_flight >= self._max:
            raise Refusal("busy", BUSY_RETRY_MS)
        self.in_flight += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, _read, read)
        finally:
            self.in_flight -= 1

    def stop(self) -> None:
        """End the threads; each closes its connection."""
        together = threading.Barrier(max(1, self._threads))
        for _ in range(self._threads):
            self._pool.submit(_close, together)
        self._pool.shutdown(wait=False)

    def _count(self) -> None:
        self._threads += 1


def _close(together: threading.Barrier) -> None:
    """One per thread: whoever has closed waits for the others instead of taking their turn."""
    connection.close()
    with contextlib.suppress(threading.BrokenBarrierError):
        together.wait(5.0)


def _read(read: Callable[[], T]) -> T:
    """Once more on a fresh connection when the old one was lost."""
    try:
        return _one_moment(read)
    except (OperationalError, InterfaceError):
        connection.close()
        return _one_moment(read)


def _one_moment(read: Callable[[], T]) -> T:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        # The write lock of IMMEDIATE is for those who write.
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]  # SQLite's only
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return read()


reader = Reader()
"""The reader of this process."""
