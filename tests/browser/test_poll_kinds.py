"""Polls of every kind in a real class: asked on the console, answered by mouse and by keyboard."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import go_live, join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LANGUAGE = "zh"


def said(key: str, **values: object) -> str:
    return word(LANGUAGE, key, **values)


async def begin(host: Page, kind: str, question: str, *options: str) -> None:
    """Fill the form of a poll; nothing is sent yet."""
    await host.get_by_role("button", name=said("poll.create")).first.click()
    await host.locator("#pf-kind").select_option(kind)
    await host.get_by_label(said("poll.question"), exact=True).fill(question)
    for number, option in enumerate(options, 1):
        if number > 2:
            await host.get_by_role("button", name=said("poll.add_option")).click()
        await host.get_by_label(said("poll.option_n", n=number), exact=True).fill(option)


async def back(page: Page) -> None:
    """Reload, and tap once more if the sound needs it."""
    await page.reload()
    tap = page.locator("[data-join]")
    await expect(tap.or_(page.locator(".dock")).first).to_be_visible()
    if await tap.count():
        await tap.click()


async def start(host: Page) -> None:
    await host.get_by_role("button", name=said("poll.open_now")).click()
    await expect(host.locator(".tray-open")).to_be_visible()


async def test_kinds_of_polls_are_asked_answered_and_shown(people: People) -> None:
    host = await people.sign_in(HOST, LANGUAGE, permissions=True)
    code = await schedule(host, f"题型 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, LANGUAGE, phone=True)
    await join(member, code)
    card = member.locator(".dock")
    submit = card.get_by_role("button", name=said("poll.submit"))
    publish = host.get_by_role("button", name=said("poll.publish"))

    # A ranking, by keyboard alone: the third choice goes to the first place.
    await begin(host, "ranking", "先做什么", "停泵", "汇报", "确认范围")
    await start(host)
    await expect(card.locator(".ranked")).to_have_count(3)
    await card.locator(".ranked").nth(2).locator("button:not([disabled])").focus()
    for place in (2, 1):
        await member.keyboard.press("ArrowUp")
        moved = card.locator(".ranked").nth(place - 1)
        await expect(moved).to_contain_text("确认范围")
        await expect(moved.locator(":focus")).to_have_count(1)
    await is_clean(member, "a ranking")
    await submit.focus()
    await member.keyboard.press("Enter")
    await expect(card.get_by_text(said("poll.stored"))).to_be_visible()
    await expect(host.locator(".tray-open .result .num").nth(2)).to_have_text("2")
    await publish.click()
    await expect(card.locator(".result .num").nth(2)).to_have_text("2")

    # A quiz, anonymous: what is right comes with the result.
    await begin(host, "quiz", "哪一项正确", "甲", "乙")
    await host.get_by_label(said("poll.correct_n", n=2)).check()
    await host.get_by_label(said("poll.explanation")).fill("规程第三条")
    await host.get_by_label(said("poll.anonymous"), exact=True).check()
    await start(host)
    await expect(card.get_by_text(said("poll.anonymous_hint"))).to_be_visible()
    await card.get_by_text("甲", exact=True).click()
    await submit.click()
    await expect(card.get_by_text(said("poll.anonymous_final"))).to_be_visible()
    await expect(card.locator(".right, .why")).to_have_count(0)
    await expect(host.locator(".tray-open .right")).to_contain_text("乙")
    await publish.click()
    await expect(card.locator(".right")).to_contain_text("乙")
    await expect(card.locator(".why")).to_have_text("规程第三条")

    # A word cloud: the draft outlives the page, hidden words are not shown.
    await begin(host, "words", "想到什么")
    await start(host)
    await card.get_by_label(said("poll.word_n", n=1)).fill("安全")
    await back(member)
    await expect(card.get_by_label(said("poll.word_n", n=1))).to_have_value("安全")
    await card.get_by_label(said("poll.word_n", n=2)).fill("讨厌")
    await submit.click()
    await host.get_by_role("button", name=said("poll.hide_answer", text="讨厌")).click()
    await expect(host.locator("[data-answer].gone")).to_have_count(1)
    await is_clean(host, "words on the console")
    await publish.click()
    await expect(card.locator(".cloud li")).to_have_count(1)
    await expect(card.locator(".cloud")).to_contain_text("安全")


@pytest.mark.matrix
async def test_what_is_complete_is_sent_when_the_time_is_over(people: People) -> None:
    """A quarter of a minute of waiting: not part of every run."""
    host = await people.sign_in(HOST, LANGUAGE, permissions=True)
    code = await schedule(host, f"倒计时 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, LANGUAGE)
    await join(member, code)
    await begin(host, "text", "学到什么")
    await host.locator("#pf-seconds").select_option("15")
    await start(host)
    card = member.locator(".dock")
    await expect(card.locator("[data-left]")).to_be_visible()
    await is_clean(member, "an open answer with a countdown")
    await card.locator("textarea").fill("先确认再操作")
    await expect(card.get_by_text(said("poll.stored"))).to_be_visible(timeout=60_000)
    await expect(host.locator("[data-result] [data-answer]")).to_have_count(1, timeout=30_000)
