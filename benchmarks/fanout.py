"""What a delivered event costs: processor time per event and member, ours beside others.

    python -m benchmarks.fanout [members ...] [--seconds 2] [--rounds 3] [--no-peers]

One room; lines of about 200 bytes from ten senders (ours: from everybody, because a member may say
one line a second) go to all. Every server is full of its members before the first measurement; then
the servers take turns, so that the noise of a shared machine meets all of them. "µs" is user and
system time of the server process divided by lines that arrived. Servers are kept on one core and
the client on another where that is allowed.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from benchmarks import contestants, machine
from benchmarks.contestants import Contestant
from benchmarks.hall import Hall, copy_of, filled_hall
from benchmarks.load import Figures
from benchmarks.programs import Missing, compiler
from benchmarks.table import Table

ECHO_TEXT = 169
"""Characters that make an event of a peer 200 bytes."""
HUB_TEXT = 155
TEXTBOOK_MOST = 1000
TEXTBOOK_SECONDS = 4.0
SETTLE = 1.5
"""Seconds for counts of presence and the like to go out before anything is measured."""
IDLE = 3.0
"""Seconds in which nobody talks: pings and heartbeats, which the floor does not have."""


@dataclass
class Measured:
    """Rounds of one contestant."""

    contestant: Contestant
    flight: int
    label: str
    text: int
    idle: float = 0.0
    rounds: list[tuple[Figures, float]] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """One round."""
        one = self.contestant
        one.load.set(text=self.text)
        before = machine.cpu(one.pid)
        figures = one.load.talk(seconds, flight=self.flight, senders=one.senders)
        self.rounds.append((figures, machine.cpu(one.pid) - before))

    def per_event(self) -> float:
        """µs per delivered event, median of the rounds."""
        return statistics.median(
            used / max(figures.delivered, 1) * 1e6 for figures, used in self.rounds
        )

    def per_frame(self) -> float:
        """µs per frame that held events."""
        return statistics.median(
            used / max(figures.event_frames, 1) * 1e6 for figures, used in self.rounds
        )

    def sum(self, name: str) -> int:
        """A figure of all rounds together."""
        return sum(getattr(figures, name) for figures, _ in self.rounds)


@contextlib.contextmanager
def ours(hall: Hall, *, hub_only: bool) -> Iterator[Contestant]:
    """The real web process; ``hub_only`` leaves the database and the batching out."""
    if hub_only:
        hall.begin_announcing(unbatched=1)
    else:
        hall.begin()
    hall.pin()
    with hall.load() as load:
        load.pin()
        load.set(come_back=1)
        name = "ours, hub only" if hub_only else "ours, product"
        yield Contestant(name, hall.pid, load, senders=len(hall.members))
    hall.stop()


def with_peers(members: int, *, peers: bool, hall: Hall, other: Hall) -> list[
    Callable[[], AbstractContextManager[Contestant]]
]:  # fmt: skip
    """Everybody who takes part, not started yet."""
    parts: list[Callable[[], AbstractContextManager[Contestant]]] = [
        lambda: contestants.floor(members),
        lambda: ours(hall, hub_only=True),
        lambda: ours(other, hub_only=False),
    ]
    if peers:
        parts += [
            lambda: contestants.node("Node ws, pre-framed", "ws.js framed", members),
            lambda: contestants.node("Node ws", "ws.js", members),
            lambda: contestants.node("socket.io 4", "socketio.js", members),
        ]
    return parts


def entered(part: AbstractContextManager[Contestant], stack: contextlib.ExitStack, members: int
) -> Contestant | None:  # fmt: skip
    """A started contestant full of members; None, and a sentence, when it cannot take part."""
    try:
        one = stack.enter_context(part)
    except Missing as missing:
        print(missing)
        return None
    one.load.open(members)
    return one


def lines_of(one: Contestant) -> list[Measured]:
    """What is measured of it; the product twice, with one event under way and with eight."""
    if one.name == "ours, product":
        return [
            Measured(one, 1, "ours, product, one line under way", 0),
            Measured(one, 8, "ours, product, eight under way", 0),
        ]
    return [Measured(one, 1, one.name, HUB_TEXT if "hub" in one.name else ECHO_TEXT)]


def compare(members: int, seconds: float, rounds: int, *, peers: bool) -> None:
    """One size."""
    with contextlib.ExitStack() as stack:
        hall = stack.enter_context(filled_hall(members))
        other = stack.enter_context(copy_of(hall, "product"))
        measured: list[Measured] = []
        for part in with_peers(members, peers=peers, hall=hall, other=other):
            one = entered(part(), stack, members)
            measured += lines_of(one) if one else []
        time.sleep(SETTLE)
        look_at_idle(measured)
        for _ in range(rounds):
            for line in measured:
                line.run(seconds)
        if peers and members <= TEXTBOOK_MOST:
            measured += textbooks(members)
        show(members, measured)


def look_at_idle(measured: list[Measured]) -> None:
    """The share of a core each server uses while nobody talks."""
    before = [machine.cpu(line.contestant.pid) for line in measured]
    time.sleep(IDLE)
    for line, used in zip(measured, before, strict=True):
        line.idle = (machine.cpu(line.contestant.pid) - used) / IDLE


def textbooks(members: int) -> list[Measured]:
    """The slow ones, after the others and one at a time."""
    found = []
    for redis in (False, True):
        with contextlib.ExitStack() as stack:
            one = entered(contestants.textbook(members, redis=redis), stack, members)
            if one is not None:
                line = Measured(one, 1, one.name, ECHO_TEXT)
                line.run(TEXTBOOK_SECONDS)
                found.append(line)
    return found


def show(members: int, measured: list[Measured]) -> None:
    """The table of one size, with ratios to the floor."""
    floor = measured[0].per_event()
    table = Table(
        f"Fan-out to {members:,} members", "server", "µs per event", "× floor", "µs per frame",
        "× floor per frame", "events per frame", "bytes per event", "delivered", "p50 ms", "p99 ms",
        "idle core", "lost, gaps, duplicates",
    )  # fmt: skip
    for line in measured:
        last, _ = line.rounds[-1]
        per_event, per_frame = line.per_event(), line.per_frame()
        faults = "/".join(str(line.sum(name)) for name in ("lost", "gaps", "duplicates"))
        table.row(
            line.label, per_event, per_event / floor, per_frame, per_frame / floor,
            last.events_per_frame, round(last.bytes_per_event), line.sum("delivered"),
            last.heard.p50, last.heard.p99,
            f"{line.idle * 100:.1f} %", faults,
        )  # fmt: skip
    ours_line = next(line for line in measured if line.contestant.name == "ours, hub only")
    for line in measured:
        if not line.label.startswith(("ours", "C floor")):
            ratio = ours_line.per_event() / line.per_event()
            table.note(f"ours (hub only) ÷ {line.label}: {ratio:.2f}")


def main() -> None:
    """Read the arguments and compare each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("members", type=int, nargs="*", default=[1000])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    compiler()
    for members in asked.members:
        if not 10 <= members <= 5000:
            parser.error("between 10 and 5,000 members")
        compare(members, asked.seconds, asked.rounds, peers=not asked.no_peers)
    print(f"\n{machine.described()}")


if __name__ == "__main__":
    main()
