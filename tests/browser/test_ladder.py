"""A line becomes too narrow for any picture: the sound goes on, and the page says why.

That the picture comes back on a wider line is arithmetic (``test_choice``) and measured
(``benchmarks.ladder``).
"""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import expect

from tests.browser.classroom import go_live, hears_sound, join, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.moving import through_relay
from tests.browser.words import word
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_narrow_line_gets_sound_and_words(people: People, platform: Platform):
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"窄带 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    relay = await through_relay(member.context, platform)
    await join(member, code)
    await sees_picture(member)
    relay.rate = 64_000
    explained = member.get_by_text(word("zh", "stage.too_slow"))
    await expect(explained).to_be_visible(timeout=30_000)
    await hears_sound(member)
    relay.close()
