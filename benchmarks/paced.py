"""Delay and load at the pace of real classes.

    python -m benchmarks.paced [--seconds 8] [--small]

Three rows: 1,000 members and 100 lines a second; the same room idle and one line now and then (how
long until the *last* member has it); 5,000 members and 10 lines a second. All of it is the product,
tickets and a commit before each answer included. ``--small`` takes a fifth of the members.
"""

from __future__ import annotations

import argparse
import time

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Delays, Figures, Load
from benchmarks.programs import compiler
from benchmarks.table import Table

WARM = 50
"""Members who enter before memory is looked at: what the first ones load is not theirs."""
SETTLE = 3.0
IDLE_EVERY = 0.5
"""Seconds between two lines in the idle room."""


def enter(hall: Hall, load: Load, members: int) -> tuple[float, float]:
    """Everybody in; milliseconds of CPU and KiB resident for each."""
    load.set(come_back=1)
    load.open(WARM)
    load.rest(1.0)
    memory, used = machine.resident(hall.pid), machine.cpu(hall.pid)
    load.open(members - WARM)
    used = machine.cpu(hall.pid) - used
    load.rest(SETTLE)
    grown = machine.resident(hall.pid) - memory
    return used / (members - WARM) * 1000, grown / (members - WARM) / 1024


def talked(hall: Hall, load: Load, seconds: float, rate: float) -> tuple[Figures, float]:
    """Figures, and the share of a core that the web process used."""
    before, began = machine.cpu(hall.pid), time.monotonic()
    figures = load.talk(seconds, rate=rate, senders=1_000_000)
    elapsed = time.monotonic() - began
    return figures, (machine.cpu(hall.pid) - before) / elapsed * 100


def add_row(table: Table, what: str, delays: Delays, figures: Figures, core: float) -> None:
    """One case."""
    table.row(
        what, delays.p50, delays.p95, delays.p99, delays.max, f"{core:.0f} %",
        f"{figures.cpu / figures.seconds * 100:.0f} %", figures.answered.p50, figures.answered.p99,
        figures.delivered, figures.events_per_frame, figures.refused, figures.faults,
    )  # fmt: skip


def run(table: Table, members: int, rate: float, seconds: float, *, idle: bool) -> str:
    """One room; the sentence about entering it."""
    with filled_hall(members) as hall:
        hall.begin()
        hall.pin()
        with hall.load() as load:
            load.pin()
            cpu_ms, kib = enter(hall, load, members)
            figures, core = talked(hall, load, seconds, rate)
            what = f"{members:,} members, {rate:.0f} lines/s"
            add_row(table, what, figures.heard, figures, core)
            if idle:
                load.rest(1.0)
                figures, core = talked(hall, load, seconds * 2, 1 / IDLE_EVERY)
                what = f"{members:,} members idle, one line: to the last"
                add_row(table, what, figures.last, figures, core)
        hall.stop()
    return f"{members:,} members: {cpu_ms:.2f} ms CPU to enter, {kib:.1f} KiB resident each."


def main() -> None:
    """Read the arguments and run the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    compiler()
    share = 5 if asked.small else 1
    table = Table(
        "Paced chat", "case", "p50 ms", "p95", "p99", "max", "core", "client core",
        "answered p50 ms", "p99", "delivered", "events per frame", "refused", "faults",
    )  # fmt: skip
    first = run(table, 1000 // share, 100 / share, asked.seconds, idle=True)
    second = run(table, 5000 // share, 10, asked.seconds, idle=False)
    table.note(first)
    table.note(second)
    table.note(machine.described())


if __name__ == "__main__":
    main()
