"""The lecturer copies address and key from the room, and another program streams with them."""

from __future__ import annotations

import asyncio
import contextlib
import re
from secrets import token_hex

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import go_live, join, schedule
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.realtime.sfu.test_obs import Obs

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def copied(page: Page, what: str) -> str:
    """Press the button by keyboard and read the clipboard."""
    await page.locator(f"[data-copy-what={what}]").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(f"[data-copy-what={what}] use[href='#i-check']")).to_have_count(1)
    text: str = await page.evaluate("navigator.clipboard.readText()")
    return text


@pytest.mark.parametrize(
    ("language", "phone"), [("zh", False), pytest.param("en", True, marks=pytest.mark.matrix)]
)
async def test_a_program_streams_with_what_was_copied(people: People, language: str, phone: bool):
    host = await people.sign_in(HOST, language, phone=phone, dark=phone, permissions=True)
    await host.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = await schedule(host, f"推流 {token_hex(3)}")
    await go_live(host, code)
    await host.locator("[data-control=more]").click()
    await host.locator("[data-obs]").last.click()
    await host.locator("[data-make]").click()
    address, key = await copied(host, "url"), await copied(host, "key")
    await is_clean(host, f"{language} stream key")

    program = Obs()
    async with httpx.AsyncClient() as http:
        await program.connect(http, address, key)
        sending = asyncio.create_task(_send(program))
        # The program takes over; this page says so instead of sending too.
        await expect(host.get_by_text(word(language, "console.elsewhere"))).to_be_visible()
        await host.locator("[data-revoke]").click()
        await expect(host.locator("[data-stay]")).to_be_focused()
        await host.locator("[data-sure]").click()
        await expect(host.locator("[data-make]")).to_be_visible()
        offer = await program.offer()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/sdp"}
        again = await http.post(address, content=offer, headers=headers)
        assert (again.status_code, again.json()["code"]) == (403, "key_void")
        await asyncio.wait_for(sending, 5)  # the stream itself was cut off, too
    await program.close()


async def _send(program: Obs) -> None:
    """Until the server hangs up."""
    with contextlib.suppress(ConnectionError):
        while True:
            await program.send(program.packet(b"\x65keyframe" * 8))
            await program.audio(1)
            await asyncio.sleep(0.05)


async def test_it_is_the_lecturers_alone(people: People):
    host = await people.sign_in(HOST)
    code = await schedule(host, f"推流权限 {token_hex(3)}")
    await host.goto(f"/classes/{code}/")
    await host.locator("lc-stream-key [data-make]").click()
    await expect(host.locator("#skey-key")).to_have_value(re.compile(r"[\w-]+\.[\w-]+"))
    member = await people.sign_in(MEMBER)
    await member.goto(f"/classes/{code}/")
    assert await member.locator("lc-stream-key").count() == 0
    await join(member, code)
    await member.locator("[data-control=more]").first.click()
    assert await member.locator("[data-obs]").count() == 0
