"""The one thread that writes: group commit, answers after commit.

Everything that queued up since the previous commit goes into the next transaction, each job in a
savepoint of its own. In a quiet room a job is written at once; when many come, transactions begin
``PACE`` apart and carry them together: one when nothing happens, a hundred in a vote. A job's
future resolves after the commit and after its ``on_commit`` announcements, so ``accepted`` never
speaks of something that could still vanish.

Jobs of one kind (chat lines, votes) are done ``Together``: a few statements for all of a batch.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

from realtime.protocol.refusals import Refusal

MAX_QUEUED = 2000
"""Jobs that may wait; one more is refused as ``busy``."""
MAX_BATCH = 200
"""Jobs in one transaction."""
PACE = 0.02
"""Seconds between the beginnings of two transactions while jobs keep coming. A commit costs ten
times what one more job in it costs; twenty milliseconds are felt by nobody."""
BUSY_RETRY_MS = 1000

T = TypeVar("T")
logger = logging.getLogger(__name__)

_LOST = (OperationalError, InterfaceError)
"""The database was locked or went away: nothing of the batch was written."""


@dataclass(frozen=True, slots=True)
class Together(Generic[T]):
    """One of several jobs that are done by one call: ``work(scope, items)`` gives a result, or the
    ``Refusal`` of it, for each item in their order. Jobs of the same work and scope are gathered
    until a job of another nature comes; among themselves they keep their order.
    """

    work: Callable[[Any, Sequence[Any]], Sequence[T | Refusal]]
    scope: Hashable
    item: Any

    def __call__(self) -> T:
        """Do it alone."""
        [result] = self.work(self.scope, [self.item])
        if isinstance(result, Refusal):
            raise result
        return result


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[], Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def attempt(self) -> None:
        """Do the work in a savepoint; a refusal undoes this job only."""
        self.result = self.error = None
        try:
            with transaction.atomic():
                self.result = self.work()
        except _LOST:
            raise
        except Exception as error:
            self.error = error


def _runs(batch: list[_Job]) -> Iterator[list[_Job]]:
    """The batch in an order in which it may be done: jobs that can be done together side by side.

    A job that stands alone (the end of a poll) is a fence: what came before it is done before.
    """
    gathered: dict[tuple[Any, Hashable], list[_Job]] = {}
    for job in batch:
        if isinstance(job.work, Together):
            gathered.setdefault((job.work.work, job.work.scope), []).append(job)
            continue
        yield from gathered.values()
        gathered.clear()
        yield [job]
    yield from gathered.values()


def _attempt_together(jobs: list[_Job]) -> None:
    """One savepoint for all. When the call itself fails each is done alone, so that one bad job
    spoils no other."""
    first = jobs[0].work
    if len(jobs) > 1 and isinstance(first, Together):
        items = [job.work.item for job in jobs if isinstance(job.work, Together)]
        try:
            with transaction.atomic():
                results = first.work(first.scope, items)
        except _LOST:
            raise
        except Exception:
            logger.exception("writer: %d jobs are done one by one", len(jobs))
        else:
            for job, result in zip(jobs, results, strict=True):
                refused = isinstance(result, Refusal)
                job.result, job.error = (None, result) if refused else (result, None)
            return
    for job in jobs:
        job.attempt()


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.done.done():
            continue  # the page that asked went away meanwhile
        if job.error is None:
            job.done.set_result(job.result)
        else:
            job.done.set_exception(job.error)


class Writer:
    """Runs jobs one after another on its own thread and database connection."""

    def __init__(
        self, max_queued: int = MAX_QUEUED, max_batch: int = MAX_BATCH, pace: float = PACE
    ) -> None:
        self._pace = pace
        self._queue: queue.Queue[_Job | None] = queue.Queue(max_queued)
        self._max_batch = max_batch
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._stopping = False
        self.batches = 0
        self.jobs = 0
        self.on_batch: Callable[[int, float], object] | None = None
        """Told how many jobs a batch had and how many seconds it took."""

    async def run(self, work: Callable[[], T]) -> T:
        """Run ``work`` in the next transaction and return its result once that is committed.

        Raises:
            Refusal: raised by ``work`` (its writes are undone), or ``busy`` when the queue is full,
                the writer is stopping, or the database stayed away.
        """
        return await self.submit(work)

    def submit(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Like ``run``, for who does not want to wait: a future of the result.

        Raises:
            Refusal: ``busy`` at once; everything else comes with the future.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop)
        self._start()
        if self._stopping:
            raise Refusal("busy", BUSY_RETRY_MS)
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            raise Refusal("busy", BUSY_RETRY_MS) from None
        return job.done

    @property
    def waiting(self) -> int:
        """Jobs in the queue now."""
        return self._queue.qsize()

    def stop(self, seconds: float = 3.0) -> bool:
        """Finish what is queued and end the thread; whether it ended within ``seconds``."""
        with self._lock:
            thread, self._stopping = self._thread, True
        if thread is None:
            return True
        self._queue.put(None)
        thread.join(seconds)
        return not thread.is_alive()

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        began = 0.0
        try:
            while (first := self._queue.get()) is not None:
                if self._pace and not self._stopping:
                    time.sleep(max(0.0, began + self._pace - time.monotonic()))
                began = time.monotonic()
                batch, more = self._gather(first)
                self._commit(batch)
                self._answer(batch)
                if not more:
                    return
        finally:
            connection.close()

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """Everything that waits, up to a batch; False when the end mark was among it."""
        batch = [first]
        while len(batch) < self._max_batch:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, False
            batch.append(job)
        return batch, True

    def _commit(self, batch: list[_Job]) -> None:
        """One transaction; once more on a fresh connection when the database was lost."""
        self.batches += 1
        self.jobs += len(batch)
        began = time.perf_counter()
        try:
            try:
                self._transaction(batch)
            except _LOST as lost:
                logger.warning("writer: database lost, trying again: %s", lost)
                connection.close()
                self._transaction(batch)
        except Exception as error:
            logger.exception("writer: a batch of %d was not written", len(batch))
            connection.close()
            for job in batch:
                job.error = Refusal("busy", BUSY_RETRY_MS) if isinstance(error, _LOST) else error
        if self.on_batch is not None:
            self.on_batch(len(batch), time.perf_counter() - began)

    @staticmethod
    def _transaction(batch: list[_Job]) -> None:
        with transaction.atomic():
            for jobs in _runs(batch):
                _attempt_together(jobs)

    @staticmethod
    def _answer(batch: list[_Job]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        for job in batch:
            by_loop.setdefault(job.loop, []).append(job)
        for loop, jobs in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, jobs)


writer = Writer()
"""The writer of this process; its thread starts with the first job."""
