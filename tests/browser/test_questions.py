"""Questions in a real class: asked without a name, marked, united, set aside with a reason."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import ask, go_live, join, open_tab, question, schedule
from tests.browser.conftest import HOST, MEMBER, SECOND_MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LANGUAGE = "zh"


def said(key: str, **values: object) -> str:
    return word(LANGUAGE, key, **values)


async def press(page: Page, text: str, key: str) -> None:
    """A button below a question of the console, by keyboard."""
    await question(page, text).get_by_role("button", name=said(key)).focus()
    await page.keyboard.press("Enter")


async def test_the_queue_is_kept_in_order(people: People) -> None:
    host = await people.sign_in(HOST, LANGUAGE, permissions=True)
    code = await schedule(host, f"提问 {token_hex(3)}")
    await go_live(host, code)
    first = await people.sign_in(MEMBER, LANGUAGE, phone=True)
    second = await people.sign_in(SECOND_MEMBER, LANGUAGE, dark=True)
    for member in (first, second):
        await join(member, code)
        await open_tab(member, LANGUAGE, "tab.questions")

    # Who will see the name is said before she sends.
    await expect(first.get_by_text(said("qa.name_shown"))).to_be_visible()
    await first.get_by_label(said("qa.ask_anonymous")).check()
    await expect(first.get_by_text(said("qa.name_hidden"))).to_be_visible()
    await ask(first, LANGUAGE, "疏水阀先开哪一个")
    await expect(question(first, "疏水阀")).to_contain_text(said("qa.own"))
    await expect(question(second, "疏水阀")).to_contain_text(said("qa.anonymous"))
    await ask(second, LANGUAGE, "先开哪个阀门")
    await ask(second, LANGUAGE, "什么时候吃饭")

    await open_tab(host, LANGUAGE, "tab.questions")
    await expect(question(host, "疏水阀")).to_contain_text(said("qa.anonymous"))
    await press(host, "疏水阀", "qa.flag")
    await expect(question(host, "疏水阀").locator(".chip.due")).to_be_visible()
    await press(host, "疏水阀", "qa.merge")
    await expect(host.locator("lc-question-acts input").first).to_be_focused()
    await host.get_by_label("先开哪个阀门").check()
    await is_clean(host, "uniting")
    await host.locator("lc-question-acts [type=submit]").click()
    united = question(second, "疏水阀").locator(".united")
    await expect(united).to_contain_text("先开哪个阀门")
    await expect(united).to_contain_text(said("qa.own"))
    await expect(question(second, "疏水阀").locator(".vote")).to_contain_text("1")

    await press(host, "什么时候吃饭", "qa.dismiss")
    await host.locator("lc-question-acts select").select_option("other")
    await host.get_by_label(said("qa.reason_words")).fill("见通知")
    await host.keyboard.press("Enter")
    await expect(question(second, "什么时候吃饭")).to_contain_text("见通知")
    await expect(question(first, "什么时候吃饭")).to_have_count(0)
    await is_clean(second, "member, dark")

    # The order is hers, and stays; names only from now on.
    await first.get_by_label(said("qa.sort")).select_option("time")
    await host.get_by_label(said("qa.permit")).uncheck()
    await expect(first.get_by_label(said("qa.ask_anonymous"))).to_have_count(0)
    await is_clean(first, "member, phone")
