"""Every page in both languages and both lights: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.classroom import join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAST = "casestdy"


async def is_clean(page: Page, where: str) -> None:
    """axe's findings, and the width of the page."""
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{where}:\n{found.generate_report()}"
    wide = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{where} scrolls sideways by {wide} px"


@pytest.mark.parametrize(("language", "phone", "dark"), [("zh", False, False), ("en", True, True)])
async def test_pages_are_clean(
    people: People, platform: Platform, language: str, phone: bool, dark: bool
):
    host = await people.sign_in(HOST, language, phone=phone, dark=dark, permissions=True)
    code = await schedule(host, "无障碍检查")
    pages = ["/", "/classes/", "/classes/new/", f"/classes/{code}/", f"/classes/{code}/check/"]
    for address in [*pages, f"/classes/{PAST}/summary/", "/me/"]:
        await host.goto(address)
        await host.wait_for_timeout(600)
        await is_clean(host, f"{language} {address}")
    await host.goto(f"/classes/{code}/room/")
    await host.locator(".tabs").first.wait_for()
    await is_clean(host, f"{language} console")
    member = await people.sign_in(MEMBER, language, phone=phone, dark=dark)
    await join(member, code)
    await is_clean(member, f"{language} room")


async def test_the_sign_in_page_is_clean(people: People, platform: Platform):
    context = await people.browser.new_context(base_url=platform.url)
    people.contexts.append(context)
    page = await context.new_page()
    await page.goto("/accounts/login/")
    await is_clean(page, "sign-in")
