"""A question stands beside the picture: a wrong answer leads back a minute, a right one goes on."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.lessons import make_video
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LEARNER = "1020"
AT = 3
"""Second of the question."""
MAKE = """
from courses.catalog.models import Course, Lesson, Material, Section
from courses.checkpoints.actions import set_checkpoint
from courses.quizzes import items
from courses.quizzes.models import Bank, Question
from members.accounts.models import Member
host = Member.objects.get(staff_no="1005")
course = Course.objects.create(code="DOCK-1", title="动火作业", author=host, state="published")
section = Section.objects.create(course=course, order=1, title="1")
lesson = Lesson.objects.create(section=section, order=1, kind="video", title="动火前的检测")
material = Material.objects.create(lesson=lesson, version=1, uploaded_by=host, state="ready",
    file="media.mp4", name="a.mp4", length=120)
bank = Bank.objects.create(title="动火题库", owner=host)
item = items.Single(options=("作业前三十分钟内", "前一天", "不必检测"), right=0,
    explanation="气体会变化，所以临近作业才检测。")
question = Question.objects.create(bank=bank, code="D-1", kind="single", author=host,
    text="可燃气体什么时候检测？", content=items.encode(item))
set_checkpoint(lesson, 3, question.pk, host)
print("MADE", lesson.pk, material.folder)
"""


@pytest.fixture(scope="module")
def lesson(platform: Platform) -> str:
    found = re.search(r"MADE (\d+) (\S+)", platform.manage("shell", "-c", MAKE))
    assert found
    make_video(platform.data_dir / "materials" / found[2] / "media.mp4", 12)
    return f"/courses/DOCK-1/lessons/{found[1]}/play/"


async def asked(page: Page) -> None:
    await expect(page.get_by_text("可燃气体什么时候检测？")).to_be_visible(timeout=30_000)
    await expect(page.locator("lc-lesson")).to_have_attribute("data-state", "paused")


async def choose(page: Page, text: str) -> None:
    await page.get_by_label(text).check()
    await page.locator("[data-answer]").click()


@pytest.mark.parametrize(
    ("language", "phone"), [("zh", False), pytest.param("en", True, marks=pytest.mark.matrix)]
)
async def test_a_question_is_asked_again_until_it_is_understood(
    people: People, lesson: str, language: str, phone: bool
):
    page = await people.sign_in(LEARNER if language == "zh" else "1021", language, phone=phone)
    await page.goto(lesson)
    await page.locator("[data-play]").click()
    await asked(page)
    await expect(page.locator("#ls-q")).to_be_focused()
    await is_clean(page, f"{language} question")

    # what was chosen is there again after a reload, and so is the question
    await page.get_by_label("前一天").check()
    await page.reload()
    await page.locator("[data-play]").click()
    await asked(page)
    await expect(page.get_by_label("前一天")).to_be_checked()

    await page.locator("[data-answer]").click()
    again = page.get_by_role("button", name=word(language, "lesson.again_start"))
    await expect(again).to_be_visible()
    await expect(page.get_by_text("气体会变化")).to_be_hidden()
    await again.click()
    await asked(page)
    assert await page.evaluate("document.querySelector('video').currentTime") >= AT
    await choose(page, "作业前三十分钟内")
    await expect(page.get_by_text("气体会变化，所以临近作业才检测。")).to_be_visible()
    await expect(page.locator("[data-unanswered='0']")).to_be_visible()
    await page.locator("[data-go-on]").click()
    await page.wait_for_function("() => document.querySelector('video').currentTime > 4")
