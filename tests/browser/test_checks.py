"""A break, an announced check answered by one key, a question, and the list behind “how”."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import go_live, join, open_tab, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def desk(host: Page) -> None:
    """Open the desk of breaks and checks."""
    await host.locator("[data-control=more]").click()
    await host.locator("[data-presence]").click()
    await expect(host.locator("lc-presence-desk")).to_be_visible()


async def test_a_break_and_two_checks(people: People):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"在场 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "en", phone=True)
    await join(member, code)

    await desk(host)
    await host.locator("[data-break-begin]").click()
    await expect(member.locator("[data-break]")).to_contain_text("Break until")
    await expect(member.locator("[data-counted]")).to_contain_text("of 35 minutes")
    await expect(host.locator("[data-break]")).to_be_visible()
    await desk(host)
    await is_clean(host, "the desk of breaks and checks")
    await host.locator("[data-break-end]").click()
    await expect(member.locator("[data-break]")).to_have_count(0)

    await desk(host)
    await host.locator("[data-check-announce]").click()
    await expect(member.locator("[data-polite]")).to_contain_text("Up to 3 presence checks")
    await host.locator("[data-check-open]").click()
    await expect(member.locator("[data-check=presence]")).to_be_visible()
    await is_clean(member, "a check")
    await member.locator("#stage").focus()
    await member.keyboard.press("h")
    await expect(member.locator("[data-check=answered]")).to_be_visible()
    await expect(host.locator("[data-check-tally]")).to_contain_text("1/1")

    await member.locator("lc-line .cl-h button").click()
    how = member.locator("#ask-how")
    await expect(how.locator("tr[data-why=break]")).to_have_count(1)
    await expect(how.locator("tr[data-why=counted]").first).to_be_visible()
    await is_clean(member, "how it is counted")
    await member.keyboard.press("Escape")

    await open_tab(host, "zh", "tab.people")
    roll = host.locator("lc-roll")
    await roll.locator("[data-group=here]").click()
    await expect(roll.locator("li")).to_have_count(1)
    await expect(roll.get_by_role("heading", name=word("zh", "roll.title"))).to_be_visible()
    await is_clean(host, "the attendance list")
