"""An admin goes from the board of hours to who is behind and to the evidence, and back to a day."""

from __future__ import annotations

import os

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People
from tests.browser.test_pages import ADMIN, is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAKE = """
from datetime import date, timedelta
from django.utils import timezone
from courses.credits.actions import record, waive
from courses.credits.models import Requirement
from courses.credits.queries import today
from courses.credits.requirements.actions import write_requirement
from members.accounts.models import Member
admin, day = Member.objects.get(staff_no="1002"), today()
if not Requirement.objects.filter(code="TB-H").exists():
    unit = Member.objects.get(staff_no="1013").department
    write_requirement(admin, "TB-H", title="班组安全学时", title_en="Crew safety hours",
        source="班组规定", standing="own", layer="unit", threshold=200,
        valid_from=date(day.year, 1, 1), units=[unit])
    crew = list(Member.objects.filter(department=unit).order_by("staff_no"))
    mine = Member.objects.get(staff_no="1013")
    record(mine, "course", "tb-h", 90, "safety", "live", timezone.now(), {}, title="交接班")
    other = next(one for one in crew if one != mine)
    waive(admin, other, date(day.year, 1, 1), date(day.year, 12, 31), "病假", "TB-H")
"""


async def test_from_the_board_of_hours_to_the_evidence(people: People, platform: Platform) -> None:
    platform.manage("shell", "-c", MAKE)
    admin = await people.sign_in(ADMIN)
    await admin.goto("/board/")
    await admin.get_by_role("link", name="学时要求").first.click()
    await expect(admin.locator("h1")).to_contain_text("学时达标情况")
    await shot(admin, "hours-zh")
    await is_clean(admin, "hours")
    column = admin.locator(".mx thead th", has_text="TB-H")
    place = await column.evaluate("one => one.cellIndex")
    await admin.locator(f".mx tbody tr:first-child td:nth-child({place + 1}) a").click()
    rows = admin.locator("ul.rows > li")
    mine = rows.filter(has_text="1013")
    await expect(mine).to_contain_text("已达标")
    await expect(rows.filter(has=admin.locator(".chip", has_text="已豁免"))).to_have_count(1)
    await shot(admin, "hours-people-zh")
    await is_clean(admin, "people of hours")
    await mine.get_by_role("link", name="依据").click()
    await admin.get_by_role("link", name="依据：交接班").first.click()
    await expect(admin.locator("h1")).to_contain_text("交接班")
    await admin.go_back()
    await admin.get_by_label("截至日期").fill("2020-01-01")
    await admin.get_by_role("button", name="显示").first.click()
    await expect(admin.get_by_role("status")).to_contain_text("2020-01-01")
    await shot(admin, "record-as-at-zh")
    await is_clean(admin, "record as at a day")


@pytest.mark.matrix
async def test_hours_and_groups_are_clean_on_a_phone_in_english(
    people: People, platform: Platform
) -> None:
    platform.manage("shell", "-c", MAKE)
    admin = await people.sign_in(ADMIN, "en", phone=True, dark=True)
    await admin.goto("/board/")
    base = admin.url
    for name, address in {
        "hours": "hours/", "hours-people": "hours/people/?state=behind", "groups": "groups/",
        "posts-hours": "groups/?by=posts&of=hours", "hours-then": "hours/?as_at=2020-01-01",
    }.items():  # fmt: skip
        await admin.goto(base + address)
        await shot(admin, f"{name}-en-phone")
        await is_clean(admin, f"{name} en phone")


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("BOARD_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")
