"""A lecturer whose browser has no H264: her class is recorded as WebM, and can be watched again."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.classroom import go_live, schedule, submit_class
from tests.browser.conftest import HOST, MEMBER, People

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LATER = """(first) => {
  const video = document.querySelector("[data-lane=camera-video] video");
  return !video.src.endsWith(first) && video.currentTime > first.split("=")[1]
    && video.getVideoPlaybackQuality().totalVideoFrames > 0;
}"""
"""Another address, and pictures from behind the end of the first one."""


def without_h264(offer: str) -> str:
    """The offer of a browser that has VP8 and Opus only."""
    gone = set(re.findall(r"a=rtpmap:(\d+) (?!VP8|opus)[\w-]+/", offer))
    lines = []
    for line in offer.split("\r\n"):
        of_type = re.match(r"a=(?:rtpmap|fmtp|rtcp-fb):(\d+)", line)
        words = line.split(" ")
        if line.startswith("m="):
            lines.append(" ".join(words[:3] + [one for one in words[3:] if one not in gone]))
        elif not of_type or of_type[1] not in gone:
            lines.append(line)
    return "\r\n".join(lines)


async def test_a_class_in_vp8_is_watched_while_it_runs(people: People):
    """A browser plays the file that it was given to its end; the page gives it the longer one."""
    host = await people.sign_in(HOST, "en", permissions=True)

    async def plain(route: Route) -> None:
        await route.continue_(post_data=without_h264(route.request.post_data or ""))

    await host.context.route("**/media/whip/**", plain)
    code = await schedule(host, "只有 VP8 的课", everyone=True)
    await host.goto(f"/classes/{code}/edit/")
    await host.locator("[name=recording]").check()
    await submit_class(host)
    await go_live(host, code)
    await expect(host.locator("[data-recording=on]")).to_be_visible(timeout=20_000)
    member = await people.sign_in(MEMBER, "en")
    await member.wait_for_timeout(4000)
    await member.goto(f"/classes/{code}/replay/")
    await member.locator("[data-play]").click(timeout=20_000)
    await member.wait_for_function("() => document.querySelector('audio')?.currentTime > 1")
    address = "document.querySelector('[data-lane=camera-video] video').src.split('/').at(-1)"
    first = await member.evaluate(address)
    assert re.fullmatch(r"\d+-camera-video\.webm\?seconds=\d+", first)
    await member.wait_for_function(LATER, arg=first, timeout=40_000)
