"""What members see on a bad line: real Chromium publishes and watches, datagrams are thrown away.

Both go through a relay that loses SRTP and SRTCP at random, each way and independently, so a
packet passes two lossy lines. Figures are those of the watching browser (``getStats``).

    python -m benchmarks.loss [--loss 0,1,5] [--seconds 10]
"""

from __future__ import annotations

import argparse
import asyncio
import time

import httpx
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.media import ROOM, SECRET, media_process, ready
from realtime.tickets import MediaToken, sign
from tests.realtime.sfu.test_chromium import CHROMIUM, FLAGS, PUBLISH, WATCH
from tests.udp_relay import Relay

WARM_UP_S = 4.0
SMALL, PICTURE = "width: 320, height: 180, frameRate: 10", "width: 640, height: 360, frameRate: 20"

POST = """([from, to]) => { window.post = async (peer, url, token) => {
  const answer = await fetch(url, {method: "POST", body: peer.localDescription.sdp,
    headers: {"Content-Type": "application/sdp", "Authorization": "Bearer " + token}});
  if (answer.status !== 201) throw new Error(answer.status + await answer.text());
  const sdp = (await answer.text()).replaceAll(` ${from} typ host`, ` ${to} typ host`);
  await peer.setRemoteDescription({type: "answer", sdp});
  return answer.headers.get("location");
}; }"""

STATS = """async () => {
  for (const s of (await window.peer.getStats()).values())
    if (s.type === "inbound-rtp" && s.kind === "video") return {
      decoded: s.framesDecoded, dropped: s.framesDropped, freezes: s.freezeCount,
      frozen: s.totalFreezesDuration, nacks: s.nackCount, plis: s.pliCount,
      again: s.retransmittedPacketsReceived || 0, packets: s.packetsReceived };
}"""


def fields(way: str, member: int, act: str) -> dict[str, str]:
    """What a page needs to publish or watch."""
    token = MediaToken(room=ROOM, member=member, act=act, exp=int(time.time()) + 600)
    url = f"/media/{way}/{ROOM}/camera"
    return {"url": url, "token": sign(token, SECRET.encode()), "codec": "video/VP8"}


async def page(browser: Browser, url: str, ports: list[int]) -> Page:
    """A page of the media server's origin that goes through the relay."""
    opened = await browser.new_page(bypass_csp=True)
    await opened.goto(f"{url}/media/healthz")
    await opened.evaluate(POST, ports)
    return opened


async def measure(member: Page, relay: Relay, loss: float, seconds: float) -> str:
    """One row."""
    relay.loss = loss
    await asyncio.sleep(1)
    before = await member.evaluate(STATS)
    await asyncio.sleep(seconds)
    after = await member.evaluate(STATS)
    more = {name: after[name] - before[name] for name in after}
    return (
        f"| {loss:.0%} | {more['decoded'] / seconds:.1f} | {more['dropped']} | {more['freezes']}"
        f" | {more['frozen']:.2f} s | {more['frozen'] / seconds:.1%} | {more['nacks']}"
        f" | {more['again']} | {more['plis']} |"
    )


async def run(losses: list[float], seconds: float) -> None:
    """All rows with one pair of browsers."""
    child, url = media_process()
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            await ready(http)
            relay = Relay((await http.get("/media/healthz")).json()["udp_port"])
        ports = [relay.target[1], await relay.open()]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            lecturer, member = [await page(browser, url, ports) for _ in range(2)]
            await lecturer.evaluate(PUBLISH.replace(SMALL, PICTURE), fields("whip", 1, "publish"))
            await lecturer.wait_for_function("window.peer.connectionState === 'connected'")
            await member.evaluate(WATCH, fields("whep", 2, "watch"))
            await asyncio.sleep(WARM_UP_S)
            print("| loss each way | frames/s | dropped | freezes |", end="")
            print(" frozen | part | NACKs | RTX | PLI |")
            print("|---|---|---|---|---|---|---|---|---|")
            for loss in losses:
                print(await measure(member, relay, loss, seconds))
            await browser.close()
    finally:
        child.terminate()
        child.wait(5)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--loss", default="0,1,5", help="per cent, each way")
    parser.add_argument("--seconds", type=float, default=10.0, help="measured time per row")
    given = parser.parse_args()
    asyncio.run(run([float(n) / 100 for n in given.loss.split(",")], given.seconds))


if __name__ == "__main__":
    main()
