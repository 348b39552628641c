"""What a member gets on lines of 1 Mbit/s, 300 and 64 kbit/s, and how soon the picture is back.

One lecturer (camera in two sizes, microphone) and one member in Chromium; the member's media pass a
relay on 127.0.0.1 that lets through so many bits a second and keeps 0.3 s of them, as a modem does.
After a time to settle it is counted for some seconds: sound that was played as it came (the rest
was concealed, W3C webrtc-stats ``concealedSamples``), size and rate of the picture. Then the line
is wide again.

    python -m benchmarks.ladder [--seconds 20]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from benchmarks import machine
from benchmarks.table import Table
from tests.browser.classroom import join, schedule, sees_picture
from tests.browser.conftest import CHROMIUM, FLAGS, HOST, MEMBER, People
from tests.browser.moving import through_relay
from tests.browser.words import word
from tests.platform_process import Platform

LINES = (None, 1_000_000, 300_000, 64_000)
SETTLE_S = 15
KEPT = """() => {
  const Real = RTCPeerConnection;
  globalThis.connections = [];
  globalThis.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); globalThis.connections.push(this); }
  };
}"""
COUNTED = """async () => {
  const sum = { samples: 0, concealed: 0, frames: 0, width: 0 };
  for (const pc of globalThis.connections) {
    if (pc.connectionState !== "connected") continue;
    for (const one of (await pc.getStats()).values()) {
      if (one.type !== "inbound-rtp") continue;
      sum.samples += one.totalSamplesReceived ?? 0;
      sum.concealed += (one.concealedSamples ?? 0) - (one.silentConcealedSamples ?? 0);
      sum.frames += one.framesDecoded ?? 0;
      sum.width = Math.max(sum.width, one.frameWidth ?? 0);
    }
  }
  return sum;
}"""


async def counted(page: Page) -> dict[str, Any]:
    """Totals of what has arrived."""
    found: dict[str, Any] = await page.evaluate(COUNTED)
    return found


async def measure(platform: Platform, seconds: int) -> None:
    """Print a row for each line."""
    table = Table(
        "On narrow lines", "line kbit/s", "sound as it came %", "picture px", "pictures/s",
        "what is said", "picture back after s",
    )  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = People(browser, platform)
        host = await people.sign_in(HOST, permissions=True)
        code = await schedule(host, "benchmark")
        await host.goto(f"/classes/{code}/room/?start&layers")
        await expect(host.locator(".room .live").first).to_be_visible(timeout=15_000)
        for rate in LINES:
            member = await people.sign_in(MEMBER, "en")
            await member.add_init_script(f"({KEPT})()")
            relay = await through_relay(member.context, platform)
            await join(member, code)
            await sees_picture(member)
            relay.rate = rate
            await asyncio.sleep(SETTLE_S)
            before = await counted(member)
            await asyncio.sleep(seconds)
            after = await counted(member)
            samples = after["samples"] - before["samples"]
            came = 100 * (1 - (after["concealed"] - before["concealed"]) / samples)
            frames = (after["frames"] - before["frames"]) / seconds
            slow = member.get_by_text(word("en", "stage.too_slow"))
            said = "sound only, line too slow" if await slow.is_visible() else "–"
            relay.rate, widened = None, time.monotonic()
            await expect(slow).to_be_hidden(timeout=120_000)
            back = time.monotonic() - widened
            table.row(
                "open" if rate is None else rate // 1000, came, after["width"] if frames else 0,
                frames, said, back if said != "–" else "–",
            )  # fmt: skip
            await member.context.close()
            relay.close()
        await browser.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    print(machine.described())
    with tempfile.TemporaryDirectory(prefix="liveclass-ladder-") as folder:
        platform = Platform(Path(folder))
        platform.prepare()
        platform.start()
        try:
            asyncio.run(measure(platform, given.seconds))
        finally:
            platform.stop()


if __name__ == "__main__":
    main()
