"""The room speaks up by itself, and says how the line is when somebody asks."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import expect

from tests.browser.classroom import go_live, join, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


VOICE = """() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const found = await ask(wanted);
    if (!wanted.audio) return found;
    const context = new AudioContext(), tone = context.createOscillator();
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    return new MediaStream([...out.stream.getAudioTracks(), ...found.getVideoTracks()]);
  };
}"""
"""A microphone that hears somebody: Chromium's own beeps for moments, as keys do."""


async def test_muted_and_talking_is_said_and_one_press_helps(people: People):
    host = await people.sign_in(HOST, permissions=True)
    await host.add_init_script(f"({VOICE})()")
    code = await schedule(host, f"静音 {token_hex(3)}")
    await go_live(host, code)
    await sees_picture(host)
    await host.wait_for_timeout(2_000)
    assert await host.locator("[data-alarm]").count() == 0
    await host.locator("[data-control=mic]").click()
    alarm = host.locator("[data-alarm=muted_talking]")
    await expect(alarm).to_be_visible(timeout=15_000)
    await is_clean(host, "an alarm")
    await alarm.locator("[data-help=unmute]").click()
    await expect(host.locator("[data-alarm]")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "phone"), [pytest.param("zh", False, marks=pytest.mark.matrix), ("en", True)]
)
async def test_the_line_is_explained_and_the_class_seen_as_it_arrives(
    people: People, language: str, phone: bool
):
    host = await people.sign_in(HOST, language, permissions=True)
    code = await schedule(host, f"线路 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, language, phone=phone, dark=phone)
    await join(member, code)
    await sees_picture(member)
    if phone:  # a good line takes no room in the bar
        await member.locator(".more-p").click()
        await member.locator("[data-line]").click()
    else:
        await member.locator("[data-network]").click()
    dialog = member.locator("#ask-line dialog")
    await expect(dialog.locator("[data-grade=good]")).to_be_visible()
    await dialog.locator("summary").click()
    await expect(dialog.get_by_text(word(language, "arrive.direct"))).to_be_visible()
    await is_clean(member, f"{language} own line")

    await host.locator("[data-control=more]").click()
    async with host.context.expect_page() as opened:
        await host.locator("[data-reception]").click()
    page = await opened.value
    if phone:
        await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("[data-viewer]")).to_have_count(1, timeout=10_000)
    sent = page.locator("[data-stream=camera] [data-kind=video]")
    await expect(sent).to_contain_text("320×180", timeout=15_000)
    await expect(sent).to_contain_text("kbps", timeout=10_000)
    await is_clean(page, f"{language} how it arrives")
