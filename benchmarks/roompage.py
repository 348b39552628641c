"""What the room page costs a phone: first useful paint, and whether a full class drops frames.

*Paint*: navigation to the first contentful paint, to the door that can be pressed, and from the
press to the room with its chat; the cache is empty, the processor slowed down by DevTools (4 is a
middling phone beside this machine). *Full class*: sixty members are connected and say 500 lines
while a member looks on; tasks above 50 ms are what the browser reports as long tasks
(https://www.w3.org/TR/longtasks/), a frame is dropped when the next comes later than 1.5 periods of
60 Hz.

    python -m benchmarks.roompage [--rounds 3] [--lines 500]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from uuid import uuid4

import websockets
from playwright.async_api import Page, async_playwright, expect

from benchmarks import machine
from benchmarks.table import Table
from tests.browser.classroom import go_live, schedule
from tests.browser.conftest import CHROMIUM, FLAGS, HOST, MEMBER, People
from tests.platform_process import Platform

SLOW = (1, 4)
MEMBERS = 60
PER_SECOND = 10
TICKETS = """
import json
from courses.activities.models import Session
from liveclass.rooms.actions import issue_ticket
from members.accounts.models import Member
session = Session.objects.get(code="{code}")
left_out = ("{host}", "{member}")
people = Member.objects.filter(is_active=True).exclude(staff_no__in=left_out).order_by("pk")
print("TICKETS", json.dumps([issue_ticket(session, one)["ticket"] for one in people[:{most}]]))
"""
OBSERVE = """() => {
  globalThis.long = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) globalThis.long.push(one.duration);
  }).observe({ type: "longtask", buffered: true });
}"""
FRAMES = """() => {
  globalThis.long.length = 0;
  globalThis.gaps = [];
  let before = performance.now();
  const look = (now) => {
    globalThis.gaps.push(now - before);
    before = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
NOW = "() => performance.now()"


async def slow_down(page: Page, times: int) -> None:
    """Let the page's processor be ``times`` slower, with nothing in its cache."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": times})
    await tools.send("Network.clearBrowserCache")


async def paint(people: People, code: str, times: int) -> tuple[float, float, float]:
    """Milliseconds to the first paint, to the door, and from the press to the room."""
    page = await people.sign_in(MEMBER, phone=True)
    await page.goto("about:blank")
    await slow_down(page, times)
    await page.goto(f"/classes/{code}/room/", wait_until="commit")
    await page.locator("[data-join]").wait_for()
    door = float(await page.evaluate(NOW))
    first = float(await page.evaluate(PAINT))
    await page.locator("[data-join]").click()
    pressed = float(await page.evaluate(NOW))
    await page.locator("lc-composer input").wait_for()
    entered = float(await page.evaluate(NOW)) - pressed
    await page.context.close()
    return first, door, entered


async def crowd(platform: Platform, code: str) -> list[websockets.ClientConnection]:
    """Sixty members, connected."""
    told = await asyncio.to_thread(
        platform.manage, "shell", "-c",
        TICKETS.format(code=code, host=HOST, member=MEMBER, most=MEMBERS),
    )  # fmt: skip
    tickets = json.loads(told.partition("TICKETS ")[2])
    address = f"{platform.url.replace('http', 'ws')}/ws/room/{code}/"
    lines = []
    for ticket in tickets:
        line = await websockets.connect(address, origin=websockets.Origin(platform.url))
        await line.send(json.dumps({"type": "hello", "ticket": ticket, "version": 1}))
        await line.recv()
        lines.append(line)
    return lines


async def drain(line: websockets.ClientConnection) -> None:
    """Read what comes and forget it."""
    async for _ in line:
        pass


async def talk(lines: list[websockets.ClientConnection], count: int) -> None:
    """Members say ``count`` lines in turn."""
    for number in range(count):
        text = f"第 {number} 句：管道温度正常，阀门已检查，请看第 {number % 40} 页。"
        said = {"type": "chat.post", "id": str(uuid4()), "text": text}
        await lines[number % len(lines)].send(json.dumps(said))
        await asyncio.sleep(1 / PER_SECOND)


async def full_class(
    people: People, lines: list[websockets.ClientConnection], code: str, times: int, count: int
) -> tuple[int, float, float, float]:
    """Long tasks, the longest of them in ms, dropped frames in %, longest frame in ms."""
    page = await people.sign_in(MEMBER, phone=times > 1)
    await page.add_init_script(f"({OBSERVE})()")
    await page.goto(f"/classes/{code}/room/")
    await page.locator("[data-join]").click()
    await page.locator("lc-composer input").wait_for()
    await slow_down(page, times)
    await asyncio.sleep(3)
    await page.evaluate(FRAMES)
    await talk(lines, count)
    last = f"第 {count - 1} 句"
    await expect(page.locator("lc-chat").get_by_text(last).first).to_be_visible(timeout=20_000)
    long = await page.evaluate("() => globalThis.long")
    gaps = await page.evaluate("() => globalThis.gaps")
    await page.context.close()
    late = sum(1 for gap in gaps if gap > 1.5 * 1000 / 60)
    return len(long), max(long, default=0.0), 100 * late / len(gaps), max(gaps)


async def measure(platform: Platform, rounds: int, count: int) -> None:
    """Print both tables."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = People(browser, platform)
        host = await people.sign_in(HOST, permissions=True)
        code = await schedule(host, "benchmark", everyone=True)
        await go_live(host, code)
        painted = Table(
            "Room page, empty cache", "slower", "first paint ms", "door ms", "press to room ms"
        )
        for times in SLOW:
            found = [await paint(people, code, times) for _ in range(rounds)]
            painted.row(f"{times} ×", *(statistics.median(one) for one in zip(*found, strict=True)))
        lines = await crowd(platform, code)
        readers = [asyncio.create_task(drain(line)) for line in lines]
        full = Table(
            f"{len(lines)} members, {count} lines at {PER_SECOND}/s", "slower", "tasks > 50 ms",
            "longest ms", "late frames %", "longest frame ms",
        )  # fmt: skip
        for times in SLOW:
            full.row(f"{times} ×", *await full_class(people, lines, code, times, count))
        for reader in readers:
            reader.cancel()
        await browser.close()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lines", type=int, default=500)
    given = parser.parse_args()
    print(machine.described())
    with tempfile.TemporaryDirectory(prefix="liveclass-roompage-") as folder:
        platform = Platform(Path(folder))
        platform.prepare()
        platform.start()
        try:
            asyncio.run(measure(platform, given.rounds, given.lines))
        finally:
            platform.stop()


if __name__ == "__main__":
    main()
