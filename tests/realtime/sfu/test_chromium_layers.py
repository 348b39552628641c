"""A browser sends its camera in two sizes; another is moved between them and must see no seam."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page

from tests.realtime.sfu.peers import token
from tests.realtime.sfu.test_chromium import PUBLISH, WATCH, browser, media, page

__all__ = ["browser", "media"]
pytestmark = [pytest.mark.asyncio, pytest.mark.browser]

LAYERED = PUBLISH.replace("width: 320, height: 180", "width: 640, height: 360").replace(
    '{direction: "sendonly", streams: [media]}',
    """{direction: "sendonly", streams: [media], sendEncodings: track.kind === "audio" ? [] : [
      {rid: "l", scaleResolutionDownBy: 2, maxBitrate: 120000}, {rid: "h", maxBitrate: 300000}]}""",
)
SEEN = """async () => {
  for (const s of (await window.peer.getStats()).values())
    if (s.type === "inbound-rtp" && s.kind === "video") return {
      width: s.frameWidth, decoded: s.framesDecoded, received: s.framesReceived,
      dropped: s.framesDropped, lost: s.packetsLost, plis: s.pliCount, keys: s.keyFramesDecoded,
      nacks: s.nackCount };
  return {width: 0};
}"""


async def until_width(watcher: Page, width: int, more: int = 5) -> dict[str, Any]:
    """What the viewer's statistics say when so many frames of this width were seen."""
    since = None
    for _ in range(150):
        seen: dict[str, Any] = await watcher.evaluate(SEEN)
        if seen["width"] != width:
            since = None
        elif since is None:
            since = seen["decoded"]
        elif seen["decoded"] >= since + more:
            return seen
        await asyncio.sleep(0.1)
    raise AssertionError(f"no picture {width} wide: {seen}")


@pytest.mark.parametrize("codec", ["video/VP8", "video/H264"])
async def test_a_viewer_is_moved_between_layers_and_decodes_everything(
    media: str, browser: Browser, codec: str
):
    lecturer, member = await page(browser, media), await page(browser, media)
    fields = {"url": "/media/whip/r1/camera", "token": token(), "codec": codec}
    await lecturer.evaluate(LAYERED, fields)
    await lecturer.wait_for_function("window.peer.connectionState === 'connected'")
    watch = token(member=2, act="watch")
    place = await member.evaluate(WATCH, {"url": "/media/whep/r1/camera", "token": watch})
    await until_width(member, 640)
    headers = {"Authorization": f"Bearer {watch}"}
    async with httpx.AsyncClient(base_url=media, headers=headers, trust_env=False) as http:
        for video, width in (("low", 320), ("high", 640), ("low", 320), ("auto", 640)):
            await http.post(f"{place}/layer", json={"video": video})
            seen = await until_width(member, width)
    assert seen["keys"] >= 5, "one to begin with and one for each change"
    assert (seen["lost"], seen["plis"], seen["nacks"]) == (0, 0, 0)
    assert seen["received"] - seen["decoded"] <= 3, "all but those that are being decoded now"
