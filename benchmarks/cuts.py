"""Random cuts: lines break all the time, and nobody may miss an event or see one twice.

    python -m benchmarks.cuts [--members 400] [--events 1000000] [--cuts 20] [--quick]

Members talk as fast as the room allows while their connections are reset at random moments. Each
comes back with the newest number it has seen, sends again what was not answered, and checks that
the numbers it is sent continue. At the end everybody stands where the database stands, and the
database has each line once.
"""

from __future__ import annotations

import argparse
import time

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Figures, Load
from benchmarks.programs import compiler
from benchmarks.table import Table

ROUND = 10.0
LONGEST = 600.0
FLIGHT = 8


def talk_until(load: Load, members: int, events: int) -> list[Figures]:
    """Rounds of talk until so many events were delivered, or ten minutes are over."""
    rounds: list[Figures] = []
    until = time.monotonic() + LONGEST
    while sum(one.delivered for one in rounds) < events and time.monotonic() < until:
        rounds.append(load.talk(ROUND, flight=FLIGHT, senders=members, drain=3.0))
    return rounds


def verdict(hall: Hall, end: Figures, members: int) -> str:
    """What is wrong at the end, or "right"."""
    numbers = [seq for (seq,) in hall.rows("SELECT seq FROM liveclass_roomevent ORDER BY seq")]
    texts = hall.rows("SELECT count(*), count(DISTINCT text) FROM liveclass_message")[0]
    wrong = []
    if end.ready != members:
        wrong.append(f"{members - end.ready} not back")
    if not end.lowest_seq == end.highest_seq == hall.seq:
        wrong.append(f"members stand at {end.lowest_seq}-{end.highest_seq}, not {hall.seq}")
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("the numbers in the database have a gap")
    if texts[0] != texts[1]:
        wrong.append(f"{texts[0] - texts[1]} lines stored twice")
    return ", ".join(wrong) or "right"


def main() -> None:
    """Read the arguments, cut, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=400)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--cuts", type=float, default=20.0, help="a second")
    parser.add_argument("--quick", action="store_true", help="100 members, 100,000 events")
    asked = parser.parse_args()
    compiler()
    members, events = (100, 100_000) if asked.quick else (asked.members, asked.events)
    with filled_hall(members) as hall:
        hall.begin()
        hall.pin()
        with hall.load() as load:
            load.pin()
            load.set(come_back=1, least_ms=20, most_ms=400)
            load.open(members)
            load.set(cuts=asked.cuts)
            rounds = talk_until(load, members, events)
            load.set(cuts=0)
            end = load.do("gather", 0, 20, seconds=20)
            load.rest(1.0)
            end = load.rest(0.2)
            judged = verdict(hall, end, members)
        hall.stop()
    show(members, rounds, judged)


def show(members: int, rounds: list[Figures], judged: str) -> None:
    """One row."""

    def total(name: str) -> int:
        return sum(getattr(one, name) for one in rounds)

    table = Table(
        "Random cuts", "members", "events delivered", "cuts", "resumed", "snapshots",
        "commands sent again", "gaps", "duplicates", "went back", "p99 ms, catching up included",
        "at the end",
    )  # fmt: skip
    table.row(
        members, total("delivered"), total("lost_lines"), total("resumes"), total("snapshots"),
        total("resent"), total("gaps"), total("duplicates"), total("backwards"),
        max(one.heard.p99 for one in rounds), judged,
    )  # fmt: skip
    table.note(machine.described())


if __name__ == "__main__":
    main()
