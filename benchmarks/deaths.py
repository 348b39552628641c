"""How long pictures stand still in real Chromium when a media process is killed with SIGKILL.

Starts the whole platform with two media workers; a lecturer publishes, two members watch, one on
each worker. Then each worker is killed in turn, first the one without the lecturer. *Still* is the
longest time without a new frame at each page after that.

    python -m benchmarks.deaths [--workers 2] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.async_api import Page, async_playwright

from benchmarks.table import Table
from tests.browser.classroom import go_live, join, schedule, sees_picture
from tests.browser.conftest import CHROMIUM, FLAGS, HOST, MEMBER, People
from tests.platform_process import Platform, children_of, free_ports

SECOND = "1030"
SETTLE_S = 12.0
"""After a death: everybody is back, and the worker counts as healthy again."""
RECORD = """() => {
  let frames = -1;
  window.moves = [];
  setInterval(() => {
    const now = [...document.querySelectorAll("video")]
      .reduce((sum, one) => sum + one.getVideoPlaybackQuality().totalVideoFrames, 0);
    if (now !== frames) window.moves.push(performance.now());
    frames = now;
  }, 10);
}"""
STILL = """(since) => {
  const times = [since, ...window.moves.filter(at => at >= since), performance.now()];
  return Math.max(...times.map((at, n) => at - (times[n - 1] ?? at)));
}"""


@dataclass
class Workers(Platform):
    """The platform with several media workers."""

    workers: int = 2
    port: int = field(default_factory=lambda: free_ports(6))

    @property
    def environment(self) -> dict[str, str]:
        """As ever, and the number of workers."""
        return super().environment | {"MEDIA_WORKERS": str(self.workers)}

    def pids(self) -> list[int]:
        """The media workers, by number; the one process when it is alone."""
        assert self.process is not None
        media = next(p for p, line in children_of(self.process.pid).items() if "sfu" in line)
        found: dict[int, int] = {}
        for pid in children_of(media):
            variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            told = next((one for one in variables if one.startswith(b"MEDIA_WORKER=")), b"=0")
            found[int(told.partition(b"=")[2])] = pid
        return [found[number] for number in sorted(found)] or [media]

    def publishers(self) -> list[int]:
        """How many publishers each worker has."""
        url = f"http://127.0.0.1:{self.port + 1}/media/healthz"
        told = httpx.get(url, trust_env=False).json()
        return [one["publishers"] for one in told.get("each", [told])]


async def still_after(platform: Workers, worker: int, pages: list[Page]) -> list[float]:
    """Kill a worker; the longest pause at each page, in ms."""
    since = [await page.evaluate("performance.now()") for page in pages]
    os.kill(platform.pids()[worker], signal.SIGKILL)
    await asyncio.sleep(SETTLE_S)
    return [await page.evaluate(STILL, at) for page, at in zip(pages, since, strict=True)]


async def measure(platform: Workers, rounds: int) -> dict[str, list[list[float]]]:
    """Pauses by which worker died, one list per death."""
    found: dict[str, list[list[float]]] = {"without the lecturer": [], "with the lecturer": []}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = People(browser, platform)
        host = await people.sign_in(HOST, permissions=True)
        code = await schedule(host, "benchmark")
        await go_live(host, code)
        pages = [await people.sign_in(one) for one in (MEMBER, SECOND)]
        for page in pages:
            await join(page, code)
            await sees_picture(page)
            await page.evaluate(RECORD)
        await asyncio.sleep(1)
        for _ in range(rounds):
            for name, wanted in (("without the lecturer", 0), ("with the lecturer", 1)):
                counts = platform.publishers()
                if wanted in counts:
                    pauses = await still_after(platform, counts.index(wanted), pages)
                    found[name].append(pauses)
        await people.leave()
        await browser.close()
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        platform = Workers(Path(folder), workers=given.workers)
        platform.prepare()
        platform.start()
        try:
            found = asyncio.run(measure(platform, given.rounds))
        finally:
            platform.stop()
    table = Table(
        "SIGKILL of a media worker", "worker", "deaths", "most still ms", "least", "median"
    )
    for name, deaths in found.items():
        worst = [max(pauses) for pauses in deaths]
        if worst:
            least = min(min(pauses) for pauses in deaths)
            table.row(name, len(worst), max(worst), least, statistics.median(worst))


if __name__ == "__main__":
    main()
