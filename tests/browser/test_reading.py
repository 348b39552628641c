"""Reading a long chat in a real class: back to its first line, found again, never moved."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from secrets import token_hex

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.classroom import go_live, join, open_tab, say, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LANGUAGE = "zh"
LINES = 290
TOP = """() => {
  const edge = document.querySelector(".panel-body").getBoundingClientRect().top;
  const row = [...document.querySelectorAll(".msgs > li")]
    .find((one) => one.getBoundingClientRect().bottom > edge);
  return [row.dataset.line, Math.round(row.getBoundingClientRect().top - edge)];
}"""
LOADED = (
    "() => performance.getEntriesByName(new URL('/static/build/comments.js', location).href).length"
)
SCROLL = "y => { document.querySelector('.panel-body').scrollTop = y; }"


def said(key: str, **values: object) -> str:
    return word(LANGUAGE, key, **values)


def fill(platform: Platform, code: str) -> None:
    """A class that has talked for a while, written where its lines are kept."""
    now = datetime.now(UTC).isoformat(" ")
    with closing(sqlite3.connect(platform.data_dir / "db.sqlite3", timeout=30)) as db, db:
        [room] = db.execute(
            "SELECT r.id FROM liveclass_room r JOIN courses_session s ON s.id = r.session_id"
            " WHERE s.code = ?", [code],
        ).fetchone()  # fmt: skip
        [author] = db.execute(
            "SELECT id FROM members_member WHERE staff_no = ?", [MEMBER]
        ).fetchone()
        db.executemany(
            "INSERT INTO liveclass_message (room_id, author_id, author_role, text, at,"
            " recalled_role, announcement, mentions) VALUES (?, ?, 'member', ?, ?, '', 0, '[]')",
            [
                (room, author, "先开疏水阀" if n == 7 else f"第 {n} 句", now)
                for n in range(1, LINES + 1)
            ],
        )
        [first] = db.execute(
            "SELECT min(id) FROM liveclass_message WHERE room_id = ?", [room]
        ).fetchone()
        db.execute(
            "UPDATE liveclass_message SET reply_to_id = ? WHERE id = ?",
            [first + 6, first + LINES - 1],
        )


async def compose(page: Page, field: Locator, spelled: str, chosen: str) -> None:
    """Type with an input method: Enter while it composes chooses a word, and sends nothing."""
    await field.fill("")
    await field.focus()
    keys = await page.context.new_cdp_session(page)
    end = len(spelled)
    asked = {"text": spelled, "selectionStart": end, "selectionEnd": end}
    await keys.send("Input.imeSetComposition", asked)
    await expect(field).to_have_value(spelled)
    await page.keyboard.press("Enter")
    await expect(field).to_have_value(re.compile(spelled.split("'")[0]))
    await field.fill("")
    await keys.send("Input.imeSetComposition", asked)
    await keys.send("Input.insertText", {"text": chosen})
    await expect(field).to_have_value(chosen)


async def test_a_long_chat_is_read_back_and_searched(people: People, platform: Platform) -> None:
    host = await people.sign_in(HOST, LANGUAGE, permissions=True)
    code = await schedule(host, f"长谈 {token_hex(3)}")
    await go_live(host, code)
    fill(platform, code)
    member = await people.sign_in(MEMBER, LANGUAGE)
    await join(member, code)
    await open_tab(member, LANGUAGE, "tab.chat")
    lines = member.locator(".msgs > li")
    await expect(lines).to_have_count(200)
    quote = member.locator(".quote")
    await expect(quote).to_have_text(said("chat.reply_earlier"))
    await member.evaluate(SCROLL, 120)
    await expect(lines).to_have_count(260)
    before = await member.evaluate(TOP)
    await say(host, LANGUAGE, "下一页见https://a.example/x。")
    await expect(member.get_by_role("button", name=said("chat.newer", n=1))).to_be_visible()
    assert await member.evaluate(TOP) == before, "who reads is not moved"
    first = await lines.first.get_attribute("data-line")
    await member.locator("[data-older]").press("Enter")  # its focus leads up to it
    await expect(lines).to_have_count(291)
    await expect(member.locator("[data-older]")).to_have_count(0)
    await expect(member.locator(f'[data-line="{first}"]')).to_be_in_viewport()
    await expect(member.locator("#tabpanel")).to_be_focused()
    await member.locator("[data-search]").press("Enter")
    await member.locator("lc-archive input").fill("疏水阀")
    await member.keyboard.press("Enter")
    hit = member.locator("[data-hit]")
    await expect(hit).to_have_count(1)
    await is_clean(member, "hits")
    await hit.press("Enter")
    await expect(member.locator("[data-place][aria-current]")).to_be_focused()
    await expect(member.locator("[data-place]")).to_have_count(37)
    await member.locator("[data-back]").press("Enter")
    await expect(hit).to_be_focused()
    await member.keyboard.press("Escape")
    await expect(member.locator("lc-archive")).to_have_count(0)
    await member.get_by_role("button", name=said("chat.newer", n=1)).click()
    await expect(member.get_by_text("下一页")).to_be_in_viewport()
    link = member.locator(".msgs .txt a")
    await expect(link).to_have_attribute("href", "https://a.example/x")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    await quote.press("Enter")
    await expect(member.locator("[data-line]", has_text="先开疏水阀").first).to_be_focused()

    more = member.get_by_role("toolbar").get_by_role("button", name=said("ctl.more"))
    await more.click()
    await member.locator("#comments").check()
    await is_clean(member, "the choice of comments")
    await member.keyboard.press("Escape")
    await member.wait_for_function(LOADED)
    await say(host, LANGUAGE, "飘过")
    comment = member.locator("lc-comments p")
    await expect(comment).to_have_text(["飘过"])
    await member.emulate_media(reduced_motion="reduce")
    await expect(member.locator("lc-comments")).to_have_count(0)

    write = member.get_by_role("textbox", name=said("chat.write"))
    await compose(member, write, "han'zi", "汉字")
    await member.keyboard.press("Enter")
    await expect(host.locator(".msgs")).to_contain_text("汉字")
    await open_tab(member, LANGUAGE, "tab.questions")
    await compose(member, member.get_by_role("textbox", name=said("qa.ask")), "fa'men", "阀门")
    await member.keyboard.press("Enter")
    await expect(member.locator(".q[data-question]")).to_have_text(re.compile("阀门"))
    await open_tab(member, LANGUAGE, "tab.whispers")
    letter = member.locator("[data-whisper] textarea")
    await compose(member, letter, "ye'ban", "夜班")
    await member.locator("[data-whisper] [type=submit]").click()
    await expect(member.locator("[data-letter]")).to_contain_text(["夜班"])
    await expect(member.locator("[data-letter]")).to_have_count(1)
    await expect(host.locator(".msgs")).not_to_contain_text("han'zi")


@pytest.mark.matrix
async def test_the_archive_on_a_phone_in_english(people: People, platform: Platform) -> None:
    host = await people.sign_in(HOST, "en", permissions=True)
    code = await schedule(host, f"long talk {token_hex(3)}")
    await go_live(host, code)
    fill(platform, code)
    member = await people.sign_in(MEMBER, "en", phone=True, dark=True)
    await join(member, code)
    await open_tab(member, "en", "tab.chat")
    await member.get_by_role("button", name=word("en", "chat.search")).click()
    await member.locator("lc-archive input").fill("句")
    await member.keyboard.press("Enter")
    await expect(member.locator("[data-hit]")).to_have_count(20)
    await member.locator("[data-further]").click()
    await expect(member.locator("[data-hit]")).to_have_count(40)
    await is_clean(member, "hits")
    await member.locator("[data-hit]").last.click()
    await expect(member.locator("[data-place][aria-current]")).to_be_in_viewport()
    await is_clean(member, "a place")
    wide = await member.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "nothing reaches beyond the screen"
