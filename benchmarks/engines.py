"""Forwarding beside other engines in one run: ours, Debian's Janus, and stock aiortc.

The same lecturer (720p VP8 of about 1 Mbit/s and Opus, encoded once) publishes to each in turn, the
same viewers with real ICE and DTLS count what arrives, over this machine's own address. CPU is
that of the server process with all its threads. *Marginal* is what each packet more costs, between
the smallest count and this one. The load client's own CPU is shown: near 100 % of a core it would
be the bottleneck.

    python -m benchmarks.engines [--viewers 20,60,120] [--seconds 5] [--rounds 2]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from benchmarks import janus, media, media_floor, stock
from benchmarks.counting import Counter, only_address
from benchmarks.programs import Missing
from benchmarks.table import Table

GROUP = 5
"""Viewers that connect at once."""
SETTLE_S = 1.0


@dataclass(frozen=True)
class Figure:
    """One engine with so many viewers; rates per second."""

    viewers: int
    packets: float
    cpu: float
    client: float

    @property
    def each(self) -> float:
        """µs of CPU per forwarded packet."""
        return self.cpu / max(self.packets, 1) * 1e6

    def marginal(self, least: Figure) -> float:
        """µs per packet more than ``least``; 0 for itself."""
        more = self.packets - least.packets
        return (self.cpu - least.cpu) / more * 1e6 if more > 0 else 0.0


Join = Callable[[], Awaitable[Counter]]


async def measure(pid: int, viewers: list[Counter], seconds: float) -> Figure:
    """What ``pid`` and we use while packets flow."""
    loop = asyncio.get_running_loop()
    before = sum(v.packets for v in viewers), media.cpu_seconds(pid), media.cpu_seconds(os.getpid())
    began = loop.time()
    await asyncio.sleep(seconds)
    passed = loop.time() - began
    now = sum(v.packets for v in viewers), media.cpu_seconds(pid), media.cpu_seconds(os.getpid())
    packets, cpu, own = ((b - a) / passed for a, b in zip(before, now, strict=True))
    return Figure(len(viewers), packets, cpu, own)


async def climb(pid: int, join: Join, counts: list[int], seconds: float) -> list[Figure]:
    """A figure for each count."""
    viewers: list[Counter] = []
    figures: list[Figure] = []
    for count in counts:
        while len(viewers) < count:
            some = min(GROUP, count - len(viewers))
            viewers += await asyncio.gather(*(join() for _ in range(some)))
        await asyncio.sleep(SETTLE_S)
        figures.append(await measure(pid, viewers, seconds))
    await asyncio.gather(*(viewer.close() for viewer in viewers))
    return figures


async def ours(counts: list[int], seconds: float) -> list[Figure]:
    """The media process of this project."""
    child, url = media.media_process(janus.own_address())
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
            await media.ready(http)
            lecturer = await media.publish(http)
            members = iter(range(2, 10_000))

            async def join() -> Counter:
                viewer = media.Viewer()
                await viewer.connect(http, next(members))
                return viewer

            figures = await climb(child.pid, join, counts, seconds)
            await lecturer.close()
            return figures
    finally:
        child.terminate()
        child.wait(5)


async def of_janus(counts: list[int], seconds: float) -> list[Figure]:
    """Janus' VideoRoom."""
    with janus.running() as (child, url):
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as http:
            session = janus.Session(http)
            await session.open()
            lecturer = await media.lecturer_peer()
            await janus.publish(session, lecturer)

            async def join() -> Counter:
                viewer = janus.JanusViewer()
                await viewer.connect(session)
                return viewer

            figures = await climb(child.pid, join, counts, seconds)
            await lecturer.close()
            session.close()
            return figures


async def of_stock(counts: list[int], seconds: float) -> list[Figure]:
    """aiortc as its examples use it."""
    child, url = stock.start(janus.own_address())
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
            await stock.ready(http)
            lecturer = await media.lecturer_peer()
            await stock.publish(http, lecturer)

            async def join() -> Counter:
                viewer = stock.StockViewer()
                await viewer.connect(http)
                return viewer

            figures = await climb(child.pid, join, counts, seconds)
            await lecturer.close()
            return figures
    finally:
        child.kill()
        child.wait(5)


def show(table: Table, name: str, rounds: list[list[Figure]]) -> None:
    """Medians over the rounds, one line per count."""
    for at, figure in enumerate(rounds[0]):
        same = [(each[at], each[at].marginal(each[0])) for each in rounds]
        table.row(
            name,
            figure.viewers,
            statistics.median(f.packets / f.viewers for f, _ in same),
            statistics.median(f.cpu * 100 for f, _ in same),
            statistics.median(f.each for f, _ in same),
            statistics.median(more for _, more in same) if at else "–",
            statistics.median(f.client * 100 for f, _ in same),
        )


async def run(counts: list[int], seconds: float, rounds: int, few: list[int]) -> None:
    """All engines in turn, so that each sees the machine in the same minutes."""
    found: dict[str, list[list[Figure]]] = {"ours": [], "Janus, event_loops=1": []}
    for _ in range(rounds):
        found["ours"].append(await ours(counts, seconds))
        found["Janus, event_loops=1"].append(await of_janus(counts, seconds))
    if few:
        found["aiortc MediaRelay"] = [await of_stock(few, seconds)]
    heads = ("engine", "viewers", "pkt/s each", "server %", "µs/packet", "marginal", "client %")
    table = Table(f"{rounds} rounds of {seconds:g} s", *heads)
    for name, each in found.items():
        show(table, name, each)
    last = [each[-1].marginal(each[0]) for each in found["ours"]]
    other = [each[-1].marginal(each[0]) for each in found["Janus, event_loops=1"]]
    ratios = " ".join(f"{a / b:.2f}" for a, b in zip(last, other, strict=True) if b)
    print(f"marginal, ours ÷ Janus at {counts[-1]} viewers, each round: {ratios}")


def versions() -> str:
    """Which Janus it was."""
    program, _ = janus.program()
    told = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False,
        env={**os.environ, **janus.system.libraries_of(program)},
    )  # fmt: skip
    return (told.stdout or told.stderr).strip().splitlines()[0]


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--viewers", default="20,60,120", help="counts, ascending")
    parser.add_argument("--seconds", type=float, default=5.0, help="measured time per count")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--stock", default="1,2", help="counts for stock aiortc; empty leaves it out"
    )
    given = parser.parse_args()
    counts = [int(number) for number in given.viewers.split(",")]
    few = [int(number) for number in given.stock.split(",") if number]
    only_address(janus.own_address())
    asyncio.run(run(counts, given.seconds, given.rounds, few))
    try:
        floor = media_floor.measured(max(counts), given.seconds)
        print(f"C floor at {max(counts)} viewers: {floor:.2f} µs/packet")
    except Missing as missing:
        print(missing)
    print(versions())


if __name__ == "__main__":
    main()
