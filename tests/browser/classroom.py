"""What people do in a class, as one would tell it: schedule, go live, join, say, ask, vote."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from tests.browser.words import word

ORGANISATION_ZONE = ZoneInfo("Asia/Shanghai")
PLAYING = """async (selector) => {
  const video = document.querySelector(selector);
  if (!video || !video.videoWidth) return 0;
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  await new Promise(done => setTimeout(done, 1500));
  return video.getVideoPlaybackQuality().totalVideoFrames - before;
}"""
LOUDNESS = """async () => {
  const sounding = document.querySelector("audio");
  if (!sounding || !sounding.srcObject || sounding.paused || sounding.muted) return -1;
  const context = new AudioContext();
  await context.resume();
  const meter = context.createAnalyser();
  context.createMediaStreamSource(sounding.srcObject).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  let loudest = 0;
  for (let i = 0; i < 40; i++) {
    meter.getFloatTimeDomainData(samples);
    for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
    await new Promise(done => setTimeout(done, 50));
  }
  await context.close();
  return loudest;
}"""


async def schedule(page: Page, title: str, *, everyone: bool = False) -> str:
    """Schedule a class that starts now through the form; its share code.

    The audience is all departments but the contractors', or everybody with an account.
    """
    await page.goto("/classes/new/")
    now = datetime.now(ORGANISATION_ZONE) + timedelta(minutes=2)
    await page.locator("[name=title]").fill(title)
    await page.locator("[name=starts_at]").fill(now.strftime("%Y-%m-%dT%H:%M"))
    await page.locator("[name=minutes]").fill("45")
    choice = "everyone" if everyone else "units"
    await page.locator(f"[name=audience][value={choice}]").check()
    if not everyone:
        for row in await page.locator(".tree li").all():
            if re.search("发电运行部|综合办公室|Generation|General office", await row.inner_text()):
                await row.locator("input").check()
    await submit_class(page)
    found = re.search(r"/classes/([^/]+)/$", page.url)
    assert found, f"not on the share page but on {page.url}"
    return found[1]


async def submit_class(page: Page) -> None:
    """Save; when the lecturer has another class then, say that it is meant."""
    save = page.locator(".class-form button[type=submit].pri")
    await save.click()
    overlap = page.locator("[name=overlap]")
    if await overlap.count():
        await overlap.check()
        await save.click()
    await expect(page).not_to_have_url(re.compile("/new/"))


async def go_live(page: Page, code: str) -> None:
    """Device check, then the one button that starts the class."""
    await page.goto(f"/classes/{code}/check/")
    await page.locator("button.btn.pri, a.btn.pri").last.click()
    await expect(page).to_have_url(re.compile("/room/"))
    await expect(page.locator(".room .live").first).to_be_visible(timeout=15_000)


async def join(page: Page, code: str) -> None:
    """Open the room and tap once."""
    await page.goto(f"/classes/{code}/room/")
    await page.locator("[data-join]").click()
    await expect(page.locator(".tabs").first).to_be_visible(timeout=10_000)


async def open_tab(page: Page, language: str, key: str) -> None:
    """Choose a part of the panel by its tab, or on a phone by the button in the control bar."""
    tab = page.get_by_role("tab", name=re.compile(re.escape(word(language, key)))).first
    if not await tab.is_visible():
        short = word(language, {"tab.questions": "qa.ask_short"}.get(key, key))
        await page.get_by_role("toolbar").get_by_role("button", name=short, exact=True).click()
    await tab.click()


async def say(page: Page, language: str, text: str) -> None:
    """Write into the chat and send."""
    await open_tab(page, language, "tab.chat")
    await page.locator("lc-composer[data-for=chat] input[name=text]").fill(text)
    await page.keyboard.press("Enter")


async def ask(page: Page, language: str, text: str) -> None:
    """Ask a question."""
    await open_tab(page, language, "tab.questions")
    await page.get_by_role("textbox", name=word(language, "qa.ask")).fill(text)
    await page.keyboard.press("Enter")


def question(page: Page, text: str) -> Locator:
    """The card of a question."""
    return page.locator(".q[data-question]").filter(has_text=text)


async def sees_picture(page: Page, selector: str = "video") -> None:
    """Frames advance."""
    await page.wait_for_function(
        "selector => document.querySelector(selector)?.videoWidth > 0", arg=selector, timeout=15_000
    )
    frames = await page.evaluate(PLAYING, selector)
    assert frames > 3, f"{frames} frames in 1.5 s"


async def hears_sound(page: Page) -> None:
    """What comes out of the speaker has energy: the fake microphone beeps."""
    loudest = await page.evaluate(LOUDNESS)
    assert loudest > 0.001, f"silence: {loudest}"
