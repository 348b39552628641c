"""A network changes in the middle of a class, and nobody tells the browser."""

from __future__ import annotations

from secrets import token_hex

import pytest

from tests.browser.classroom import go_live, join, schedule, sees_picture
from tests.browser.conftest import HOST, MEMBER, People
from tests.browser.moving import through_relay
from tests.platform_process import Platform

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_lecturers_network_changes(people: People, platform: Platform):
    host = await people.sign_in(HOST, permissions=True)
    relay = await through_relay(host.context, platform)
    code = await schedule(host, f"换了网络 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    await join(member, code)
    await sees_picture(member)
    # A way counts as steady after ten looks with news.
    await host.wait_for_timeout(4_000)
    patched: list[str] = []
    host.on("request", lambda one: patched.append(one.method) if one.method != "GET" else None)
    assert relay.clients > 0
    relay.cut()
    assert relay.clients == 0
    await host.wait_for_timeout(3_000)
    await sees_picture(member)
    assert relay.clients > 0
    assert patched == ["PATCH"], "an ICE restart, no new session"
    relay.close()


async def test_a_members_network_changes(people: People, platform: Platform):
    """Nothing tells her browser, and what the server sends goes nowhere: it is asked, and tells."""
    host = await people.sign_in(HOST, permissions=True)
    code = await schedule(host, f"换了网络 {token_hex(3)}")
    await go_live(host, code)
    member = await people.sign_in(MEMBER)
    relay = await through_relay(member.context, platform)
    await join(member, code)
    await sees_picture(member)
    await member.wait_for_timeout(4_000)
    patched: list[str] = []
    member.on("request", lambda one: patched.append(one.method) if one.method == "PATCH" else None)
    relay.cut()
    await member.wait_for_event("request", lambda one: one.method == "PATCH", timeout=8_000)
    await sees_picture(member)
    assert relay.clients > 0
    relay.close()
