"""A member chooses the size of the picture, and looks away: the sound goes on."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import hears_sound, join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.words import word

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
FRAMES = "() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? -1"
STILL = """async () => {
  const video = document.querySelector("video");
  const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
  const before = frames();
  await new Promise(done => setTimeout(done, 1000));
  return frames() === before;
}"""


async def width_is(page: Page, width: int) -> None:
    """The picture has become so wide, without a click or a reload."""
    await page.wait_for_function(
        "width => document.querySelector('video')?.videoWidth === width", arg=width, timeout=20_000
    )


async def test_a_member_chooses_the_size_and_looks_away(people: People):
    lecturer = await people.sign_in(HOST, permissions=True)
    code = await schedule(lecturer, "Layers")
    await lecturer.goto(f"/classes/{code}/room/?start&layers")
    await expect(lecturer.locator(".room .live").first).to_be_visible(timeout=15_000)
    member = await people.sign_in(MEMBER, "en")
    await join(member, code)
    await width_is(member, 640)
    toolbar = member.get_by_role("toolbar")
    await toolbar.get_by_role("button", name=word("en", "ctl.more"), exact=True).click()
    choice = member.get_by_label(word("en", "picture.label"))
    await choice.select_option("low")
    await width_is(member, 320)
    await choice.select_option("high")
    await width_is(member, 640)
    await member.get_by_role("switch", name=word("en", "picture.saver")).check()
    await width_is(member, 320)
    await member.keyboard.press("Escape")

    await member.evaluate(HIDE, True)
    await member.wait_for_function(STILL, timeout=20_000)
    await hears_sound(member)
    before = await member.evaluate(FRAMES)
    await member.evaluate(HIDE, False)
    await member.wait_for_function(f"before => ({FRAMES})() > before + 3", arg=before)

    await member.reload()
    await width_is(member, 320)
    await toolbar.get_by_role("button", name=word("en", "ctl.more"), exact=True).click()
    saver = member.get_by_role("switch", name=re.compile(re.escape(word("en", "picture.saver"))))
    await expect(saver).to_be_checked()
