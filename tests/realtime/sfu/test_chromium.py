"""A browser publishes, two others watch: what members will really use."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.realtime.sfu.peers import token
from tests.realtime.sfu.process import start

pytestmark = [pytest.mark.asyncio, pytest.mark.browser]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]

PUBLISH = """async ({url, token, codec}) => {
  const media = await navigator.mediaDevices.getUserMedia(
    {audio: true, video: {width: 320, height: 180, frameRate: 10}});
  const peer = window.peer = new RTCPeerConnection();
  for (const track of media.getTracks()) {
    const way = peer.addTransceiver(track, {direction: "sendonly", streams: [media]});
    if (track.kind === "video") way.setCodecPreferences(
      RTCRtpSender.getCapabilities("video").codecs.filter(c => !codec || c.mimeType === codec));
  }
  await peer.setLocalDescription();
  return await window.post(peer, url, token);
}"""

WATCH = """async ({url, token}) => {
  const peer = window.peer = new RTCPeerConnection();
  peer.addTransceiver("audio", {direction: "recvonly"});
  peer.addTransceiver("video", {direction: "recvonly"});
  const video = document.createElement("video");
  video.autoplay = true;
  peer.ontrack = event => { video.srcObject = event.streams[0]; };
  document.body.append(video);
  await peer.setLocalDescription();
  return await window.post(peer, url, token);
}"""

POST = """() => { window.post = async (peer, url, token) => {
  const answer = await fetch(url, {method: "POST", body: peer.localDescription.sdp,
    headers: {"Content-Type": "application/sdp", "Authorization": "Bearer " + token}});
  if (answer.status !== 201) throw new Error(answer.status + await answer.text());
  await peer.setRemoteDescription({type: "answer", sdp: await answer.text()});
  return answer.headers.get("location");
}; }"""

STATS = """async () => {
  const found = {frames: 0, energy: 0, lost: 0, freezes: 0};
  for (const s of (await window.peer.getStats()).values()) if (s.type === "inbound-rtp") {
    found.frames += s.framesDecoded || 0;
    found.energy += s.totalAudioEnergy || 0;
    found.lost += s.packetsLost;
    found.freezes += s.freezeCount || 0;
  }
  return found;
}"""


@pytest.fixture
def media() -> Iterator[str]:
    """The address of a media process."""
    child, port = start()
    yield f"http://127.0.0.1:{port}"
    child.terminate()
    child.wait(5)


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium with a fake camera and microphone."""
    if shutil.which(CHROMIUM) is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        await launched.close()


async def page(browser: Browser, media: str) -> Page:
    """A blank page of the media server's own origin: a secure context for the camera.

    What is no page for people forbids all scripts; these are the test's own.
    """
    opened = await browser.new_page(bypass_csp=True)
    await opened.goto(f"{media}/media/healthz")
    await opened.evaluate(POST)
    return opened


async def stats_when(watcher: Page, frames: int, energy: float) -> dict[str, float]:
    """The viewer's statistics as soon as it has seen and heard enough."""
    for _ in range(100):
        stats: dict[str, float] = await watcher.evaluate(STATS)
        if stats["frames"] >= frames and stats["energy"] > energy:
            return stats
        await asyncio.sleep(0.1)
    raise AssertionError(f"no picture or sound: {stats}")


CODEC = """() => /a=rtpmap:\\d+ (VP8|H264)/.exec(window.peer.remoteDescription.sdp)[1]"""


async def publish(lecturer: Page, codec: str) -> str:
    """Go live with this codec, or with what the browser would like best."""
    fields = {"url": "/media/whip/r1/camera", "token": token(), "codec": codec}
    location: str = await lecturer.evaluate(PUBLISH, fields)
    await lecturer.wait_for_function("window.peer.connectionState === 'connected'")
    return location


@pytest.mark.parametrize(("codec", "taken"), [("video/VP8", "VP8"), ("", "H264")])
async def test_members_see_and_hear_the_lecturer_also_after_a_reload(
    media: str, browser: Browser, codec: str, taken: str
):
    lecturer = await page(browser, media)
    await publish(lecturer, codec)
    assert await lecturer.evaluate(CODEC) == taken
    members = [await page(browser, media) for _ in range(2)]
    for number, member in zip(itertools.count(2), members, strict=False):
        fields = {"url": "/media/whep/r1/camera", "token": token(member=number, act="watch")}
        await member.evaluate(WATCH, fields)
    before = [await stats_when(member, 8, 0.0) for member in members]
    await lecturer.reload()
    await lecturer.evaluate(POST)
    await publish(lecturer, codec)
    for member, stats in zip(members, before, strict=True):
        after = await stats_when(member, int(stats["frames"]) + 20, stats["energy"])
        assert after["lost"] <= 2
        assert await member.evaluate("window.peer.connectionState") == "connected"
