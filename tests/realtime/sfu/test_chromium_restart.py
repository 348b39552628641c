"""A browser restarts ICE through PATCH, with the texts that the page itself writes."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.realtime.sfu import test_chromium as pages
from tests.realtime.sfu.peers import token

pytestmark = [pytest.mark.asyncio, pytest.mark.browser]
media, browser = pages.media, pages.browser

ASSETS = Path(__file__).resolve().parents[3] / "assets"
BUNDLE = [
    "node_modules/.bin/esbuild", "src/media/restart.ts", "--bundle", "--format=iife",
    "--global-name=restart", "--log-level=error",
]  # fmt: skip

RESTART = """async ({location, token}) => {
  const peer = window.peer, before = peer.remoteDescription.sdp;
  await peer.setLocalDescription(await peer.createOffer({iceRestart: true}));
  const answer = await fetch(location, {method: "PATCH",
    body: restart.fragmentOf(peer.localDescription.sdp),
    headers: {"Content-Type": restart.FRAGMENT, "If-Match": "*",
              "Authorization": "Bearer " + token}});
  const sdp = restart.renewed(before, await answer.text());
  await peer.setRemoteDescription({type: "answer", sdp});
  const ufrag = /a=ice-ufrag:(\\S+)/.exec(sdp)[1];
  return {status: answer.status, tag: answer.headers.get("etag"), ufrag};
}"""

PAIR = """async () => {
  const stats = await window.peer.getStats();
  const way = [...stats.values()].find(s => s.type === "transport");
  const pair = stats.get(way.selectedCandidatePairId);
  return stats.get(pair.localCandidateId).usernameFragment;
}"""


async def restarted(page: Page, location: str, text: str) -> None:
    """Restart ICE and wait until packets go by the new pair."""
    old = await page.evaluate(PAIR)
    told = await page.evaluate(RESTART, {"location": location, "token": text})
    assert told["status"] == 200
    assert told["tag"] == f'"{told["ufrag"]}"'
    began = time.monotonic()
    while await page.evaluate(PAIR) == old:
        assert time.monotonic() - began < 5, "the old pair is still in use"
        await asyncio.sleep(0.05)
    assert await page.evaluate("window.peer.connectionState") == "connected"


@pytest.fixture(scope="module")
def script() -> str:
    """``assets/src/media/restart.ts`` as a page can load it."""
    built = subprocess.run(BUNDLE, cwd=ASSETS, capture_output=True, text=True, check=True)
    return built.stdout


async def test_publisher_and_viewer_restart_ice_and_go_on(
    media: str, browser: Browser, script: str
):
    lecturer, member = [await pages.page(browser, media) for _ in range(2)]
    for page in (lecturer, member):
        await page.add_script_tag(content=script)
    published = await pages.publish(lecturer, "video/VP8")
    text = token(member=2, act="watch")
    fields = {"url": "/media/whep/r1/camera", "token": text}
    watched = await member.evaluate(pages.WATCH, fields)
    before = await pages.stats_when(member, 8, 0.0)
    await restarted(lecturer, published, token())
    await restarted(member, watched, text)
    after = await pages.stats_when(member, int(before["frames"]) + 20, before["energy"])
    assert after["lost"] <= 20  # what was on the way while the address changed
