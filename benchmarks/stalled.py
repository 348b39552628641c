"""Members who stop reading, and a burst: the others must not notice.

    python -m benchmarks.stalled [--seconds 12]

First 200 lines a second for two seconds to 100 members (a member may say one line a second and five
at once, so all of them talk). Then 60 members of whom 50 stop reading (their kernel takes almost
nothing) while 40 events of 8 KB come each second, announced without the database because no chat is
that fast, and without batching because the window would hide a delay; how late the other ten hear
them with and without the fifty, and what the process grew.
"""

from __future__ import annotations

import argparse

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Figures
from benchmarks.programs import compiler
from benchmarks.table import Table

READERS, STALLED = 10, 50
RATE = 40
LONG_TEXT = 8000
"""Characters of an event: the kernel's buffers are full within a second."""
SMALL_BUFFER = 4096
BURST_MEMBERS, BURST_RATE, BURST_SECONDS = 100, 200, 2.0


def add_row(table: Table, what: str, figures: Figures, grown: float) -> None:
    """One stretch."""
    table.row(
        what, figures.sent, figures.delivered, figures.heard.p50, figures.heard.p95,
        figures.heard.p99, figures.heard.max, figures.faults, figures.refused, grown,
    )  # fmt: skip


def listen(hall: Hall, stalled: int, seconds: float) -> tuple[Figures, float, int]:
    """Ten read beside ``stalled`` who do not: figures, MiB grown, descriptors at the end.

    A fresh process each time: whoever enters later could not catch up with events that are in no
    database.
    """
    hall.begin_announcing(unbatched=1)
    hall.pin()
    with hall.load(READERS + STALLED) as load:
        load.pin()
        load.open(READERS)
        if stalled:
            load.set(receive_buffer=SMALL_BUFFER)
            load.open(stalled)
        load.rest(2.0)
        load.set(text=LONG_TEXT)
        load.do("stall", stalled)
        memory = machine.resident(hall.pid)
        figures = load.talk(seconds, rate=RATE, senders=READERS)
        grown = (machine.resident(hall.pid) - memory) / 2**20
        left = machine.descriptors(hall.pid)
    hall.stop()
    return figures, grown, left


def stall(hall: Hall, table: Table, seconds: float) -> None:
    """The same ten without and with the fifty."""
    alone, grown, few = listen(hall, 0, seconds)
    add_row(table, "10 read, nobody else is there", alone, grown)
    beside, grown, left = listen(hall, STALLED, seconds)
    add_row(table, "10 read, 50 more do not", beside, grown)
    change = (beside.heard.p99 / alone.heard.p99 - 1) * 100
    table.note(f"p99 of the ten changes by {change:+.0f} %")
    table.note(f"Stalled connections still open at the end: {max(0, left - few)}")


def burst(hall: Hall, table: Table) -> None:
    """Everybody talks at once."""
    with hall.load(BURST_MEMBERS) as load:
        load.pin()
        load.open(BURST_MEMBERS)
        load.rest(2.0)
        figures = load.talk(BURST_SECONDS, rate=BURST_RATE, senders=BURST_MEMBERS)
        add_row(table, "burst of 200 lines/s to 100 members", figures, 0.0)


def main() -> None:
    """Read the arguments and run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0)
    asked = parser.parse_args()
    compiler()
    with filled_hall(BURST_MEMBERS) as hall:
        hall.begin()
        hall.pin()
        table = Table(
            "Stalled readers and a burst", "case", "sent", "delivered", "p50 ms", "p95", "p99",
            "max", "faults", "refused", "MiB grown",
        )  # fmt: skip
        burst(hall, table)
        hall.stop()
        stall(hall, table, asked.seconds)
    table.note(machine.described())


if __name__ == "__main__":
    main()
