"""What must not get lost or hidden: drafts, results, the tabs of a phone, who removed a line."""

from __future__ import annotations

import re
from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import ask, go_live, join, open_tab, question, say, schedule
from tests.browser.conftest import HOST, MEMBER, SECOND_MEMBER, People
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OPTIONS = ["先汇报", "先停泵", "先开旁路", "用明火烤"]


async def improvise(host: Page, language: str, text: str) -> None:
    """Write a poll of four options and start it; its buttons must be in view."""
    await host.get_by_role("button", name=word(language, "poll.create")).first.click()
    await host.get_by_label(word(language, "poll.question"), exact=True).fill(text)
    for number, option in enumerate(OPTIONS, 1):
        if number > 2:
            await host.get_by_role("button", name=word(language, "poll.add_option")).click()
        await host.get_by_label(word(language, "poll.option_n", n=number), exact=True).fill(option)
    start = host.get_by_role("button", name=word(language, "poll.open_now"))
    await expect(start).to_be_in_viewport(ratio=1)
    await start.click()


async def back(page: Page) -> None:
    """Reload, and tap once more if the sound needs it."""
    await page.reload()
    tap = page.locator("[data-join]")
    await expect(tap.or_(page.locator(".tabs:visible, .ph-peek:visible")).first).to_be_visible()
    if await tap.count():
        await tap.click()


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.matrix), "en"])
async def test_drafts_outlive_tabs_and_reloads(people: People, language: str):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"草稿 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, language)
    await join(member, code)
    await ask(member, language, "阀门编号在哪里")
    line = member.get_by_role("textbox", name=word(language, "qa.ask"))
    await line.fill("问到一半")

    await open_tab(host, language, "tab.questions")
    card = question(host, "阀门编号在哪里")
    await card.get_by_role("button", name=word(language, "qa.answer_text")).click()
    await card.locator("textarea").fill("答到一半")
    await open_tab(host, language, "tab.chat")
    await host.get_by_role("textbox", name=word(language, "chat.write")).fill("说到一半")
    await say(member, language, "打断一下")
    await open_tab(host, language, "tab.questions")
    await expect(card.locator("textarea")).to_have_value("答到一半")

    for page in (host, member):
        await back(page)
    await open_tab(host, language, "tab.questions")
    await expect(card.locator("textarea")).to_have_value("答到一半")
    await card.get_by_role("button", name=word(language, "qa.answer_send")).click()
    await expect(card.locator(".answer")).to_have_text("答到一半")
    await open_tab(host, language, "tab.chat")
    said = host.get_by_role("textbox", name=word(language, "chat.write"))
    await expect(said).to_have_value("说到一半")
    await open_tab(member, language, "tab.questions")
    await expect(line).to_have_value("问到一半")
    await expect(question(member, "阀门编号在哪里").locator(".answer")).to_be_visible()


@pytest.mark.parametrize("language", ["en"])
async def test_a_result_stays_until_it_is_put_away(people: People, language: str):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"结果 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, language, phone=True)
    await join(member, code)
    await improvise(host, language, "第一步做什么")
    card = member.locator(".dock")
    submit = card.get_by_role("button", name=word(language, "poll.submit"))
    await expect(submit).to_be_in_viewport(ratio=1)
    await card.get_by_text(OPTIONS[0], exact=True).click()
    await submit.click()
    await expect(card.get_by_text(word(language, "poll.stored"))).to_be_visible()
    await host.get_by_role("button", name=word(language, "poll.publish")).click()
    held = host.locator("[data-result]")
    await expect(held.locator(".result")).to_have_count(4)
    await expect(held.get_by_text(word(language, "poll.published"))).to_be_visible()

    late = await people.sign_in(SECOND_MEMBER, language)
    await join(late, code)
    await expect(late.locator(".dock .result")).to_have_count(4)
    for page in (member, host):
        await back(page)
    await expect(card.locator(".result")).to_have_count(4)
    await expect(held.locator(".result")).to_have_count(4)
    for page in (member, host):
        await page.locator("[data-dismiss]").click()
        await back(page)
        await expect(page.locator(".tabs")).to_be_visible()
        await expect(page.locator("[data-dismiss]")).to_have_count(0)
    await open_tab(late, language, "tab.polls")
    await expect(late.locator(".dock .result")).to_have_count(4)


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.matrix)])
async def test_the_console_fits_a_phone(people: People, language: str):
    host = await people.sign_in(HOST, language, phone=True, permissions=True)
    code = await schedule(host, f"手机讲师台 {token_hex(3)}")
    await go_live(host, code)
    for number in range(3):
        await open_tab(host, language, "tab.polls")
        await host.get_by_role("button", name=word(language, "poll.create")).click()
        await host.get_by_label(word(language, "poll.question"), exact=True).fill(f"问题{number}")
        for at in (1, 2):
            name = word(language, "poll.option_n", n=at)
            await host.get_by_label(name, exact=True).fill(f"选项{at}")
        await host.get_by_role("button", name=word(language, "poll.keep")).click()
        await expect(host.locator("[data-poll-row]")).to_have_count(number + 1)
    for key in ("tab.polls", "tab.questions", "tab.hands", "tab.chat", "tab.people"):
        tab = host.get_by_role("tab", name=re.compile(re.escape(word(language, key))))
        await tab.click()
        await expect(tab).to_be_in_viewport(ratio=1)
        body = await host.locator("#tabpanel").bounding_box()
        assert body is not None
        assert body["height"] >= 160, key
        end = await host.locator(".desk-end").bounding_box()
        controls = await host.locator("#controls").bounding_box()
        assert end is not None
        assert controls is not None
        assert body["y"] + body["height"] <= end["y"] + 0.5, key
        assert end["y"] + end["height"] <= controls["y"], key


