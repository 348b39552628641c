"""Thousands of pages that say every 15 seconds what they played.

    python -m benchmarks.heartbeats [--viewers 10000] [--seconds 30] [--postgres]

Reports come evenly over keep-alive connections, as from a proxy; every answer follows its commit.
The processor time of the web process is what is compared; the database's is part of it with SQLite,
and stands beside it with PostgreSQL (a private server, as the tests have it: without fsync).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.table import Table
from realtime.tickets import LessonLease, sign
from tests.platform_process import children_of
from tests.realtime.classroom import ROOT
from tests.services import start_postgres

EVERY = 15.0
CONNECTIONS = 100
LENGTH = 36_000


class Line:
    """One keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, body: bytes) -> int:
        """Send one report; the status."""
        head = b"POST /watched HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(
            body
        )
        self._writer.write(head + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        low = answer.lower()
        size = int(low.split(b"content-length:")[1].split(b"\r\n")[0])
        await self._reader.readexactly(size)
        return int(answer.split(b" ", 2)[1])

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


def open_leases(hall: Hall, viewers: int) -> list[tuple[int, int, int]]:
    """Have ``viewers`` members open one lesson: lease, member, lesson of each."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.lessons", str(viewers)],
        cwd=ROOT, env=hall.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [tuple(one) for one in json.loads(done.stdout.splitlines()[-1])]


def sealed(hall: Hall, leases: list[tuple[int, int, int]]) -> list[str]:
    """Their tokens."""
    secret, until = hall.told["secret"].encode(), int(time.time()) + 7200
    return [
        sign(
            LessonLease(
                lease=lease, member=member, lesson=lesson, version=1, length=LENGTH, exp=until
            ),
            secret,
        )
        for lease, member, lesson in leases
    ]


async def watch(hall: Hall, tokens: list[str], seconds: float) -> tuple[list[float], int]:
    """Report evenly for ``seconds``; the delays in ms, and how many were not taken."""
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(len(tokens))
    delays: list[float] = []
    refused = 0

    async def carry() -> None:
        nonlocal refused
        line = Line(*await asyncio.open_connection("127.0.0.1", hall.port))
        try:
            while True:
                due, body = await queue.get()
                refused += await line.post(body) != 200
                delays.append((time.monotonic() - due) * 1000)
                queue.task_done()
        finally:
            line.close()

    carriers = [asyncio.create_task(carry()) for _ in range(CONNECTIONS)]
    began = time.monotonic()
    total = int(len(tokens) / EVERY * seconds)
    for n in range(total):
        due = began + n * EVERY / len(tokens)
        if (wait := due - time.monotonic()) > 0.002:
            await asyncio.sleep(wait)
        turn, viewer = divmod(n, len(tokens))
        start = turn * 150
        queue.put_nowait((due, json.dumps({
            "lease": tokens[viewer], "number": turn + 1, "played": [[start, start + 150]],
            "position": start + 150,
        }).encode()))  # fmt: skip
    await queue.join()
    for one in carriers:
        one.cancel()
    await asyncio.gather(*carriers, return_exceptions=True)
    return delays, refused


def main() -> None:
    """Read the arguments and watch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with _database(asked.postgres) as (extra, database):
        _measure(asked.viewers, asked.seconds, extra, database)


@contextlib.contextmanager
def _database(postgres: bool) -> Iterator[tuple[dict[str, str], int | None]]:
    """What the web process is told of it, and the process to watch beside it."""
    if not postgres:
        yield {}, None
        return
    server, url = start_postgres()
    try:
        yield {"DATABASE_URL": url}, server.process.pid if server.process else None
    finally:
        server.stop()


def _database_cpu(parent: int | None) -> float:
    """Seconds used by a PostgreSQL server and its connections so far."""
    if parent is None:
        return 0.0
    return machine.cpu(parent) + sum(machine.cpu(pid) for pid in children_of(parent))


def _measure(viewers: int, seconds: float, extra: dict[str, str], database: int | None) -> None:
    with filled_hall(viewers, CONNECTIONS, extra) as hall:
        leases = open_leases(hall, viewers)
        tokens = sealed(hall, leases)
        hall.begin()
        hall.pin()
        with contextlib.suppress(AttributeError):
            asyncio.run(watch(hall, tokens[:1000], 2.0))
        before, other, began = machine.cpu(hall.pid), _database_cpu(database), time.monotonic()
        delays, refused = asyncio.run(watch(hall, tokens, seconds))
        used, passed = machine.cpu(hall.pid) - before, time.monotonic() - began
        beside = _database_cpu(database) - other
        hall.stop()
    cuts = statistics.quantiles(delays, n=100)
    table = Table("Heartbeats", "viewers", "reports/s", "p50 ms", "p99", "max", "core %",
                  "µs each", "database %", "refused")  # fmt: skip
    table.row(viewers, len(delays) / passed, cuts[49], cuts[98], max(delays),
              used / passed * 100, used / len(delays) * 1e6, beside / passed * 100,
              refused)  # fmt: skip
    table.note(machine.described())


if __name__ == "__main__":
    main()
