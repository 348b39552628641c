"""A browser behind a wall: sound and picture through a real coturn, over UDP, TCP and TLS."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from aioice.turn import create_turn_endpoint
from playwright.async_api import Browser, Page, async_playwright

from tests.realtime.sfu import test_chromium as pages
from tests.realtime.sfu.coturn import SECRET, Coturn, coturn
from tests.realtime.sfu.peers import token
from tests.realtime.sfu.process import start

pytestmark = [pytest.mark.asyncio, pytest.mark.browser]

LINK = re.compile(r'<([^>]+)>; rel="ice-server"; username="([^"]+)"; credential="([^"]+)"')
POST = pages.POST.replace(
    "return answer", "window.links = answer.headers.get('link');return answer"
)
WATCH = pages.WATCH.replace("({url, token})", "({url, token, server})").replace(
    "new RTCPeerConnection()",
    "new RTCPeerConnection({iceServers: [server], iceTransportPolicy: 'relay'})",
)
WAY = """async () => {
  const stats = await window.peer.getStats();
  const way = [...stats.values()].find(s => s.type === "transport");
  const own = stats.get(stats.get(way.selectedCandidatePairId).localCandidateId);
  return [own.candidateType, own.relayProtocol];
}"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with coturn(tmp_path_factory.mktemp("coturn")) as running:
        yield running


@pytest.fixture(scope="module")
def media(relay: Coturn) -> Iterator[str]:
    """A media process that tells its clients about the relay."""
    child, port = start(
        TURN_URLS=",".join(relay.urls), TURN_SECRET=SECRET, MEDIA_ANNOUNCED_ADDRESS="127.0.0.1"
    )
    yield f"http://127.0.0.1:{port}"
    child.terminate()
    child.wait(5)


@pytest_asyncio.fixture
async def browser(relay: Coturn) -> AsyncIterator[Browser]:
    """Chromium that trusts the relay's certificate, as it would one that is signed."""
    flags = [
        *pages.FLAGS, "--allow-loopback-in-peer-connection",
        f"--ignore-certificate-errors-spki-list={relay.key_digest}",
    ]  # fmt: skip
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=pages.CHROMIUM, args=flags)
        yield launched
        await launched.close()


async def told(lecturer: Page) -> dict[str, dict[str, Any]]:
    """The relays in the ``Link`` headers of the answer to her (RFC 9725 §4.6), by address."""
    found = LINK.findall(await lecturer.evaluate("window.links"))
    return {url: {"urls": [url], "username": who, "credential": key} for url, who, key in found}


async def test_a_member_watches_through_the_relay_in_every_way(
    media: str, relay: Coturn, browser: Browser
):
    lecturer = await pages.page(browser, media)
    await lecturer.evaluate(POST)
    await pages.publish(lecturer, "video/VP8")
    servers = await told(lecturer)
    assert list(servers) == relay.urls
    for number, (url, protocol) in enumerate(
        zip(relay.urls, ("udp", "tcp", "tls"), strict=True), 2
    ):
        member = await pages.page(browser, media)
        text = token(member=number, act="watch")
        fields = {"url": "/media/whep/r1/camera", "token": text, "server": servers[url]}
        await member.evaluate(WATCH, fields)
        await pages.stats_when(member, 8, 0.0)
        assert await member.evaluate(WAY) == ["relay", protocol]
        await member.close()


async def test_an_allocation_over_tls_with_the_credentials_we_tell(
    media: str, relay: Coturn, browser: Browser
):
    """A second opinion: aioice, which trusts this one certificate and checks it."""
    lecturer = await pages.page(browser, media)
    await lecturer.evaluate(POST)
    await pages.publish(lecturer, "video/VP8")
    server = (await told(lecturer))[relay.urls[2]]
    trust = ssl.create_default_context(cafile=relay.certificate)
    trust.check_hostname = False  # it names no address
    transport, _ = await create_turn_endpoint(
        asyncio.DatagramProtocol, ("127.0.0.1", relay.tls), server["username"],
        server["credential"], ssl=trust, transport="tcp",
    )  # fmt: skip
    host, port = transport.get_extra_info("sockname")
    assert host == "127.0.0.1"
    assert relay.tls < port <= relay.tls + 8
    transport.close()
