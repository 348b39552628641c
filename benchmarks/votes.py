"""A vote storm: everybody votes at once, each vote committed before its answer.

    python -m benchmarks.votes [--members 2000] [--quick]

The host opens a poll over the wire, every member votes once within 2 s, then in a new poll within
0.2 s, the same in anonymous polls, then within 2 s while the web process is killed (SIGKILL) in the
middle: members come back with the browser's back-off and send again what was not answered. Asked of
the database afterwards: one row per vote, and every answered vote is there.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path

from benchmarks import machine
from benchmarks.hall import Hall, filled_hall
from benchmarks.load import Figures, Load
from benchmarks.programs import compiler
from benchmarks.table import Table

OPTIONS = ["yes", "no", "perhaps", "later"]
TIMEOUT = 40.0
KILL_AFTER = 1.0


async def _open_poll(hall: Hall, question: str, anonymous: bool) -> tuple[int, list[int]]:
    page = await hall.page("host")
    try:
        for (poll,) in hall.rows("SELECT id FROM liveclass_poll WHERE phase = 'open'"):
            await page.do("poll.close", poll=poll)
        answer = await page.do(
            "poll.create", question=question, options=OPTIONS, anonymous=anonymous
        )
        assert answer["type"] == "accepted", answer
        while not page.all("poll.opened"):
            await page.next()
    finally:
        await page.close()
    poll = page.all("poll.opened")[-1]["poll"]
    return poll["id"], [option["id"] for option in poll["options"]]


def open_poll(hall: Hall, question: str, *, anonymous: bool = False) -> tuple[int, list[int]]:
    """The host asks; the poll and its options."""
    return asyncio.run(_open_poll(hall, question, anonymous))


def stored(hall: Hall, poll: int) -> set[str]:
    """The commands of the votes in the database."""
    return {id for (id,) in hall.rows("SELECT client_id FROM liveclass_vote WHERE poll_id=?", poll)}


def tallied(hall: Hall, poll: int) -> int:
    """The count by option, added up: rows, or the counters of an anonymous poll."""
    rows = (
        "SELECT count(*) FROM liveclass_votechoice c JOIN liveclass_vote v ON v.id = c.vote_id "
        "WHERE v.poll_id = ?"
    )
    counters = "SELECT sum(votes) FROM liveclass_option WHERE poll_id = ?"
    return int(hall.rows(rows, poll)[0][0]) + int(hall.rows(counters, poll)[0][0])


def acked(hall: Hall, load: Load) -> set[str]:
    """The commands that were answered."""
    path = Path(hall.folder) / "acked"
    load.do("acked", path)
    return set(path.read_text().split())


def storm(hall: Hall, load: Load, table: Table, spread: float, *, anonymous: bool = False) -> None:
    """One storm without a disaster."""
    load.rest(1.0)
    poll, options = open_poll(hall, f"within {spread} s", anonymous=anonymous)
    before, began = machine.cpu(hall.pid), time.monotonic()
    figures = load.do("vote", poll, spread, TIMEOUT, *options, seconds=TIMEOUT)
    core = (machine.cpu(hall.pid) - before) / (time.monotonic() - began) * 100
    kind = "anonymous votes" if anonymous else "votes"
    add_row(table, f"{figures.sent:,} {kind} in {spread:g} s", hall, load, poll, figures, core)


def add_row(
    table: Table, what: str, hall: Hall, load: Load, poll: int, figures: Figures, core: float
) -> None:
    """What the storm did, and what the database says."""
    rows, answered = stored(hall, poll), acked(hall, load)
    ours = {id for id in answered if id in rows}
    tally = (figures.last_tally - figures.last_post) / 1e6 if figures.last_tally else 0.0
    table.row(
        what, figures.accepted, figures.answered.p50, figures.answered.p95, figures.answered.p99,
        figures.answered.max, tally, f"{core:.0f} %", len(rows), tallied(hall, poll),
        figures.accepted - len(ours), figures.refused, figures.resent,
    )  # fmt: skip


def killed(hall: Hall, load: Load, table: Table) -> None:
    """The web process dies in the middle; the answered votes are counted before it comes back."""
    load.rest(1.0)
    poll, options = open_poll(hall, "killed in the middle")
    load.begin("vote", poll, 2 * KILL_AFTER, TIMEOUT, *options, seconds=TIMEOUT)
    time.sleep(KILL_AFTER)
    hall.kill()
    time.sleep(0.2)
    survived = len(stored(hall, poll))
    hall.begin()
    hall.pin()
    before, began = machine.cpu(hall.pid), time.monotonic()
    figures = load.end()
    core = (machine.cpu(hall.pid) - before) / (time.monotonic() - began) * 100
    add_row(table, "votes in 2 s, SIGKILL in the middle", hall, load, poll, figures, core)
    table.note(f"Rows right after SIGKILL: {survived:,}; gaps {figures.gaps}, "
               f"duplicates {figures.duplicates}.")  # fmt: skip


def main() -> None:
    """Read the arguments and run the storms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--quick", action="store_true", help="200 members")
    asked = parser.parse_args()
    compiler()
    members = 200 if asked.quick else asked.members
    with filled_hall(members) as hall:
        hall.begin()
        hall.pin()
        with hall.load() as load:
            load.pin()
            load.set(come_back=1)
            load.open(members)
            table = Table(
                "Vote storm", "storm", "answered", "p50 ms", "p95", "p99", "max",
                "tally at everyone ms after the last vote", "core", "rows", "choices",
                "answered but not stored", "refused", "sent again",
            )  # fmt: skip
            storm(hall, load, table, 2.0)
            storm(hall, load, table, 0.2)
            storm(hall, load, table, 2.0, anonymous=True)
            storm(hall, load, table, 0.2, anonymous=True)
            killed(hall, load, table)
        hall.stop()
    table.note(machine.described())


if __name__ == "__main__":
    main()
