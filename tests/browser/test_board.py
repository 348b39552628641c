"""A unit admin finds who is late, looks closer, reminds, and takes the figures along."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People
from tests.browser.test_pages import ADMIN, is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CODE, TITLE = "TB-1", "交接班五句话"
MAKE = f"""
from datetime import timedelta
from courses.assignments.actions import assign, waive
from courses.assignments.models import Obligation
from courses.catalog.models import Course, Lesson, Section
from courses.completion.actions import enrol
from courses.completion.settling import settle
from courses.credits.queries import today
from members.accounts.models import Member
from django.utils import timezone
day, admin = today(), Member.objects.get(staff_no="{ADMIN}")
course, made = Course.objects.get_or_create(code="{CODE}", defaults=dict(
    title="{TITLE}", author=Member.objects.get(staff_no="1005"), credit_kind="safety",
    estimated_minutes=45, state="published"))
if made:
    unit = Member.objects.get(staff_no="1013").department
    assign(admin, courses=[course], title="交接班必修", unit=None, begins_on=day,
           due_days=10, audience={{"is": "unit", "unit": unit.pk, "below": True}})
    rows = list(Obligation.objects.filter(course=course).order_by("member__staff_no"))
    for one in rows[:3]:
        one.from_on, one.due_on = day - timedelta(days=30), day - timedelta(days=4)
        one.save()
    waive(admin, rows[2].pk, "病假", day - timedelta(days=1))
    from courses.reports.actions import obliged
    obliged(rows)
"""


async def figure(page: Page, name: str) -> str:
    """A number of the head of the board."""
    box = page.locator(".kpis > div", has=page.locator("dt", has_text=name)).locator("dd").first
    return (await box.inner_text()).strip()


async def test_from_the_board_to_who_is_late_and_to_a_workbook(people: People, platform: Platform):
    platform.manage("shell", "-c", MAKE)
    admin = await people.sign_in(ADMIN)
    await admin.goto("/board/")
    await expect(admin.locator("h1")).to_be_visible()
    late, excused = await figure(admin, "逾期"), await figure(admin, "豁免")
    assert int(late) >= 2
    assert int(excused) >= 1
    await shot(admin, "unit-zh")
    await is_clean(admin, "board")
    await admin.locator(".mx .late a").first.click()
    await admin.get_by_role("navigation", name="状态").get_by_text("逾期").click()
    rows = admin.locator("ul.rows > li")
    await expect(rows).to_have_count(2)
    await shot(admin, "people-zh")
    await is_clean(admin, "people")
    await rows.first.get_by_role("button", name="私下提醒").click()
    await expect(admin.locator(".toast")).to_contain_text("1")
    await rows.first.get_by_role("link", name="依据").click()
    await expect(admin.locator("h1")).to_have_text(TITLE)
    await expect(admin.locator(".page-head")).to_contain_text("能看到您查看过")
    await is_clean(admin, "evidence of a course")
    await admin.goto("/board/")
    board = admin.url
    await admin.get_by_role("button", name="Excel").click()
    await admin.locator("[data-state=ready]").wait_for()  # the page looks again by itself
    await is_clean(admin, "workbook")
    await shot(admin, "file-zh")
    async with admin.expect_download() as taken:
        await admin.locator("a.btn.pri").click()
    download = await taken.value
    states = states_of(await download.path())
    assert states.count("已逾期") == int(late), (board, set(states))


NOTICED = """
from datetime import timedelta
from courses.completion.book import Refused
from courses.reports.flags.actions import doubt
from members.accounts.models import Member
from django.utils import timezone
member = Member.objects.get(staff_no="1013").pk
doubt({member: Refused(ticks=21_000, lesson=None)}, timezone.now())
"""


async def test_from_what_was_noticed_to_what_came_of_it(people: People, platform: Platform):
    platform.manage("shell", "-c", NOTICED)
    member = await people.sign_in("1013", phone=True)
    await member.goto("/record/")
    await is_clean(member, "record with something noticed")
    # others of this platform may have cheated: 21,000 ticks are 35 minutes
    noticed = member.locator("section[aria-labelledby=a6] li", has_text="35 分钟")
    await noticed.get_by_role("link", name="说明情况").click()
    await is_clean(member, "what was noticed")
    await shot(member, "noticed-zh-phone")
    await member.get_by_label("当时的情况").fill("手机留在休息室，一直在播放")
    await member.locator("form.flow button.pri").click()
    await expect(member.locator("h1")).to_have_text("我的学习档案")
    admin = await people.sign_in(ADMIN)
    await admin.goto("/board/")
    await admin.get_by_role("link", name="需核实").click()
    await is_clean(admin, "flags")
    await shot(admin, "flags-zh")
    row = admin.locator("ul.rows > li", has_text="35 分钟")
    await row.get_by_role("link", name="核实：").click()
    await expect(admin.locator(".said")).to_have_text("手机留在休息室，一直在播放")
    await is_clean(admin, "a flag")
    await shot(admin, "flag-zh")
    await admin.get_by_label("情况属实，无需处理").check()
    await admin.get_by_label("理由").fill("问过了，属实")
    await admin.locator("form.flow button.pri").click()
    await expect(admin.locator(".toast, [role=status]").first).to_be_visible()
    await expect(row).to_have_count(0)
    await member.goto("/record/")
    await expect(member.locator("section[aria-labelledby=a6]")).to_contain_text("问过了，属实")


@pytest.mark.matrix
async def test_the_board_is_clean_on_a_phone_in_english(people: People, platform: Platform):
    platform.manage("shell", "-c", MAKE)
    admin = await people.sign_in(ADMIN, "en", phone=True, dark=True)
    await admin.goto("/board/")
    await is_clean(admin, "board en phone")
    await shot(admin, "unit-en-phone")
    await admin.goto(admin.url + "people/?state=overdue")
    await is_clean(admin, "people en phone")
    await shot(admin, "people-en-phone")


def states_of(path: Path) -> list[str]:
    """The column of states of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    return [row[5].value for row in book.worksheets[2].iter_rows(min_row=2)]


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("BOARD_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")
