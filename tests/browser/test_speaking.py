"""A member is asked to speak: she turns on her microphone, others hear and see her, it ends."""

from __future__ import annotations

import os
from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import LOUDNESS, go_live, join, open_tab, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, SECOND_MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OF_THE_FLOOR = LOUDNESS.replace(
    'document.querySelector("audio")',
    """[...document.querySelectorAll("audio")].slice(1)
      .find((one) => one.srcObject?.getTracks().length)""",
)
"""How loud the sounds beside the lecturer's are."""


KEEP = """() => {
  window.opened = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    window.opened.push(...stream.getTracks());
    return stream;
  };
}"""
"""From now on remember every track that was opened."""


async def hears_the_floor(page: Page) -> None:
    await page.wait_for_function(
        """() => [...document.querySelectorAll("audio")].slice(1)
          .some((one) => one.srcObject?.getTracks().length && one.currentTime > 0.5)"""
    )
    assert await page.evaluate(OF_THE_FLOOR) > 0.01


async def arranges(host: Page, other: Page) -> None:
    """The lecturer says what is large; a member follows, goes her own way, and follows again."""
    large = other.locator("lc-stage .stage-fit lc-picture")
    own = other.get_by_label(word("zh", "layout.own"))
    await expect(large).to_have_attribute("data-stream", "camera")
    await open_tab(host, "zh", "tab.hands")
    await host.locator("[data-layout]").select_option("speakers")
    await expect(large).to_have_attribute("data-stream", "speakers")
    await expect(other.locator(".tiles lc-picture")).to_have_attribute("data-stream", "camera")
    await sees_picture(other, "lc-stage .stage-fit video")
    await is_clean(other, "who speaks is large")
    if folder := os.environ.get("CHAT_SHOTS"):
        await other.screenshot(path=f"{folder}/speakers.png")
    await own.select_option("camera")
    await expect(large).to_have_attribute("data-stream", "camera")
    await own.select_option("")
    await expect(large).to_have_attribute("data-stream", "speakers")
    await host.locator("[data-layout]").select_option("slides")
    await expect(large).to_have_attribute("data-stream", "camera")
    light = host.locator("[data-light]")
    await light.click()
    await expect(large).to_have_attribute("data-stream", "speakers")
    await expect(light).to_have_attribute("aria-pressed", "true")
    await light.click()
    await expect(large).to_have_attribute("data-stream", "camera")
    await open_tab(host, "zh", "tab.people")


async def test_who_is_asked_is_heard_and_seen_until_it_ends(people: People):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"发言 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "en", permissions=True, phone=True)
    other = await people.sign_in(SECOND_MEMBER)
    for page in (member, other):
        await join(page, code)
    await open_tab(host, "zh", "tab.people")
    row = host.locator("[data-person]").filter(has_text="田蕊")
    await row.locator("[data-speak=ask]").click()

    own = member.locator(".floor-own")
    await expect(own).to_contain_text("Nobody hears you")
    await is_clean(member, "asked to speak")
    await own.locator("[data-floor=begin_cam]").click()
    await expect(own).to_contain_text("Everybody hears you", timeout=15_000)
    for page in (other, host):
        await expect(page.locator(".floor-who")).to_contain_text("田蕊")
        await hears_the_floor(page)
        await expect(page.locator("[data-speaker][data-heard=true]")).to_have_count(1)
        await expect(page.locator(".floor lc-picture figcaption")).to_contain_text("田蕊")
    await is_clean(other, "somebody speaks")
    await is_clean(host, "somebody speaks, console")
    await arranges(host, other)

    await own.locator("[data-floor=mic]").click()
    await expect(own).to_contain_text("You are muted")
    await expect(other.locator("[data-heard=true]")).to_have_count(0)
    await member.evaluate("document.activeElement.blur()")
    await member.keyboard.down(" ")
    await expect(other.locator("[data-heard=true]")).to_have_count(1)
    await member.keyboard.up(" ")
    await expect(own).to_contain_text("You are muted")
    await own.locator("[data-floor=mic]").click()
    await expect(other.locator("[data-heard=true]")).to_have_count(1)

    floor = host.locator(".floor")
    await floor.locator("[data-mute]").click()
    await expect(own).to_contain_text("You can turn your microphone on again")
    await expect(other.locator("[data-muted=asked]")).to_have_count(1)
    await expect(other.locator("[data-heard=true]")).to_have_count(0)
    await own.locator("[data-floor=mic]").click()
    await expect(other.locator("[data-heard=true]")).to_have_count(1)
    await floor.locator("[data-mute-all]").press("Enter")
    await expect(own).to_contain_text("The lecturer lets you speak again")
    await expect(own.locator("[data-floor=mic]")).to_be_disabled()
    await expect(other.locator("[data-heard=true]")).to_have_count(0)
    await is_clean(member, "muted until allowed")
    await is_clean(host, "has muted all")
    await floor.locator("[data-mute]").click()
    await expect(own).to_contain_text("You are muted")  # only she turns her microphone on
    await own.locator("[data-floor=mic]").click()
    await expect(other.locator("[data-heard=true]")).to_have_count(1)

    await member.reload()  # nothing is opened by itself; one tap goes on
    await expect(own).to_contain_text("Nobody hears you")
    await member.evaluate(KEEP)
    await own.locator("[data-floor=begin]").click()
    await expect(own).to_contain_text("Everybody hears you", timeout=15_000)

    await host.locator("[data-person]").filter(has_text="田蕊").locator("[data-speak=end]").click()
    for page in (member, other, host):
        await expect(page.locator(".floor")).to_have_count(0)
    await expect(other.locator("audio")).to_have_count(4)
    assert await member.evaluate("window.opened.map((one) => one.readyState)") == ["ended"]


async def test_who_has_no_microphone_is_told_and_others_are_not_disturbed(people: People):
    host = await people.sign_in(HOST, "en", permissions=True)
    code = await schedule(host, f"Speaking {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "zh")
    await join(member, code)
    await open_tab(host, "en", "tab.people")
    await host.locator("[data-speak=ask]").click()
    await member.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException("no", "NotAllowedError")); }"""
    )
    await member.locator("[data-floor=begin]").click()
    await expect(member.locator(".floor-own")).to_contain_text("未获得权限")
    await member.locator("[data-floor=end]").click()
    for page in (member, host):
        await expect(page.locator(".floor")).to_have_count(0)
    await expect(host.locator("[data-speak=ask]")).to_have_count(1)
