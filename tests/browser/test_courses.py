"""Courses in a real browser: written, put in order by dragging, read, counted; pages are clean."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import ADMIN, is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
CODE = "AQ-104"
STUDY = ("/courses/", f"/courses/{CODE}/", "/courses/AQ-108/", "/courses/?q=none")
WRITING = (
    "/courses/teach/", "/courses/teach/new/", f"/courses/{CODE}/edit/",
    f"/courses/{CODE}/edit/rule/", f"/courses/{CODE}/edit/archive/",
)  # fmt: skip
REVIEW = ("/courses/teach/series/", "/courses/LS-402/review/", "/courses/LS-402/edit/submit/")


async def test_pages_of_courses_are_clean(people: People, platform: Platform):
    """Each page once, in turns of language, width and light."""
    for at, (who, addresses) in enumerate(((MEMBER, STUDY), (HOST, WRITING), (ADMIN, REVIEW))):
        language, phone = ("en", True) if at % 2 else ("zh", False)
        page = await people.sign_in(who, language, phone=phone, dark=phone)
        for address in addresses:
            await page.goto(address)
            await is_clean(page, f"{language} {address}")
    phone_page = await people.sign_in(MEMBER, "en", phone=True, dark=True)
    await phone_page.goto(f"/courses/{CODE}/")
    await is_clean(phone_page, "en course")
    await phone_page.get_by_role("link", name="Continue").click()
    await is_clean(phone_page, "en article")


async def _new_course(page: Page, code: str) -> None:
    await page.goto("/courses/teach/new/")
    await page.get_by_label("Code").fill(code)
    await page.get_by_label("Title").fill("Two short texts")
    await page.get_by_role("button", name="Save").click()
    for title in ("First", "Second"):
        await page.locator("summary", has_text="Add a lesson").click()
        await page.get_by_label("Kind").select_option("article")
        await page.get_by_label("Title of the lesson").fill(title)
        await page.get_by_role("button", name="Add", exact=True).first.click()
        await page.get_by_role("textbox", name="Text of the article").click()
        await page.get_by_role("button", name="Heading").click()
        await page.keyboard.type(f"{title} text")
        await page.get_by_role("button", name="Save").click()


async def test_a_course_from_the_first_word_to_the_certificate(people: People, platform: Platform):
    author = await people.sign_in(HOST, "en")
    code = "TX-1"
    await _new_course(author, code)
    rows = author.locator(".c-list .row")
    await expect(rows.locator("h3")).to_have_text(["First", "Second"])
    await rows.nth(1).drag_to(rows.nth(0), target_position={"x": 200, "y": 4})
    await expect(rows.locator("h3")).to_have_text(["Second", "First"])
    await author.get_by_role("link", name="Hand in").click()
    await author.get_by_role("button", name="Hand in").click()
    admin = await people.sign_in(ADMIN, "en")
    await admin.goto(f"/courses/{code}/review/")
    await admin.get_by_role("button", name="Approve").click()
    member = await people.sign_in(MEMBER, "en", phone=True)
    await member.goto("/courses/?q=short")
    await member.get_by_role("link", name="Two short texts").click()
    await member.get_by_role("button", name="Start").click()
    await expect(member.locator(".c-article h2")).to_have_text("Second text")
    for _ in range(2):
        await member.get_by_role("button", name="I have read this").click()
    await expect(member).to_have_url(re.compile(f"/courses/{code}/$"))
    await member.get_by_text("Completed").first.wait_for()
