"""Before a class: rehearsing it, and saying that it begins later."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.classroom import schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [
    pytest.mark.browser, pytest.mark.matrix, pytest.mark.asyncio(loop_scope="session"),
]  # fmt: skip


async def test_rehearse_throw_away_and_begin_later(people: People):
    host = await people.sign_in(HOST, "en", permissions=True, phone=True, dark=True)
    code = await schedule(host, "彩排的课", everyone=True)
    page = f"/classes/{code}/"
    await host.goto(page)
    await is_clean(host, "en class page of staff")
    await host.get_by_role("button", name="Rehearse").click()
    await expect(host).to_have_url(re.compile("/room/"))
    await expect(host.locator("[data-rehearsal]")).to_contain_text(word("en", "rehearsal.note"))
    await is_clean(host, "en rehearsal")
    await host.goto(page)
    await host.get_by_role("button", name="Throw the rehearsal away").click()
    await expect(host.get_by_role("button", name="Rehearse", exact=True)).to_be_visible()
    member = await people.sign_in(MEMBER, "zh")
    await member.goto(f"/classes/{code}/room/")
    await member.locator(".btn.pri").first.click()
    await expect(member.locator(".room-state .st").first).to_be_visible()
    before = await member.locator(".room-state .st").first.inner_text()
    await host.get_by_role("button", name="Tell everybody").click()
    await expect(host.locator(".chip.due").filter(has_text="Begins later")).to_be_visible()
    await expect(member.locator(".room-state .st").first).not_to_have_text(before)
