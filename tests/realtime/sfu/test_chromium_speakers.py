"""Two browsers speak, a third listens to both over one session and knows who they are."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser

from tests.realtime.sfu.peers import token
from tests.realtime.sfu.test_chromium import PUBLISH, browser, media, page

__all__ = ["browser", "media"]
pytestmark = [pytest.mark.asyncio, pytest.mark.browser]

LISTEN = """async ({url, token}) => {
  const peer = window.peer = new RTCPeerConnection();
  for (const kind of ["audio", "audio", "audio", "video"])
    peer.addTransceiver(kind, {direction: "recvonly"});
  peer.ontrack = event => {
    const element = document.createElement(event.track.kind);
    element.autoplay = element.muted = true;
    element.srcObject = new MediaStream([event.track]);
    document.body.append(element);
  };
  await peer.setLocalDescription();
  return await window.post(peer, url, token);
}"""
HEARD = """async () => {
  const found = {who: {}, frames: 0, lost: 0};
  for (const way of window.peer.getTransceivers())
    for (const source of way.receiver.getContributingSources())
      (found.who[way.receiver.track.kind] ??= []).push(source.source);
  for (const s of (await window.peer.getStats()).values()) if (s.type === "inbound-rtp") {
    found.frames += s.framesDecoded || 0;
    found.lost += s.packetsLost;
  }
  return found;
}"""


async def test_a_browser_tells_whom_it_hears(media: str, browser: Browser):
    for member in (1, 2):
        speaker = await page(browser, media)
        fields = {
            "url": f"/media/whip/r1/speaker-{member}",
            "token": token(member=member, act="speak"),
            "codec": "video/VP8",
        }
        await speaker.evaluate(PUBLISH, fields)
        await speaker.wait_for_function("window.peer.connectionState === 'connected'")
        sdp: str = await speaker.evaluate("window.peer.remoteDescription.sdp")
        assert "ssrc-audio-level" in sdp
    listener = await page(browser, media)
    await listener.evaluate(
        LISTEN, {"url": "/media/whep/r1/speakers", "token": token(member=9, act="watch")}
    )
    for _ in range(100):
        heard = await listener.evaluate(HEARD)
        if set(heard["who"].get("audio", ())) == {1, 2} and heard["frames"] > 5:
            break
        await asyncio.sleep(0.1)
    assert sorted(heard["who"]["audio"]) == [1, 2]
    assert heard["who"]["video"][0] in (1, 2)
    assert heard["frames"] > 5
    assert heard["lost"] == 0
