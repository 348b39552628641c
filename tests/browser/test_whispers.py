"""A whisper in a class: to one person, anonymous, answered, and on nobody else's screen."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from secrets import token_hex

import pytest
from playwright.async_api import expect

from tests.browser.classroom import go_live, join, open_tab, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_whisper_is_sent_answered_and_read_by_two(people: People, platform: Platform):
    secret = f"夜班只有两个人时 {token_hex(4)}"
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"悄悄话 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "en", phone=True)
    await join(member, code)

    await open_tab(member, "en", "tab.whispers")
    form = member.locator("[data-whisper]")
    await expect(form).to_contain_text("Only Guo Jianye can read it")
    await form.get_by_role("switch", name="Send anonymously").check()
    await expect(form).to_contain_text("Guo Jianye sees “Anonymous member” only")
    await is_clean(member, "a new whisper")
    await form.get_by_role("textbox").fill(secret)
    await member.keyboard.press("Tab")
    await member.keyboard.press("Enter")
    letters = member.locator("[data-letter]")
    await expect(letters).to_contain_text([secret])
    await expect(letters.first).to_contain_text("Delivered")

    tab = host.get_by_role("tab", name=re.compile("悄悄话"))
    await expect(tab).to_contain_text("1")
    await expect(host.locator("body")).not_to_contain_text(secret)  # nothing pops up
    await tab.click()
    await host.locator("[data-thread]").click()
    await expect(host.locator("[data-letter]")).to_contain_text([secret])
    await expect(host.locator("lc-whispers h2")).to_contain_text("匿名学员")
    await expect(host.locator("lc-whispers")).not_to_contain_text("田蕊")
    await is_clean(host, "a whisper that was received")
    await expect(letters.first).to_contain_text("Read")
    await host.locator("[data-reply] textarea").fill("问得对。")
    await host.locator("[data-reply] button").click()
    await expect(letters).to_contain_text([secret, "问得对。"])
    await is_clean(member, "a whisper with an answer")

    await member.reload()
    await open_tab(member, "en", "tab.whispers")
    await member.locator("[data-thread]").click()
    await expect(letters).to_have_count(2)
    await member.goto(f"/classes/{code}/whispers/")
    await member.locator(".th").click()
    await expect(member.locator(".wh-thread")).to_contain_text(secret)
    await is_clean(member, "the page of whispers")
    for file in platform.data_dir.glob("*.sqlite3*"):
        assert secret.encode() not in file.read_bytes(), file.name
    with closing(sqlite3.connect(platform.data_dir / "db.sqlite3")) as db:
        assert secret not in "\n".join(db.iterdump())
