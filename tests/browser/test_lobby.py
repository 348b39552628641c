"""People wait calmly, are told, are let in; what they report reaches the staff."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import expect

from tests.browser.classroom import join, open_tab, say, schedule
from tests.browser.conftest import HOST, MEMBER, SECOND_MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_people_wait_are_let_in_and_report(people: People):
    host = await people.sign_in(HOST)
    code = await schedule(host, f"等候室 {token_hex(3)}")
    early = await people.sign_in(SECOND_MEMBER)
    await join(early, code)
    await say(early, "zh", "转让自行车一辆")
    await host.goto(f"/classes/{code}/room/")
    await host.locator(".tabs").first.wait_for()
    await open_tab(host, "zh", "tab.people")
    await host.locator(".lobby-desk summary").click()
    await host.locator("[name=lobby][value=audience]").check()

    member = await people.sign_in(MEMBER, phone=True)
    await member.goto(f"/classes/{code}/room/")
    waits = member.locator("[data-lobby=lobby]")
    await expect(waits).to_contain_text("您在等候室")
    row = host.locator("[data-waiting]").filter(has_text="田蕊")
    await expect(row).to_be_visible()
    await host.get_by_label(word("zh", "lobby.message")).fill("五分钟后开始")
    await host.keyboard.press("Enter")
    await expect(waits.get_by_text("五分钟后开始")).to_be_visible(timeout=10_000)
    await is_clean(member, "waiting")
    await is_clean(host, "somebody waits")
    await row.locator("[data-admit]").focus()
    await host.keyboard.press("Enter")
    await expect(host.locator("[data-waiting]")).to_have_count(0)
    await member.locator("[data-join]").click()  # the page has opened the class by itself

    await open_tab(member, "zh", "tab.chat")
    line = member.locator("[data-line]").filter(has_text="转让自行车一辆")
    await line.locator(".more").click()
    await line.locator("[data-report]").click()
    await member.get_by_label(word("zh", "report.reason")).fill("与课堂无关")
    await is_clean(member, "reporting")
    send = member.get_by_role("button", name=word("zh", "report.send"), exact=True)
    await send.click()
    await expect(member.get_by_text(word("zh", "report.done"))).to_be_visible()
    report = host.locator("[data-report-row]")
    await expect(report).to_contain_text("与课堂无关")
    await expect(report).not_to_contain_text("田蕊")
    await is_clean(host, "something was reported")
    await report.locator("[data-settle]").click()
    await expect(report).to_have_count(0)
