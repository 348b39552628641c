"""Where neither UDP nor a relay gets through, the class is watched late, and the page says so."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.classroom import go_live, join, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.words import word

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BLOCKED = """
  // A network that lets no media through: connections are made and never find a way.
  const Peer = window.RTCPeerConnection;
  window.blocked = true;
  window.RTCPeerConnection = function (options) {
    const servers = { ...options, iceServers: [], iceTransportPolicy: "relay" };
    return new Peer(window.blocked ? servers : options);
  };
"""


async def only_sound(member: Page) -> None:
    """“Audio only” goes on at once, and no more pictures are fetched; then with pictures again."""
    fetched: list[str] = []
    member.on("request", lambda one: fetched.append(one.url) if ".m4s" in one.url else None)
    await member.keyboard.press("a")
    await expect(member.get_by_text(word("en", "stage.audio_only"))).to_be_visible(timeout=10_000)
    del fetched[:]
    await member.wait_for_timeout(5_000)
    assert fetched
    assert not [url for url in fetched if "/audio-" not in url]
    await member.keyboard.press("a")
    await expect(member.locator("[data-delayed] video")).to_be_visible(timeout=10_000)


async def test_a_blocked_network_gets_a_late_picture(people: People):
    host = await people.sign_in(HOST, "en", permissions=True)
    code = await schedule(host, "延迟的课", everyone=True)
    await go_live(host, code)
    member = await people.sign_in(MEMBER, "en")
    await member.add_init_script(BLOCKED)
    await join(member, code)
    note = member.get_by_text(word("en", "delayed.note"))
    await expect(note).to_be_visible(timeout=45_000)
    await member.wait_for_function(
        "() => document.querySelector('[data-delayed] video')?.currentTime > 1", timeout=20_000
    )
    assert await member.evaluate("document.querySelector('[data-delayed] video').videoWidth") > 0
    await only_sound(member)
    await member.evaluate("() => { window.blocked = false; }")
    await expect(note).to_be_hidden(timeout=45_000)
    await sees_picture(member, "lc-picture video")
