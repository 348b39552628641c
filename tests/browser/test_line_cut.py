"""The line to the room is cut and nothing else: sound, picture and attendance go on, words wait."""

from __future__ import annotations

import re
from secrets import token_hex

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.classroom import (
    go_live,
    hears_sound,
    join,
    open_tab,
    say,
    schedule,
    sees_picture,
)
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.words import word
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

STRETCHES = """
from courses.activities.models import Attendance
for one in Attendance.objects.filter(session__code="{code}", member__staff_no="{who}"):
    print("STRETCH", (one.seen_at - one.started_at).total_seconds(), one.ended_at is None)
"""


class Line:
    """The WebSockets of a page pass through here; while it is cut none gets through."""

    def __init__(self) -> None:
        self.cut = False
        self.open: list[WebSocketRoute] = []

    async def over(self, page: Page) -> None:
        await page.route_web_socket(re.compile(r"/ws/"), self._pass)

    def _pass(self, socket: WebSocketRoute) -> None:
        if not self.cut:
            socket.connect_to_server()
            self.open.append(socket)

    async def break_off(self) -> None:
        self.cut = True
        while self.open:
            await self.open.pop().close(code=1011)


@pytest.mark.parametrize("seconds", [20, pytest.param(60, marks=pytest.mark.matrix)])
async def test_only_the_words_wait(people: People, platform: Platform, seconds: int):
    host = await people.sign_in(HOST, "zh", permissions=True)
    code = await schedule(host, f"线路断开 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "zh")
    line = Line()
    await line.over(member)
    await join(member, code)
    await sees_picture(member)
    await say(member, "zh", "断开之前")
    await open_tab(host, "zh", "tab.chat")
    await expect(host.get_by_text("断开之前")).to_have_count(1)

    await line.break_off()
    await expect(member.locator("[data-banner]")).to_contain_text(word("zh", "link.media_live"))
    await say(member, "zh", "断开之中")
    await say(host, "zh", "讲师继续讲")
    await member.wait_for_timeout(seconds * 1000)
    await sees_picture(member)
    await hears_sound(member)
    line.cut = False
    for page in (member, host):
        for text in ("断开之前", "断开之中", "讲师继续讲"):
            await expect(page.get_by_text(text)).to_have_count(1, timeout=30_000)
    await expect(member.locator("[data-banner]")).to_have_count(0)

    printed = platform.manage("shell", "-c", STRETCHES.format(code=code, who=MEMBER))
    stretches = re.findall(r"STRETCH ([\d.]+) (True|False)", printed)
    assert [still for _, still in stretches] == ["True"], f"one stretch that goes on: {printed}"
    assert float(stretches[0][0]) >= seconds - 15, "certified while the line was cut"