@pytest.mark.parametrize("language", [pytest.param("zh", marks=pytest.mark.matrix), "en"])
async def test_removing_somebodys_message_is_asked_and_named(people: People, language: str):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"撤回 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, language)
    await join(member, code)
    await say(member, language, "不合适的话")
    await open_tab(host, language, "tab.chat")
    line = host.locator(".msg").filter(has_text="不合适的话")
    await line.locator(".more").click()
    await line.get_by_role("button", name=word(language, "chat.remove")).click()
    dialog = host.get_by_role("dialog")
    await dialog.get_by_role("button", name=word(language, "act.cancel")).click()
    await expect(line).to_be_visible()
    await line.locator(".more").click()
    await line.get_by_role("button", name=word(language, "chat.remove")).click()
    await dialog.get_by_role("button", name=word(language, "chat.remove")).click()
    await expect(line).to_have_count(0)
    own = member.get_by_text(word(language, "chat.removed_own_host"))
    await expect(own).to_be_visible()
    await member.reload()
    await expect(own).to_be_visible()
    await say(member, language, "我自己撤回")
    line = member.locator(".msg").filter(has_text="我自己撤回")
    await line.locator(".more").click()
    await line.get_by_role("button", name=word(language, "chat.recall"), exact=True).click()
    recalled = re.escape(word(language, "chat.recalled")).replace(r"\{name\}", ".+")
    await expect(host.locator(".msg.sys").filter(has_text=re.compile(recalled))).to_have_count(1)


DOUBLES = """() => {
  window.most = 0;
  const count = () => {
    const lines = [...document.querySelectorAll(".msg .txt")].map(one => one.textContent);
    window.most = Math.max(window.most, lines.filter(one => one === "只说一次").length);
  };
  new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
}"""


async def test_an_own_line_is_never_there_twice(people: People):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"一次 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    await join(member, code)
    await member.evaluate(DOUBLES)
    await say(member, "zh", "只说一次")
    await expect(member.locator("[data-line]").filter(has_text="只说一次")).to_be_visible()
    await member.wait_for_timeout(500)
    assert await member.evaluate("window.most") == 1


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.matrix)])
async def test_a_class_that_has_ended_is_quiet(people: People, language: str):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"下课 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, language)
    await join(member, code)
    await member.keyboard.press("?")
    keys = member.get_by_role("dialog", name=word(language, "key.title"))
    await expect(keys.locator(".keys")).to_be_in_viewport()
    await member.keyboard.press("Escape")
    await host.get_by_role("button", name=word(language, "class.end")).click()
    await host.get_by_role("dialog").get_by_role("button", name=word(language, "class.end")).click()
    for page in (host, member):
        await expect(
            page.locator(".stage").get_by_text(word(language, "stage.ended"))
        ).to_be_visible()
        await expect(page.locator("[data-online], [data-network], .counters")).to_have_count(0)
    for gone in ("audio", "hand", "react"):
        await expect(member.locator(f"[data-control={gone}]")).to_have_count(0)
    for gone in ("mic", "cam", "screen"):
        await expect(host.locator(f"[data-control={gone}]")).to_have_count(0)
