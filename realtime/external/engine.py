"""Calls to the engine: WHIP, WHEP, its sessions, and whether a stream is there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import httpx

from realtime.external.settings import Settings
from realtime.external.tokens import bearer
from realtime.sfu.http import SDP, Refusal

REQUEST_S = 10.0
LOOK_S = 2.0
RETRY = {"Retry-After": "1"}
KEPT = ("etag", "content-type")
NOT_LIVE = (404, 409)
"""What engines answer a viewer before anybody publishes; WHEP says 409."""
HEALTH_PATH = "/"


@dataclass(frozen=True, slots=True)
class Opened:
    """A session at the engine."""

    answer: bytes
    address: str
    headers: dict[str, str]
    links: list[str]


class Engine:
    """One WHIP/WHEP engine.

    Args:
        settings: where it is and what it wants to be shown.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(timeout=REQUEST_S, trust_env=False)

    async def close(self) -> None:
        """Let go of its connections."""
        await self._client.aclose()

    async def open(self, way: str, room: str, stream: str, member: int, offer: str) -> Opened:
        """POST an offer (RFC 9725 §4.2).

        Raises:
            Refusal: the engine's, in our words.
        """
        url = self._url(self._settings.whip_url if way == "whip" else self._settings.whep_url,
                        room, stream)  # fmt: skip
        act = "publish" if way == "whip" else "watch"
        shown = bearer(self._settings, room, stream, act, member, time.time())
        headers = {"Content-Type": SDP} | ({"Authorization": f"Bearer {shown}"} if shown else {})
        answer = await self._send("POST", url, headers, offer.encode())
        if answer.status_code != httpx.codes.CREATED:
            raise _refused(way, answer.status_code)
        kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        links = answer.headers.get_list("link", split_commas=False)
        address = urljoin(str(answer.url), answer.headers.get("location", ""))
        return Opened(answer.content, address, kept, links)

    async def pass_on(
        self, method: str, address: str, shown: str, headers: dict[str, str], body: bytes
    ) -> httpx.Response:
        """PATCH or DELETE a session.

        Raises:
            Refusal: the engine does not answer.
        """
        own = {"Authorization": f"Bearer {shown}"} if shown else {}
        return await self._send(method, address, headers | own, body)

    async def has(self, room: str, stream: str) -> bool | None:
        """Whether somebody publishes the stream there; None when it cannot be told.

        200 is yes unless the body says ``"ready": false``; 404 is no.
        """
        if not self._settings.status_url:
            return None
        url = self._url(self._settings.status_url, room, stream)
        try:
            answer = await self._client.get(url, timeout=LOOK_S)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return False
            told = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, ValueError):
            return None
        return told.get("ready") is not False if answer.is_success else None

    async def answers(self) -> bool:
        """Whether anything speaks HTTP there."""
        try:
            await self._client.get(urljoin(self._settings.whep_url, HEALTH_PATH), timeout=LOOK_S)
        except httpx.HTTPError:
            return False
        return True

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> httpx.Response:
        try:
            return await self._client.request(method, url, headers=headers, content=body)
        except httpx.ConnectError:
            raise Refusal(503, "media_away", "the media engine is not running", RETRY) from None
        except httpx.HTTPError:
            raise Refusal(502, "media_failed", "the media engine did not answer") from None

    @staticmethod
    def _url(template: str, room: str, stream: str) -> str:
        return template.replace("{room}", quote(room)).replace("{stream}", quote(stream))


def _refused(way: str, status: int) -> Refusal:
    """An engine's refusal in the words that pages know."""
    if way == "whep" and status in NOT_LIVE:
        return Refusal(409, "nothing_live", "nobody publishes this stream now", RETRY)
    if status in (401, 403):
        return Refusal(502, "media_refused", "the media engine does not accept our credentials")
    if status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS:
        return Refusal(503, "media_full", "the media engine cannot take this now", RETRY)
    return Refusal(status if 400 <= status < 500 else 502, "media_failed", "the engine refused")
