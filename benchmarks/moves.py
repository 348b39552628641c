"""How long pictures stand still when a network changes and nobody tells the browser.

The whole platform; the lecturer's media, or a member's, go over a relay that drops everything from
and to the addresses she has, from one moment on, as when a laptop leaves one Wi-Fi for another.
*Still* is the longest time without a new frame at the page of a member.

    python -m benchmarks.moves [--rounds 5] [--member]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from benchmarks.deaths import RECORD, STILL
from benchmarks.table import Table
from tests.browser.classroom import go_live, join, schedule, sees_picture
from tests.browser.conftest import CHROMIUM, FLAGS, HOST, MEMBER, People
from tests.browser.moving import through_relay
from tests.platform_process import Platform

SETTLE_S = 8.0
"""Until the new way is steady too."""


async def measure(platform: Platform, rounds: int, viewer: bool) -> tuple[list[float], list[str]]:
    """The pauses in ms, and how the page found its way back."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = People(browser, platform)
        host = await people.sign_in(HOST, permissions=True)
        member = await people.sign_in(MEMBER)
        moving = member if viewer else host
        relay = await through_relay(moving.context, platform)
        code = await schedule(host, "benchmark")
        await go_live(host, code)
        await join(member, code)
        await sees_picture(member)
        await member.evaluate(RECORD)
        asked: list[str] = []
        moving.on(
            "request", lambda one: asked.append(one.method) if one.method == "PATCH" else None
        )
        pauses: list[float] = []
        for _ in range(rounds):
            await asyncio.sleep(SETTLE_S)
            since = await member.evaluate("performance.now()")
            relay.cut()
            await asyncio.sleep(SETTLE_S)
            pauses.append(await member.evaluate(STILL, since))
        await people.leave()
        await browser.close()
    return pauses, asked


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--member", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform(Path(folder))
        platform.prepare()
        platform.start()
        try:
            pauses, asked = asyncio.run(measure(platform, given.rounds, given.member))
        finally:
            platform.stop()
    whose = "A member's" if given.member else "The lecturer's"
    table = Table(f"{whose} network changes", "changes", "most still ms", "median", "by")
    table.row(len(pauses), max(pauses), statistics.median(pauses), " ".join(asked))


if __name__ == "__main__":
    main()
