"""A real engine that is not ours: a browser publishes, another watches, web hears of it.

Opt-in: it needs MediaMTX, which nothing here installs.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from realtime import media_control
from realtime.sealed import SIGNATURE, is_sealed, seal
from tests.realtime.external_engine import HINT, External, program
from tests.realtime.sfu.peers import SECRET, bearer, token
from tests.realtime.sfu.test_chromium import (
    POST,
    WATCH,
    Page,
    browser,
    page,
    publish,
    stats_when,
)

__all__ = ["browser"]
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.browser,
    pytest.mark.external,
    pytest.mark.skipif(program() is None, reason=HINT),
]


class Web:
    """Takes the hooks, as web would."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert is_sealed(self.headers[SIGNATURE], body, SECRET)
                heard.append(json.loads(body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks/media"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    async def hears(self, event: str, times: int = 1) -> dict[str, Any]:
        """The event, when it has come so often."""
        for _ in range(150):
            found = [one for one in self.heard if one["event"] == event]
            if len(found) >= times:
                return found[-1]
            await asyncio.sleep(0.1)
        raise AssertionError(f"no {event} among {self.heard}")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web()
    yield made
    made.close()


@pytest.fixture
def external(web: Web, tmp_path: Path) -> Iterator[External]:
    made = External(tmp_path, web.url)
    made.start()
    yield made
    made.stop()


async def watch(member: Page, number: int = 2) -> None:
    fields = {"url": "/media/whep/r1/camera", "token": token(member=number, act="watch")}
    await member.evaluate(WATCH, fields)


async def test_the_same_pages_publish_and_watch_through_another_engine(
    web: Web, external: External, browser: Any
):
    lecturer, member = await page(browser, external.url), await page(browser, external.url)
    before = await post_offer(external, token(act="watch"))
    assert (before.status_code, before.headers["retry-after"]) == (409, "1")
    await publish(lecturer, "video/VP8")
    told = await web.hears("published")
    assert (told["room"], told["stream"], told["member"]) == ("r1", "camera", 1)
    await watch(member)
    seen = await stats_when(member, 8, 0.0)
    assert seen["lost"] <= 2
    await expelled(external, 2)
    await member.wait_for_function(
        "window.peer.connectionState === 'closed' || window.peer.connectionState === 'failed'"
        " || window.peer.connectionState === 'disconnected'",
        timeout=15_000,
    )
    assert (await post_offer(external, token(act="watch", member=2))).status_code == 401
    external.kill_engine()
    ended = await web.hears("ended")
    assert ended["session"] == told["session"]
    external.start_engine()
    await asyncio.to_thread(external.wait_ready)
    await lecturer.reload()
    await lecturer.evaluate(POST)
    await publish(lecturer, "video/VP8")
    await web.hears("published", 2)


async def post_offer(external: External, text: str) -> httpx.Response:
    """A viewer's offer that nobody stands behind."""
    offer = (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\n"
        "a=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
        f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\na=setup:actpass\r\n"
        "a=rtpmap:96 VP8/90000\r\n"
    )
    async with httpx.AsyncClient(trust_env=False, timeout=15) as client:
        url = f"{external.url}/media/whep/r1/camera"
        return await client.post(url, content=offer, headers=bearer(text))


async def expelled(external: External, member: int) -> None:
    """Web sends somebody away."""
    now = time.time()
    call = media_control.EndCall(
        id=uuid.uuid4().hex, sent=now, room="r1", member=member, void_until=int(now) + 120
    )
    body = msgspec.json.encode(call)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{external.url}{media_control.PATH}",
            content=body,
            headers={SIGNATURE: seal(body, SECRET, media_control.PURPOSE)},
        )
    assert answer.status_code == 204
