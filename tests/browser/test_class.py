"""One lecturer and members in one class, in real Chromium, with real sound and picture."""

from __future__ import annotations

import re
from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import (
    ask,
    go_live,
    hears_sound,
    join,
    open_tab,
    question,
    say,
    schedule,
    sees_picture,
)
from tests.browser.conftest import HOST, MEMBER, OUTSIDER, SECOND_MEMBER, People
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def vote_stored(page: Page, language: str, option: str) -> None:
    """Choose, submit, and read that the vote is stored."""
    card = page.locator("[data-poll]").first
    await card.get_by_text(option, exact=True).click()
    await card.get_by_role("button", name=word(language, "poll.submit")).click()
    await expect(card.get_by_text(word(language, "poll.stored"))).to_be_visible()


async def improvise(host: Page, language: str, text: str, options: list[str]) -> None:
    """The lecturer writes a poll and starts it at once."""
    await host.get_by_role("button", name=word(language, "poll.create")).first.click()
    await host.get_by_label(word(language, "poll.question"), exact=True).fill(text)
    for number, option in enumerate(options, 1):
        await host.get_by_label(word(language, "poll.option_n", n=number), exact=True).fill(option)
    await host.get_by_role("button", name=word(language, "poll.open_now")).click()


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.matrix)])
async def test_a_whole_class(people: People, language: str):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"热网调节 {token_hex(3)}")
    await go_live(host, code)
    await sees_picture(host)

    first = await people.sign_in(MEMBER, language)
    second = await people.sign_in(SECOND_MEMBER, language, phone=True, dark=True)
    for member in (first, second):
        await join(member, code)
        await sees_picture(member)
        await hears_sound(member)

    await say(first, language, "声音很清楚")
    await expect(host.locator(".room")).to_contain_text(re.compile(r"在线 2/\d+|2 of \d+ online"))
    await open_tab(host, language, "tab.chat")
    for page in (host, second):
        await open_tab(page, language, "tab.chat")
        await expect(page.get_by_text("声音很清楚")).to_be_visible()

    await improvise(host, language, "第一步做什么", ["先汇报", "先停泵"])
    await vote_stored(first, language, "先汇报")
    await vote_stored(second, language, "先停泵")
    await host.get_by_role("button", name=word(language, "poll.publish")).click()
    for member in (first, second):
        await expect(member.locator("[data-poll] .result")).to_have_count(2)

    await ask(first, language, "夜班由谁监护")
    await open_tab(second, language, "tab.questions")
    await question(second, "夜班由谁监护").get_by_role("button").first.click()
    await open_tab(host, language, "tab.questions")
    card = question(host, "夜班由谁监护")
    await expect(card.locator(".vote")).to_contain_text("1")
    await card.get_by_role("button", name=word(language, "qa.answer_live")).click()
    chip = question(second, "夜班由谁监护").get_by_text(word(language, "qa.answering"))
    await expect(chip).to_be_visible()

    await host.get_by_role("button", name=word(language, "ctl.share")).click()
    for member in (first, second):
        await expect(member.locator("video:not([hidden])")).to_have_count(2, timeout=15_000)

    await first.reload()
    await join_again(first)
    await open_tab(first, language, "tab.chat")
    await expect(first.get_by_text("声音很清楚")).to_be_visible()
    await sees_picture(first, "video:not([hidden])")

    await host.get_by_role("button", name=word(language, "class.end")).click()
    await host.get_by_role("dialog").get_by_role("button", name=word(language, "class.end")).click()
    await expect(first.get_by_text(word(language, "room.ended")).first).to_be_visible()
    await host.goto(f"/classes/{code}/summary/")
    for text in ("声音很清楚", "夜班由谁监护", "第一步做什么"):
        await expect(host.locator("main")).to_contain_text(text)


async def join_again(page: Page) -> None:
    """After a reload one tap may be needed for the sound; nothing else."""
    tap = page.locator("[data-join]")
    await expect(tap.or_(page.locator(".tabs")).first).to_be_visible()
    if await tap.count():
        await tap.click()
    await expect(page.locator(".tabs").first).to_be_visible()


async def test_the_lecturers_reload_brings_her_back_into_the_same_class(people: People):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"重新打开 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    await join(member, code)
    await sees_picture(member)
    await host.reload()
    await expect(host.locator(".room .live").first).to_be_visible()
    await sees_picture(host)
    await sees_picture(member)
    await hears_sound(member)


async def test_one_tap_on_home_brings_picture_and_sound(people: People):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"一次点按 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, phone=True)
    await member.goto("/")
    await member.locator(f"a.btn[href*='{code}/room/']").first.click()
    await sees_picture(member)
    await hears_sound(member)


async def test_who_is_outside_the_audience_is_told_why(people: People):
    host = await people.sign_in(HOST)
    code = await schedule(host, f"仅限本部门 {token_hex(3)}")
    outsider = await people.sign_in(OUTSIDER)
    answer = await outsider.goto(f"/classes/{code}/room/")
    assert answer is not None
    assert answer.status == 403
    await expect(outsider.locator("main")).to_contain_text("不在本次参训范围内")
    assert await outsider.locator("lc-room").count() == 0


@pytest.mark.parametrize("language", ["zh"])
async def test_twenty_seconds_without_network_lose_nothing(people: People, language: str):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"断网 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, language)
    await join(member, code)
    await say(member, language, "断网之前")
    await expect(member.get_by_text("断网之前")).to_have_count(1)
    await member.context.set_offline(True)
    await say(member, language, "断网之中")
    await say(host, language, "讲师继续讲")
    await member.wait_for_timeout(20_000)
    await member.context.set_offline(False)
    for page in (member, host):
        for text in ("断网之前", "断网之中", "讲师继续讲"):
            await expect(page.get_by_text(text)).to_have_count(1, timeout=20_000)
