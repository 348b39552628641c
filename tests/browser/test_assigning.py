"""An admin assigns a course; the member finds it on her first page, and on to the course."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import MEMBER, People
from tests.browser.test_pages import ADMIN, is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(
    ("language", "phone"), [("zh", False), pytest.param("en", True, marks=pytest.mark.matrix)]
)
async def test_from_assigning_to_the_member_s_to_do(
    people: People, platform: Platform, language: str, phone: bool
):
    title = f"任务 {language}"
    admin = await people.sign_in(ADMIN, language, phone=phone, dark=phone)
    await admin.goto("/assignments/new/")
    await is_clean(admin, f"{language} new assignment")
    await admin.fill("[name=title]", title)
    await admin.locator("#id_departments_find").fill("ｃｏ 没有这个部门")
    await expect(admin.locator(".chooser:has(#id_departments_find) .opt:visible")).to_have_count(0)
    await admin.locator("#id_departments_find").fill("")
    await admin.locator("[name=courses]").first.check()
    due = date.today() + timedelta(days=5)  # noqa: DTZ011 - the browser's day is near enough
    await admin.fill("[name=due_on]", due.isoformat())
    await admin.click("[name=count]")
    await expect(admin.locator(".note[role=status]")).to_contain_text("60")
    await is_clean(admin, f"{language} counted")
    await admin.click("form.flow button.pri")
    await expect(admin.locator("h1")).to_contain_text(title)
    await is_clean(admin, f"{language} assignment")
    await admin.locator(".row .btn[href*='/courses/']").first.click()
    await expect(admin.locator("h1")).to_be_visible()
    await is_clean(admin, f"{language} evidence")
    await admin.go_back()
    await admin.locator(".row .btn[href*='/waive/']").first.click()
    await admin.locator("[name=reason]").wait_for()
    await is_clean(admin, f"{language} waiver")
    await admin.goto("/assignments/")
    await is_clean(admin, f"{language} assignments")
    member = await people.sign_in(MEMBER, language, phone=phone, dark=phone)
    await is_clean(member, f"{language} home")
    await expect(member.locator("section[aria-labelledby=todo]")).to_contain_text("受限空间")
    await member.goto("/assignments/mine/")
    await is_clean(member, f"{language} mine")
    await member.locator(".row .btn").first.click()
    await expect(member).to_have_url(f"{platform.url}/courses/AQ-104/")
