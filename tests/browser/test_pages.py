"""Every page in both languages and both lights: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from tests.browser.classroom import join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAST, LECTURER_OF_PAST = "casestdy", "1008"
ADMIN = "1002"


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


@pytest.mark.parametrize(
    ("language", "phone"), [pytest.param("zh", False, marks=pytest.mark.matrix), ("en", True)]
)
async def test_the_list_of_people_is_clean(
    people: People, platform: Platform, language: str, phone: bool
):
    lecturer = await people.sign_in(LECTURER_OF_PAST, language, phone=phone, dark=phone)
    for show in ("present", "absent", "others"):
        await lecturer.goto(f"/classes/{PAST}/summary/?show={show}")
        await is_clean(lecturer, f"{language} {show}")


async def test_the_link_is_copied_with_one_press(people: People, platform: Platform):
    host = await people.sign_in(HOST, "en", permissions=True)
    await host.goto(f"/classes/{PAST}/")
    await host.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await host.get_by_role("button", name="Copy link").click()
    await host.get_by_role("button", name="Copied").wait_for()
    copied = await host.evaluate("navigator.clipboard.readText()")
    assert copied == f"{platform.url}/classes/{PAST}/"


async def test_a_welcome_covers_nothing(people: People, platform: Platform):
    member = await people.sign_in(MEMBER, "en", phone=True)
    toast = member.locator(".toast")
    await toast.wait_for()
    hidden = await member.evaluate(
        """() => [...document.querySelectorAll('a, button')].filter((one) => {
          const box = one.getBoundingClientRect(), over = document.querySelector('.toast');
          const other = over.getBoundingClientRect();
          return box.width && box.left < other.right && other.left < box.right
            && box.top < other.bottom && other.top < box.bottom;
        }).length"""
    )
    assert hidden == 0


@pytest.mark.parametrize(
    ("language", "phone"), [("zh", False), pytest.param("en", True, marks=pytest.mark.matrix)]
)
async def test_the_record_and_its_pages_are_clean(
    people: People, platform: Platform, language: str, phone: bool
):
    member = await people.sign_in(MEMBER, language, phone=phone, dark=phone)
    await member.goto("/record/")
    await member.locator("details summary.tap").first.click()
    await is_clean(member, f"{language} record")
    paper = await member.locator("a[href$='/pdf/']").first.get_attribute("href")
    await member.locator(".led a").first.click()
    await member.locator("#e2").wait_for()
    await is_clean(member, f"{language} entry")
    for address in ("/record/request/", str(paper).replace("certificates", "verify")[:-4]):
        await member.goto(address)
        await is_clean(member, f"{language} {address}")
    admin = await people.sign_in(ADMIN, language, phone=phone, dark=phone)
    for address in ("/record/1013/", "/record/1013/courses/AQ-104/", "/record/1013/add/",
                    "/record/1013/waivers/",
                    "/record/requests/", "/requirements/", "/requirements/new/"):  # fmt: skip
        await admin.goto(address)
        await is_clean(admin, f"{language} {address}")
    await admin.goto("/record/requests/")
    await admin.locator(".row .btn").first.click()
    await is_clean(admin, f"{language} decide")


async def test_a_number_of_the_record_is_two_taps_from_its_evidence(
    people: People, platform: Platform
):
    member = await people.sign_in(MEMBER, "en", phone=True)
    await member.goto("/record/")
    await member.get_by_role("link", name="Evidence: ").first.click()
    await member.get_by_role("heading", name="How it was counted").wait_for()
    await member.get_by_role("link", name="Request a correction").click()
    await member.get_by_label("What is wrong").fill("It took longer.")
    await member.get_by_role("button", name="Send").click()
    await member.get_by_text("Sent. The answer appears in your record.").wait_for()
    await member.get_by_text("It took longer.").wait_for()


@pytest.mark.parametrize(
    ("language", "phone"), [pytest.param("zh", False, marks=pytest.mark.matrix), ("en", True)]
)
async def test_a_session_in_a_place_is_planned_marked_and_counted(
    people: People, platform: Platform, language: str, phone: bool
):
    host = await people.sign_in(HOST, language, phone=phone, dark=phone)
    await host.goto("/sessions/new/")
    await is_clean(host, f"{language} plan")
    begin = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(minutes=25)
    await host.locator("[name=title]").fill("消防演练")
    await host.locator("[name=place]").fill("三号厂房")
    await host.locator("[name=starts_at]").fill(f"{begin:%Y-%m-%dT%H:%M}")
    await host.locator("[name=minutes]").fill("20")
    await host.locator("[name=audience][value=everyone]").check()
    await host.locator(".form-end .pri").click()
    if await host.locator("[name=overlap]").count():  # the demo's own class is held at that time
        await host.locator("[name=overlap]").check()
        await host.locator(".form-end .pri").click()
    await host.wait_for_url("**/sessions/*/")
    await is_clean(host, f"{language} session")
    await host.locator(".page-head .pri").click()
    row = host.locator(".roster li", has_text="1013")
    await row.locator("[type=checkbox]").check()
    await row.locator("[name^=from-]").fill("2")
    await is_clean(host, f"{language} list")
    await host.locator(".form-end .pri").click()
    await host.locator(".roster li", has_text="1013").locator("[type=checkbox]:checked").wait_for()
    assert await host.locator("[type=checkbox]:checked").count() == 1
    member = await people.sign_in(MEMBER, language, phone=phone)
    await member.goto("/record/")
    await member.locator(".led", has_text="消防演练").first.wait_for()
