"""The lecturer sends somebody out: nothing reaches her until she is let in again."""

from __future__ import annotations

import asyncio
from secrets import token_hex
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import go_live, join, open_tab, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, SECOND_MEMBER, People
from tests.browser.test_pages import is_clean
from tests.browser.words import word
from tests.realtime.sfu.peers import RawViewer, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TICKET = """async (code) => {
  const room = JSON.parse(document.getElementById("room-data").textContent);
  const answer = await fetch(`/classes/${code}/ticket/`, {
    method: "POST", headers: { "X-CSRFToken": room.csrf } });
  return [answer.status, await answer.json()];
}"""


async def ticket(page: Page, code: str) -> tuple[int, dict[str, Any]]:
    status, told = await page.evaluate(TICKET, code)
    return status, told


async def test_who_is_sent_out_receives_nothing_until_let_in_again(people: People):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"移出 {token_hex(3)}")
    await go_live(host, code)
    member, other = await people.sign_in(MEMBER), await people.sign_in(SECOND_MEMBER)
    for page in (member, other):
        await join(page, code)
        await sees_picture(page)
    _, told = await ticket(member, code)
    program = RawViewer({"opus": 109, "VP8": 120, "H264": 121})
    token = told["media"]["watch"]
    async with httpx.AsyncClient(base_url=people.platform.url) as http:
        await program.connect(http, f"/media/whep/{code}/camera", token)
        await until(lambda: len(program.packets) > 20)

        await open_tab(host, "zh", "tab.people")
        row = host.locator("[data-person]").filter(has_text="田蕊")
        await row.locator("[data-remove]").click()
        await (
            host.get_by_role("dialog")
            .get_by_role("button", name=word("zh", "people.remove_act"), exact=True)
            .click()
        )
        await expect(member.locator("[data-closed=removed]")).to_be_visible()
        await asyncio.sleep(1)
        before = len(program.packets)
        await asyncio.sleep(1)
        assert len(program.packets) == before
        again = await http.post(
            f"/media/whep/{code}/camera",
            content=await program.offer(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"},
        )
        assert (again.status_code, again.json()["code"]) == (401, "token_void")
    await program.close()
    assert await member.locator("video").count() == 0
    assert (await ticket(member, code))[0] == 403
    await member.reload()
    await expect(member.locator("main")).to_contain_text("您已被移出")
    await sees_picture(other)

    await is_clean(host, "somebody was sent out")
    await host.locator("[data-readmit]").click()
    await expect(host.locator("[data-removed]")).to_have_count(0)
    await member.goto(f"/classes/{code}/room/")
    await sees_picture(member)
