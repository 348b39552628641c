"""Group commit: on SQLite, and on PostgreSQL in the run that uses it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from typing import NoReturn

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.utils import timezone

from realtime.hub import after_commit
from realtime.protocol.refusals import Refusal
from realtime.reader import Reader
from realtime.writer import Together, Writer

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(max_queued=50, max_batch=20)
    yield made
    assert made.stop(5.0)


def write(key: str) -> str:
    Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())
    return key


def count() -> int:
    return Session.objects.count()


async def seen() -> int:
    """Rows that another connection sees: committed ones."""
    reader = Reader(1)
    try:
        return await reader.run(count)
    finally:
        reader.stop()


async def test_the_answer_comes_after_the_commit_and_its_announcements(writer: Writer) -> None:
    order: list[str] = []

    def work() -> str:
        after_commit(lambda: order.append("announced"))
        return write("a")

    assert await writer.run(work) == "a"
    order.append("answered")
    assert order == ["announced", "answered"]
    assert await seen() == 1


async def test_a_refusal_undoes_only_its_own_job(writer: Writer) -> None:
    announced: list[str] = []

    def refused() -> NoReturn:
        write("refused")
        after_commit(lambda: announced.append("refused"))
        raise Refusal("staff_only")

    results = await asyncio.gather(
        writer.run(lambda: write("a")),
        writer.run(refused),
        writer.run(lambda: write("b")),
        return_exceptions=True,
    )
    assert results[0] == "a"
    assert isinstance(results[1], Refusal)
    assert results[2] == "b"
    assert announced == []
    assert await seen() == 2


async def test_a_fault_is_raised_to_its_caller_only(writer: Writer) -> None:
    results = await asyncio.gather(
        writer.run(lambda: write("same")),
        writer.run(lambda: write("same")),
        writer.run(lambda: 1 // 0),
        writer.run(lambda: write("other")),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in results] == [
        "str", "IntegrityError", "ZeroDivisionError", "str",
    ]  # fmt: skip
    assert await seen() == 2


async def test_what_waited_shares_one_commit(writer: Writer) -> None:
    gate = threading.Event()
    first = asyncio.create_task(writer.run(lambda: gate.wait(5)))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(writer.run(lambda n=n: write(f"k{n}"))) for n in range(15)]
    await asyncio.sleep(0.02)
    gate.set()
    await asyncio.gather(first, *rest)
    assert (writer.jobs, writer.batches) == (16, 2)
    assert await seen() == 15


async def test_jobs_are_done_in_the_order_they_came(writer: Writer) -> None:
    done: list[int] = []
    await asyncio.gather(*(writer.run(lambda n=n: done.append(n)) for n in range(40)))
    assert done == list(range(40))


async def test_a_full_queue_is_said_to_be_busy(writer: Writer) -> None:
    gate = threading.Event()
    blocked = asyncio.create_task(writer.run(lambda: gate.wait(5)))
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(writer.run(lambda: 1)) for _ in range(50)]
    await asyncio.sleep(0.02)
    with pytest.raises(Refusal) as refused:
        await writer.run(lambda: 1)
    assert refused.value.code == "busy"
    assert refused.value.retry_ms > 0
    gate.set()
    await asyncio.gather(blocked, *waiting)


async def test_a_lost_database_is_asked_once_more(writer: Writer) -> None:
    attempts: list[int] = []

    def work() -> str:
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return write("second")

    assert await writer.run(work) == "second"
    assert await seen() == 1


async def test_a_database_that_stays_away_is_busy(writer: Writer) -> None:
    def work() -> NoReturn:
        raise OperationalError("database is locked")

    with pytest.raises(Refusal) as refused:
        await writer.run(work)
    assert refused.value.code == "busy"
    assert await writer.run(lambda: write("after")) == "after"


async def test_who_no_longer_waits_hurts_nobody(writer: Writer) -> None:
    gate = threading.Event()
    gone = asyncio.create_task(writer.run(lambda: gate.wait(5)))
    await asyncio.sleep(0.05)
    gone.cancel()
    gate.set()
    assert await writer.run(lambda: write("next")) == "next"


async def test_stopping_finishes_what_is_queued() -> None:
    writer = Writer()
    jobs = [asyncio.create_task(writer.run(lambda n=n: write(f"s{n}"))) for n in range(30)]
    await asyncio.sleep(0)
    assert await asyncio.to_thread(writer.stop, 5.0)
    assert len(await asyncio.gather(*jobs)) == 30
    assert await seen() == 30
    with pytest.raises(Refusal):
        await writer.run(lambda: 1)


async def test_a_reader_sees_one_moment_and_holds_no_lock(writer: Writer) -> None:
    reader = Reader(1)
    looked, written = threading.Event(), threading.Event()

    def read() -> tuple[int, int]:
        before = count()
        looked.set()
        written.wait(5)
        return before, count()

    reading = asyncio.create_task(reader.run(read))
    await asyncio.to_thread(looked.wait, 5)
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        written.set()  # an in-memory database has one shared cache and no versions
        await reading
    else:
        await writer.run(lambda: write("meanwhile"))
        written.set()
        assert await reading == (0, 0)
    reader.stop()


async def test_a_reader_with_too_much_to_do_says_so() -> None:
    reader = Reader(1, max_in_flight=2)
    gate = threading.Event()
    running = [asyncio.create_task(reader.run(lambda: gate.wait(5))) for _ in range(2)]
    await asyncio.sleep(0.02)
    with pytest.raises(Refusal):
        await reader.run(lambda: 1)
    gate.set()
    await asyncio.gather(*running)
    reader.stop()


def doubled(scope: object, items: Sequence[int]) -> list[int | Refusal]:
    """Twice each item; thirteen is refused, and so is a batch that holds zero, by falling over."""
    calls.append((scope, list(items)))
    if 0 in items:
        raise ZeroDivisionError
    return [Refusal("option_unknown") if item == 13 else item * 2 for item in items]


calls: list[tuple[object, list[int]]] = []


async def outcome(job: asyncio.Future[int]) -> int | str:
    try:
        return await job
    except Refusal as refusal:
        return refusal.code
    except ZeroDivisionError:
        return "zero"


async def test_jobs_of_one_kind_are_done_together(writer: Writer) -> None:
    calls.clear()
    gate = threading.Event()
    first = writer.submit(gate.wait)
    jobs = [writer.submit(Together(doubled, "a", item)) for item in (1, 13, 3)]
    jobs += [writer.submit(Together(doubled, "b", 4))]
    gate.set()
    await first
    assert [await outcome(job) for job in jobs] == [2, "option_unknown", 6, 8]
    assert calls == [("a", [1, 13, 3]), ("b", [4])]


async def test_a_job_that_stands_alone_is_a_fence(writer: Writer) -> None:
    calls.clear()
    gate = threading.Event()
    writer.submit(gate.wait)
    before = writer.submit(Together(doubled, "a", 1))
    seen = writer.submit(lambda: list(calls))
    after = writer.submit(Together(doubled, "a", 2))
    gate.set()
    assert await seen == [("a", [1])]
    assert [await before, await after] == [2, 4]
    assert calls == [("a", [1]), ("a", [2])]


async def test_one_bad_job_spoils_no_other(writer: Writer) -> None:
    gate = threading.Event()
    writer.submit(gate.wait)
    jobs = [writer.submit(Together(doubled, "a", item)) for item in (5, 0, 6)]
    gate.set()
    assert [await outcome(job) for job in jobs] == [10, "zero", 12]
