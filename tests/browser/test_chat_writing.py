"""Writing in the chat of a real class: changed, paced, muted, announced, and meant for somebody."""

from __future__ import annotations

import os
import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.classroom import go_live, join, open_tab, say, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LANGUAGE = "zh"


def said(key: str, **values: object) -> str:
    return word(LANGUAGE, key, **values)


def line(page: Page, text: str) -> Locator:
    return page.locator(".msg", has_text=text)


async def act(page: Page, text: str, name: str) -> None:
    """An action of the line that says ``text``."""
    row = line(page, text)
    await row.locator(".more").click()
    await row.get_by_role("button", name=name).click()


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("CHAT_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


async def test_a_chat_is_led(people: People, platform: Platform):
    host = await people.sign_in(HOST, LANGUAGE)
    member = await people.sign_in(MEMBER, LANGUAGE, phone=True, dark=True)
    code = await schedule(host, "聊天的节奏")
    await go_live(host, code)
    await join(member, code)
    await open_tab(host, LANGUAGE, "tab.chat")
    await open_tab(member, LANGUAGE, "tab.chat")
    field = member.locator("lc-composer[data-for=chat] input[name=text]")

    await say(member, LANGUAGE, "第 2 页的公式看不清")
    await act(member, "第 2 页", said("chat.edit"))
    await expect(field).to_have_value("第 2 页的公式看不清")
    await field.fill("第 3 页的公式看不清")
    await field.press("Enter")
    await expect(line(host, "第 3 页的公式")).to_contain_text(said("chat.edited"))
    await expect(line(host, "第 2 页的公式")).to_have_count(0)

    writing = host.locator("lc-composer[data-for=chat] input[name=text]")
    await writing.click()
    await writing.press_sequentially("请看 @田")
    await expect(host.get_by_role("option", name="田蕊")).to_be_visible()
    await is_clean(host, "names behind an @")
    await shot(host, "mention")
    await writing.press("Enter")
    await writing.press_sequentially("讲义")
    await writing.press("Enter")
    await expect(member.locator(".msg.to-me")).to_contain_text("请看 @田蕊 讲义")
    await host.locator("lc-announce input").check()
    await say(host, LANGUAGE, "10:30 继续上课")
    await expect(member.locator(".msg.ann")).to_contain_text(said("chat.announcement"))
    await expect(host.locator("lc-announce input")).not_to_be_checked()

    desk = host.locator("lc-chat-desk")
    await desk.locator("summary").click()
    await desk.locator("[data-slow]").select_option("300")
    await expect(member.locator(".pace")).to_have_text(said("chat.slow", n=300))
    button = member.locator("lc-composer[data-for=chat] button[type=submit]")
    await expect(button).to_have_text(re.compile(r"^\s*2\d\d 秒\s*$"))
    await field.fill("太快了")
    await field.press("Enter")
    await expect(field).to_have_value("太快了")
    await is_clean(member, "slow mode")
    await shot(member, "slow-phone")
    await is_clean(host, "the desk of the chat")
    await shot(host, "desk")
    await desk.locator("[data-closed]").check()
    await expect(member.locator("p.composer")).to_have_text(said("chat.closed"))
    await desk.locator("[data-closed]").uncheck()
    await desk.locator("[data-slow]").select_option("0")
    await expect(field).to_have_value("太快了")

    await act(host, "第 3 页的公式", "禁言：田蕊")
    await expect(member.locator("p.composer")).to_have_text(said("chat.muted"))
    await shot(member, "muted-phone")
    await member.reload()
    await open_tab(member, LANGUAGE, "tab.chat")
    await expect(member.locator("p.composer")).to_have_text(said("chat.muted"))
    await desk.get_by_role("button", name="允许田蕊发言").click()
    await say(member, LANGUAGE, "谢谢")
    await expect(line(host, "谢谢")).to_be_visible()


async def test_who_may_speak(people: People, platform: Platform):
    host = await people.sign_in(HOST, LANGUAGE)
    member = await people.sign_in(MEMBER, LANGUAGE, phone=True)
    code = await schedule(host, "举手即可发言")
    await go_live(host, code)
    await join(member, code)
    await open_tab(host, LANGUAGE, "tab.hands")
    bar = member.get_by_role("toolbar")
    await host.locator("[data-floor]").select_option("nobody")
    await bar.get_by_role("button", name=said("floor.closed")).click()
    await expect(member.get_by_text("现在暂不请人发言")).to_be_visible()
    await is_clean(host, "who may speak")
    await shot(host, "floor")
    await host.locator("[data-floor]").select_option("everyone")
    await bar.get_by_role("button", name=said("floor.take")).click()
    await expect(member.locator("lc-floor .floor-who")).to_contain_text(said("speak.you"))
    await expect(host.locator("lc-floor .floor-who")).to_contain_text("田蕊")
    await is_clean(member, "a place taken by raising a hand")
    await shot(member, "floor-phone")
