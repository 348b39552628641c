"""How long a member waits between her tap on *Join* and the first picture, in real Chromium.

Starts the whole platform in a folder of its own, lets one lecturer publish fake camera and
microphone, and lets a member come in ``TRIES`` times. Everything stays on 127.0.0.1.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.browser.classroom import go_live, schedule, sees_picture
from tests.browser.conftest import CHROMIUM, FLAGS, HOST, MEMBER, People
from tests.platform_process import Platform

TRIES = 10
FIRST_FRAME = """async () => {
  const begun = performance.now();
  document.querySelector("[data-join]").click();
  for (;;) {
    const video = document.querySelector("video");
    const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    if (frames > 0 && video.videoWidth > 0) return performance.now() - begun;
    if (performance.now() - begun > 20000) return -1;
    await new Promise(done => setTimeout(done, 5));
  }
}"""


async def waits(page: Page, code: str) -> list[float]:
    """Milliseconds from tap to first frame, for each try."""
    found = []
    for _ in range(TRIES):
        tab = await page.context.new_page()  # a page that joined before would need no tap
        await tab.goto(f"/classes/{code}/room/")
        await tab.locator("[data-join]").wait_for()
        found.append(await tab.evaluate(FIRST_FRAME))
        await tab.close()
    return found


async def measure(platform: Platform) -> list[float]:
    """One lecturer live, one member coming and going."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = People(browser, platform)
        host = await people.sign_in(HOST, permissions=True)
        code = await schedule(host, "benchmark")
        await go_live(host, code)
        await sees_picture(host)
        found = await waits(await people.sign_in(MEMBER), code)
        await people.leave()
        await browser.close()
        return found


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        platform = Platform(Path(folder))
        platform.prepare()
        platform.start()
        try:
            found = sorted(asyncio.run(measure(platform)))
        finally:
            platform.stop()
    failed = sum(ms < 0 for ms in found)
    good = [ms for ms in found if ms >= 0]
    print(f"tap to first picture, {len(good)} tries, {failed} without a picture")
    print(f"median {statistics.median(good):.0f} ms   slowest {good[-1]:.0f} ms")


if __name__ == "__main__":
    main()
