"""Chat beside a slow database query: the delay must not notice.

    python -m benchmarks.slowdb [--members 200] [--seconds 24]

A page whose query takes 400 ms is asked for again and again. In the first comparison ("slow") the
query waits, as for a disk or a database server, and two are always under way; in the second
("burn") it computes: a recursive SQLite query that takes a whole core of the same machine away.
Quiet and busy stretches take turns.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import threading
from collections.abc import Iterator

import httpx

from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Figures, Load
from benchmarks.programs import compiler
from benchmarks.table import Table

QUERY_MS = 400
RATE = 10
"""Lines a second: fewer than one per batching window, so that each is sent at once and a late loop
shows. At 25 and more the window's own 40 ms hide it.
"""
ROUNDS = 3
ASKING = {"slow": 2, "burn": 1}


class Asking:
    """Threads that ask for one page after another until told to stop."""

    def __init__(self, *urls: str) -> None:
        self._over = threading.Event()
        self.answered = 0
        self._threads = [threading.Thread(target=self._ask, args=(url,)) for url in urls]

    def _ask(self, url: str) -> None:
        with httpx.Client(timeout=30) as client:
            while not self._over.is_set():
                with contextlib.suppress(httpx.HTTPError):
                    client.get(url).raise_for_status()
                    self.answered += 1

    @contextlib.contextmanager
    def running(self) -> Iterator[Asking]:
        """Ask inside."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()


def compare(hall: Hall, load: Load, table: Table, kind: str, seconds: float) -> None:
    """Quiet and busy in turns."""
    quiet: list[Figures] = []
    busy: list[Figures] = []
    answered = 0
    pages = [f"{hall.url}/bench/{kind}/{QUERY_MS}/"] * ASKING[kind]
    for _ in range(ROUNDS):
        quiet.append(load.talk(seconds / ROUNDS, rate=RATE, senders=len(hall.members)))
        with Asking(*pages).running() as asking:
            busy.append(load.talk(seconds / ROUNDS, rate=RATE, senders=len(hall.members)))
        answered += asking.answered
    for what, rounds in (("quiet", quiet), ("busy", busy)):
        table.row(
            f"{kind}: {what}", median(rounds, "p50"), median(rounds, "p99"),
            max(one.heard.max for one in rounds),
            statistics.median(one.answered.p99 for one in rounds),
            answered if what == "busy" else 0, sum(one.delivered for one in rounds),
            sum(one.lost for one in rounds),
        )  # fmt: skip
    before, after = median(quiet, "p99"), median(busy, "p99")
    table.note(f"{kind}: p99 changes by {(after / before - 1) * 100:+.0f} %")


def median(rounds: list[Figures], name: str) -> float:
    """Of a percentile of the delay."""
    return statistics.median(float(getattr(one.heard, name)) for one in rounds)


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=24.0)
    asked = parser.parse_args()
    compiler()
    for kind in ("slow", "burn"):
        with filled_hall(asked.members) as hall:
            hall.begin(extras=1)
            with hall.load() as load:
                load.set(come_back=1)
                load.open(asked.members)
                load.rest(2.0)
                table = Table(
                    f"Chat beside a query of {QUERY_MS} ms ({kind})", "case", "p50 ms", "p99",
                    "max", "answered p99", "pages", "delivered", "lost",
                )  # fmt: skip
                compare(hall, load, table, kind, asked.seconds)
            hall.stop()


if __name__ == "__main__":
    main()
