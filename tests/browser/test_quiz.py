"""A quiz in a real browser: saved while it is answered, the same paper after a reload, marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import HOST, MEMBER, SECOND_MEMBER, People
from tests.browser.test_pages import is_clean
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

COURSE = "AQ-201"
RIGHT = {
    "发现疏水阀冻结": "确认范围，汇报值长",
    "进入受限空间前": ("办理作业票", "检测气体", "安排监护人"),
    "氨比空气轻": 0,
    "按顺序排列": ("停电", "验电", "接地"),
    "整定压力": "1.62",
    "凝结水的阀门": "疏水 阀。",
}
"""What the questions of the demo are answered with, by the beginning of their text."""


async def open_quiz(page: Page) -> str:
    """The start page of the demo's quiz; its address is found through the author's pages' form."""
    lesson = 1
    while lesson < 50:
        answer = await page.goto(f"/courses/{COURSE}/lessons/{lesson}/quiz/")
        if answer is not None and answer.status == 200:
            return page.url
        lesson += 1
    raise AssertionError("the demo has no quiz")


async def answer_all(page: Page) -> None:
    for begin, answer in RIGHT.items():
        box = page.locator("fieldset.qz-q").filter(has_text=begin)
        if isinstance(answer, int):
            await box.locator("input").nth(answer).check()
        elif await box.locator("select").count():
            for place, text in enumerate(answer):
                await box.locator("select").nth(place).select_option(label=text)
        elif isinstance(answer, tuple):
            for text in answer:
                await box.get_by_label(text, exact=True).check()
        elif await box.locator("input[type=radio]").count():
            await box.get_by_label(answer, exact=True).check()
        else:
            await box.locator("input").fill(answer)


async def questions(page: Page) -> list[str]:
    return await page.locator(".qz-t, .qz-opt span").all_inner_texts()


@pytest.mark.parametrize(
    ("who", "language", "phone"),
    [
        pytest.param(MEMBER, "zh", False, marks=pytest.mark.matrix),
        (SECOND_MEMBER, "en", True),
    ],
)
async def test_a_quiz_survives_a_reload_and_is_marked(
    people: People, platform: Platform, tmp_path: Path, who: str, language: str, phone: bool
):
    page = await people.sign_in(who, language, phone=phone, dark=phone)
    await open_quiz(page)
    await is_clean(page, f"{language} start")
    await page.locator("form[action$='/start/'] button").click()
    await expect(page.locator("[data-left]")).to_contain_text(re.compile(r"(20:00|19:\d\d)"))
    paper = await questions(page)
    await answer_all(page)
    saved = {"zh": "答案已自动保存", "en": "Answers saved automatically"}[language]
    await expect(page.locator("[data-saved]")).to_have_text(saved)
    await expect(page.locator("[data-answered]")).to_have_text("6")
    await is_clean(page, f"{language} paper")
    await page.reload()
    assert await questions(page) == paper
    await expect(page.locator("[data-answered]")).to_have_text("6")
    await page.locator("button[value=submit]").click()
    await expect(page.locator(".qz-mark b")).to_have_text("100%")
    await expect(page.locator(".qz-review > li")).to_have_count(6)
    await is_clean(page, f"{language} result")


async def test_a_second_page_is_told_that_it_is_behind(people: People, platform: Platform):
    first = await people.sign_in("1014", "en")
    start = await open_quiz(first)
    await first.locator("form[action$='/start/'] button").click()
    second = await first.context.new_page()
    await second.goto(first.url)
    await first.locator("fieldset.qz-q input[type=radio]").first.check()
    await expect(first.locator("[data-saved]")).to_have_text("Answers saved automatically")
    await second.locator("fieldset.qz-q input[type=radio]").last.check()
    await expect(second.locator("[data-trouble]")).to_contain_text("open on another page")
    assert start in first.url


async def test_answers_wait_for_the_network(people: People, platform: Platform):
    page = await people.sign_in("1015", "en")
    await open_quiz(page)
    await page.locator("form[action$='/start/'] button").click()
    await page.locator("fieldset.qz-q").first.wait_for()
    await page.wait_for_load_state()  # its program is there before the line goes
    await page.context.set_offline(True)
    await page.locator("fieldset.qz-q input[type=radio]").first.check()
    await expect(page.locator("[data-saved]")).to_contain_text("Not saved yet")
    await page.context.set_offline(False)
    await expect(page.locator("[data-saved]")).to_have_text("Answers saved automatically")


@pytest.mark.parametrize(
    ("language", "phone"), [pytest.param("zh", False, marks=pytest.mark.matrix), ("en", True)]
)
async def test_an_author_s_pages_are_clean(
    people: People, platform: Platform, tmp_path: Path, language: str, phone: bool
):
    page = await people.sign_in(HOST, language, phone=phone, dark=phone)
    start = await open_quiz(page)
    for address in ("settings/", "preview/", "statistics/"):
        await page.goto(start + address)
        await is_clean(page, f"{language} {address}")
    await page.goto("/courses/questions/")
    await is_clean(page, f"{language} banks")
    await page.locator(".rows .btn").first.click()
    await is_clean(page, f"{language} bank")
    bank = page.url
    for address in ("new/single/", "new/numeric/", "import/"):
        await page.goto(bank + address)
        await is_clean(page, f"{language} {address}")
    async with page.expect_download() as download:
        await page.locator("a[href$='template.xlsx']").click()
    sheet = tmp_path / "questions.xlsx"
    await (await download.value).save_as(sheet)
    await page.locator("input[type=file]").set_input_files(sheet)
    await page.locator("form[enctype] button[type=submit]").click()
    await expect(page.locator("tbody tr")).to_have_count(6)
    await is_clean(page, f"{language} check")
