"""Glass to glass in real Chromium: a clock is drawn into the picture and read out of it again.

One page draws its clock as black and white squares onto a canvas 30 times a second and publishes
the canvas by WHIP; another watches by WHEP, reads the squares out of each decoded frame when it is
about to be shown, and subtracts. Both pages are of one browser, so it is one clock. Drawing,
capture, encoder, network, our server, jitter buffer and decoder are inside; only the screen is not.

    python -m benchmarks.glass [--seconds 15]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics

from playwright.async_api import Page, async_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.realtime.sfu.peers import token
from tests.realtime.sfu.process import start
from tests.realtime.sfu.test_chromium import POST

BITS = 24
"""Of milliseconds: more than four hours."""
FLAGS_HERE = [*FLAGS, "--autoplay-policy=no-user-gesture-required"]
PUBLISH = """async ({url, token, bits}) => {
  const canvas = document.createElement("canvas");
  canvas.width = 640; canvas.height = 360;
  const ctx = canvas.getContext("2d");
  const draw = () => {
    const now = Math.round(performance.timeOrigin + performance.now()) % (1 << bits);
    ctx.fillStyle = `hsl(${now / 20 % 360} 40% 50%)`;
    ctx.fillRect(0, 0, 640, 360);
    for (let i = 0; i < bits; i++) {
      ctx.fillStyle = now >> i & 1 ? "#fff" : "#000";
      ctx.fillRect(i % 8 * 80, Math.floor(i / 8) * 80, 80, 80);
    }
  };
  draw();
  setInterval(draw, 33);
  const media = canvas.captureStream(30);
  const peer = window.peer = new RTCPeerConnection();
  peer.addTransceiver(media.getVideoTracks()[0], {direction: "sendonly", streams: [media]});
  await peer.setLocalDescription();
  return await window.post(peer, url, token);
}"""
WATCH = """async ({url, token, bits}) => {
  const peer = window.peer = new RTCPeerConnection();
  peer.addTransceiver("video", {direction: "recvonly"});
  const video = document.createElement("video");
  video.autoplay = true; video.muted = true;
  peer.ontrack = event => { video.srcObject = event.streams[0]; };
  document.body.append(video);
  const canvas = document.createElement("canvas");
  canvas.width = 640; canvas.height = 360;
  const ctx = canvas.getContext("2d", {willReadFrequently: true});
  window.delays = [];
  const read = () => {
    const now = Math.round(performance.timeOrigin + performance.now()) % (1 << bits);
    ctx.drawImage(video, 0, 0, 640, 360);
    let told = 0;
    for (let i = 0; i < bits; i++) {
      const at = ctx.getImageData(i % 8 * 80 + 40, Math.floor(i / 8) * 80 + 40, 1, 1).data[0];
      if (at > 127) told |= 1 << i;
    }
    window.delays.push(now - told);
    video.requestVideoFrameCallback(read);
  };
  video.requestVideoFrameCallback(read);
  await peer.setLocalDescription();
  return await window.post(peer, url, token);
}"""


async def page(browser: object, url: str) -> Page:
    """A blank page of the media server's own origin."""
    opened: Page = await browser.new_page(bypass_csp=True)  # type: ignore[attr-defined]
    await opened.goto(f"{url}/media/healthz")
    await opened.evaluate(POST)
    return opened


async def measure(url: str, seconds: float) -> list[float]:
    """The delay in ms of every frame that was read."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS_HERE)
        lecturer, member = await page(browser, url), await page(browser, url)
        fields = {"url": "/media/whip/r1/camera", "token": token(lives=600), "bits": BITS}
        await lecturer.evaluate(PUBLISH, fields)
        await lecturer.wait_for_function("window.peer.connectionState === 'connected'")
        watched = token(member=2, act="watch", lives=600)
        await member.evaluate(WATCH, fields | {"url": "/media/whep/r1/camera", "token": watched})
        await asyncio.sleep(3)  # the bandwidth estimate and the jitter buffer find their place
        await member.evaluate("window.delays = []")
        await asyncio.sleep(seconds)
        found: list[float] = await member.evaluate("window.delays")
        await browser.close()
        return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=15.0)
    given = parser.parse_args()
    child, port = start()
    try:
        found = asyncio.run(measure(f"http://127.0.0.1:{port}", given.seconds))
    finally:
        child.terminate()
        child.wait(5)
    good = sorted(one for one in found if 0 <= one < 10_000)
    print(f"{len(good)} frames read, {len(found) - len(good)} misread, {given.seconds:g} s")
    p95 = good[int(len(good) * 0.95)]
    print(f"glass to glass: p50 {statistics.median(good):.0f} ms   p95 {p95:.0f} ms")


if __name__ == "__main__":
    main()
