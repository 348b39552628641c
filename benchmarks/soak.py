"""A long class with people coming and going: nothing may grow.

    python -m benchmarks.soak [MINUTES] [--members 1000]     default: 30

Five lines a second; five members a second lose their line and come back after 4 to 12 s, most of
them long enough to count as gone. Every ten seconds memory, descriptors, threads and tasks are
looked at; the slope is a straight line through the samples after the first fifth.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

import httpx

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Figures
from benchmarks.programs import compiler
from benchmarks.table import Table

LINES, CUTS, AWAY = 5.0, 5.0, 8.0
SAMPLE = 10.0
WARM = 0.2
SHOWN = 15
"""Rows of the table; all samples count for the slope."""


@dataclass(frozen=True)
class Sample:
    """What the web process holds at one moment."""

    minutes: float
    mib: float
    own: float
    """Of those, without mapped files: the database grows, and its pages are everybody's."""
    descriptors: int
    threads: int
    tasks: int
    objects: int
    ready: int


def look(hall: Hall, began: float, ready: int) -> Sample:
    """Now."""
    told = httpx.get(f"{hall.url}/bench/counts/", timeout=10).json()
    return Sample(
        (time.monotonic() - began) / 60, machine.resident(hall.pid) / 2**20,
        machine.own(hall.pid) / 2**20, machine.descriptors(hall.pid), machine.threads(hall.pid),
        told["tasks"], told["objects"], ready,
    )  # fmt: skip


def slope(samples: list[Sample], name: str) -> float:
    """Growth per hour, after the warm-up."""
    kept = samples[int(len(samples) * WARM) :]
    if len(kept) < 3:
        return 0.0
    hours = [one.minutes / 60 for one in kept]
    return statistics.linear_regression(hours, [getattr(one, name) for one in kept]).slope


def run(hall: Hall, members: int, minutes: float) -> tuple[list[Sample], list[Figures]]:
    """Talk, cut, look."""
    samples: list[Sample] = []
    rounds: list[Figures] = []
    with hall.load() as load:
        load.set(come_back=1)
        load.open(members)
        load.set(cuts=CUTS, pause=AWAY)
        began = time.monotonic()
        while time.monotonic() - began < minutes * 60:
            rounds.append(load.talk(SAMPLE, rate=LINES, senders=members, drain=0.0))
            samples.append(look(hall, began, rounds[-1].ready))
        load.set(cuts=0)
        rounds.append(load.do("gather", 0, 30, seconds=30))
        load.rest(4.0)
        samples.append(look(hall, began, members))
    time.sleep(6.0)
    samples.append(look(hall, began, 0))
    return samples, rounds


def show(samples: list[Sample], rounds: list[Figures]) -> None:
    """Some samples, the slopes, and what the members say."""
    table = Table(
        "Soak", "minute", "MiB", "own MiB", "descriptors", "threads", "tasks", "objects", "members"
    )
    step = max(1, len(samples) // SHOWN)
    for one in [*samples[:-2:step], *samples[-2:]]:
        table.row(
            one.minutes,
            one.mib,
            one.own,
            one.descriptors,
            one.threads,
            one.tasks,
            one.objects,
            one.ready,
        )
    table.note("The last two rows: everybody back, and everybody gone.")
    running = samples[:-2]
    table.note(
        f"Slope: {slope(running, 'own'):+.1f} own MiB/h, {slope(running, 'mib'):+.1f} MiB/h, "
        f"{slope(running, 'descriptors'):+.1f} descriptors/h, "
        f"{slope(running, 'tasks'):+.1f} tasks/h, {slope(running, 'objects'):+,.0f} objects/h."
    )
    totals = {
        name: sum(getattr(one, name) for one in rounds)
        for name in ("delivered", "lost_lines", "returns", "gaps", "duplicates")
    }
    worst = max(one.heard.p99 for one in rounds)
    shown = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in totals.items())
    table.note(
        f"{shown}; worst p99 of ten seconds {worst:.0f} ms, "
        "what returning members caught up with included."
    )
    table.note(machine.described())


def main() -> None:
    """Read the arguments and soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=30.0)
    parser.add_argument("--members", type=int, default=1000)
    asked = parser.parse_args()
    compiler()
    with filled_hall(asked.members) as hall:
        hall.begin(extras=1)
        hall.pin()
        samples, rounds = run(hall, asked.members, asked.minutes)
        hall.stop()
    show(samples, rounds)


if __name__ == "__main__":
    main()
