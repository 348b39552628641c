"""SIGKILL during a class: everybody is back by herself, what was acknowledged is there once."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import expect

from tests.browser.classroom import go_live, hears_sound, join, say, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, People
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACK_MS = 20_000


async def test_the_web_process_dies_during_a_class(people: People, platform: Platform):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"网页进程 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    await join(member, code)
    await say(member, "zh", "之前说的")
    platform.kill("web")
    await say(member, "zh", "之中说的")
    platform.wait_ready()
    await say(host, "zh", "之后说的")
    for page in (member, host):
        for text in ("之前说的", "之中说的", "之后说的"):
            await expect(page.get_by_text(text)).to_have_count(1, timeout=BACK_MS)
    await sees_picture(member)


async def test_the_media_process_dies_during_a_class(people: People, platform: Platform):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"媒体进程 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    await join(member, code)
    await sees_picture(member)
    platform.kill("media")
    await say(member, "zh", "画面断了也能说")
    await expect(member.get_by_text("画面断了也能说")).to_have_count(1)
    platform.wait_ready()
    await member.wait_for_timeout(8_000)
    await sees_picture(member)
    await hears_sound(member)
