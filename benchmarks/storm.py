"""A restart of the web process with everybody in the room: how long until all are back.

    python -m benchmarks.storm [--members 2000] [--quick]

Four restarts: SIGTERM (goodbye with a time to return) and SIGKILL, each with the browser's back-off
(full jitter, 0.3 to 10 s) and with everybody at once (a try every 50 ms). A member is back when it
has its snapshot or the events it missed; two seconds of chat afterwards prove that nothing is
missing, double or out of order, and that all stand at the number the database has.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Figures, Load
from benchmarks.programs import compiler
from benchmarks.table import Table

TIMEOUT = 60.0
BROWSER = {"least_ms": 300.0, "most_ms": 10_000.0}
AT_ONCE = {"least_ms": 50.0, "most_ms": 50.0}


@dataclass
class Restart:
    """Monotonic seconds, and the figures of coming back and of the talk after it."""

    down: float
    listening: float
    cpu: float
    back: Figures
    talk: Figures

    @property
    def ready(self) -> float:
        """When the last one was back."""
        return self.back.last_ready / 1e9


def restart(hall: Hall, load: Load, members: int, *, kill: bool) -> Restart:
    """End the web process, start it again, wait for everybody."""
    load.talk(1.0, rate=10, senders=members)
    load.begin("gather", members, TIMEOUT, seconds=TIMEOUT)
    time.sleep(0.1)
    down = time.monotonic()
    if kill:
        hall.kill()
    else:
        hall.stop()
    hall.begin()
    listening = time.monotonic()
    hall.pin()
    back = load.end()
    cpu = machine.cpu(hall.pid)
    load.rest(1.0)
    talk = load.talk(2.0, rate=10, senders=members)
    return Restart(down, listening, cpu, back, talk)


def idle_cpu(hall: Hall) -> float:
    """What starting costs without anybody: subtracted from the cost of coming back."""
    hall.begin()
    time.sleep(2.0)
    used = machine.cpu(hall.pid)
    hall.stop()
    return used


def add_row(table: Table, what: str, hall: Hall, members: int, one: Restart, idle: float) -> None:
    """One restart."""
    back, talk = one.back, one.talk
    right = talk.lowest_seq == talk.highest_seq == hall.seq and talk.ready == members
    faults = f"{back.gaps + talk.gaps}/{back.duplicates + talk.duplicates}/{talk.lost}"
    table.row(
        what, f"{back.ready:,} of {members:,}", one.ready - one.down, one.ready - one.listening,
        back.entered.p50, back.entered.p99, (one.cpu - idle) / members * 1000, back.snapshots,
        back.resumes, back.attempts, back.byes, faults, "yes" if right else "NO",
    )  # fmt: skip


def main() -> None:
    """Read the arguments and run the four restarts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--quick", action="store_true", help="200 members")
    asked = parser.parse_args()
    compiler()
    members = 200 if asked.quick else asked.members
    with filled_hall(members) as hall:
        idle = idle_cpu(hall)
        hall.begin()
        hall.pin()
        with hall.load() as load:
            load.pin()
            load.set(come_back=1)
            load.open(members)
            load.rest(2.0)
            table = Table(
                f"Restart with {members:,} members", "how", "back", "s since the end",
                "s since listening", "entry p50 ms", "p99", "ms CPU each", "snapshots", "resumed",
                "attempts", "goodbyes", "gaps/duplicates/lost", "state right",
            )  # fmt: skip
            for pace, back_off in (("browser's back-off", BROWSER), ("all at once", AT_ONCE)):
                load.set(**back_off)
                for kill in (False, True):
                    one = restart(hall, load, members, kill=kill)
                    what = f"{'SIGKILL' if kill else 'SIGTERM'}, {pace}"
                    add_row(table, what, hall, members, one, idle)
        hall.stop()
    table.note(machine.described())


if __name__ == "__main__":
    main()
