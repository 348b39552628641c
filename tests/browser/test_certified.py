"""What is assigned ends in a certificate that a stranger can check; pages around it are clean."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pypdf
import pytest
from playwright.async_api import expect

from tests.browser.conftest import MEMBER, People
from tests.browser.test_pages import ADMIN, is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WHO, CODE, TITLE = "1043", "ZS-1", "交接班五句话"
MAKE = f"""
from courses.catalog.models import Course, Lesson, Section
from members.accounts.models import Member
course, _ = Course.objects.get_or_create(code="{CODE}", defaults=dict(
    title="{TITLE}", author=Member.objects.get(staff_no="1005"), credit_kind="safety",
    estimated_minutes=45, state="published"))
section, _ = Section.objects.get_or_create(course=course, order=1, defaults=dict(title="1"))
Lesson.objects.get_or_create(section=section, order=1, defaults=dict(
    kind="article", title="五句话", article="<p>设备、缺陷、挂牌、天气、联系人。</p>"))
"""


async def test_from_the_assignment_to_a_certificate_that_anybody_verifies(
    people: People, platform: Platform
):
    platform.manage("shell", "-c", MAKE)
    admin = await people.sign_in(ADMIN)
    await admin.goto("/assignments/new/")
    await admin.fill("[name=title]", "交接班必修")
    await admin.get_by_label(f"{CODE} {TITLE}").check()
    due = date.today() + timedelta(days=20)  # noqa: DTZ011 - the browser's day is near enough
    await admin.fill("[name=due_on]", due.isoformat())
    await admin.click("form.flow button.pri")
    await expect(admin.locator("h1")).to_contain_text("交接班必修")

    member = await people.sign_in(WHO)
    await member.goto("/")
    todo = member.locator("section[aria-labelledby=todo]")
    await todo.locator(".row", has_text=TITLE).get_by_role("link").first.click()
    await expect(member).to_have_url(f"{platform.url}/courses/{CODE}/")
    await member.locator("a.btn.pri, button.btn.pri").first.click()
    await member.locator("form.c-read button").click()
    await expect(member).to_have_url(f"{platform.url}/courses/{CODE}/")
    await member.get_by_text("已完成").first.wait_for()
    await member.goto("/")
    await expect(
        member.locator("section[aria-labelledby=todo] .row", has_text=TITLE)
    ).to_have_count(0)

    await member.goto("/record/")
    paper = member.locator(".row", has_text=TITLE).locator("a[href$='/pdf/']")
    href = str(await paper.get_attribute("href"))
    answer = await member.context.request.get(href)
    text = pypdf.PdfReader(io.BytesIO(await answer.body())).pages[0].extract_text()
    printed = re.search(r"/verify/[0-9A-Z-]+/", text.replace("\n", ""))
    assert printed is not None, text
    stranger = await people.browser.new_context(base_url=platform.url, locale="zh-CN")
    people.contexts.append(stranger)
    page = await stranger.new_page()
    await page.goto(printed[0])
    await expect(page.locator(".verified")).to_contain_text("有效")
    await expect(page.locator(".verified h1")).to_have_text(TITLE)
    await expect(page.locator(".verified")).to_contain_text("康○○")
    await is_clean(page, "verify")


@pytest.mark.matrix
@pytest.mark.parametrize(("language", "phone"), [("zh", False), ("en", True)])
async def test_pages_of_rules_and_papers_are_clean(
    people: People, platform: Platform, language: str, phone: bool
):
    member = await people.sign_in(MEMBER, language, phone=phone, dark=phone)
    await member.context.request.get("/papers/record/")
    for address in ("/requirements/AQ-20/about/", "/requirements/tables/built-in/",
                    "/verify/record/R2026-AAAA-AAAA/"):  # fmt: skip
        await member.goto(address)
        await is_clean(member, f"{language} {address}")
    admin = await people.sign_in(ADMIN, language, phone=phone, dark=phone)
    for address in ("/certificates/", "/requirements/", "/requirements/tables/",
                    "/record/1013/tenure/"):  # fmt: skip
        await admin.goto(address)
        await is_clean(admin, f"{language} {address}")
    await admin.goto("/requirements/tables/new/")
    await admin.fill("[name=name]", "公司")
    await admin.fill("[name=valid_from]", f"{date.today().year + 1}-01-01")  # noqa: DTZ011
    await admin.click("[name=preview]")
    await admin.locator(".worth").wait_for()
    await is_clean(admin, f"{language} table previewed")
    await admin.goto("/requirements/AQ-20/")
    await admin.fill("[name=valid_from]", f"{date.today().year + 1}-01-01")  # noqa: DTZ011
    await admin.click("[name=preview]")
    await admin.locator("#pv").wait_for()
    await is_clean(admin, f"{language} requirement previewed")
    await admin.goto("/requirements/AQ-20/periods/")
    await is_clean(admin, f"{language} periods")
    shut = admin.locator("form:has(input[name=period]) button")
    if await shut.count():
        await shut.first.click()
        await admin.locator("#c2").wait_for()
    await is_clean(admin, f"{language} closed")
