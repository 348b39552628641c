"""Captions in a class: typed by the assistant, seen while they are written, kept for later."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import expect

from tests.browser.classroom import go_live, join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEARD = """() => {
  class Recognition {
    start() { globalThis.recognition = this; }
    abort() { this.onend?.(); }
  }
  globalThis.SpeechRecognition = globalThis.webkitSpeechRecognition = Recognition;
}"""
"""The browser's own would send sound to its maker; here a test says what it heard."""
SPOKEN = """() => globalThis.recognition.onresult({
  resultIndex: 0, results: [Object.assign([{ transcript: "再停循环泵。" }], { isFinal: true })],
})"""


async def test_captions_are_written_seen_and_taken_back(people: People):
    host = await people.sign_in(HOST, permissions=True)
    await host.add_init_script(f"({HEARD})()")
    code = await schedule(host, f"字幕 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "en", phone=True)
    await join(member, code)
    await expect(member.locator("[data-cc]")).to_have_count(0)

    await host.locator("[data-control=more]").click()
    await host.locator("[data-write-captions]").click()
    desk = host.get_by_role("region", name=word("zh", "caption.desk"))
    field = desk.get_by_role("textbox", name=word("zh", "caption.write"))
    await field.press_sequentially("先关疏水阀")
    switch = member.locator("[data-cc]")
    await expect(switch).to_be_visible()  # what is being written counts already
    await switch.click()
    await field.fill("先关疏水阀，开度不超过 1/4。")
    await field.press("Enter")
    shown = member.locator("[data-captions]")
    await expect(shown).to_contain_text("开度不超过 1/4。")
    await expect(field).to_have_value("")

    await expect(desk.locator("#caption-where")).to_contain_text("Google")
    await desk.locator("[data-hear]").click()
    await host.evaluate(SPOKEN)
    await expect(shown).to_contain_text("再停循环泵。")
    await is_clean(host, "the desk of captions")
    await is_clean(member, "a class with captions")

    await desk.locator("[data-recall-caption]").click()
    await expect(shown).not_to_contain_text("再停循环泵。")
    await member.reload()
    await expect(member.locator("[data-cc][aria-pressed=true]")).to_be_visible()  # as she chose
