"""The way from the web port to the media process: everything under ``/media/`` over plain HTTP.

Only signalling passes here (offers and answers of a few kilobytes); sound and picture go over UDP
directly. The browser thus needs one origin, and media can be replaced by another WHIP/WHEP engine.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

MAX_BODY = 64 * 1024
TIMEOUT = httpx.Timeout(15.0, connect=2.0)
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=10)
PREFIX = b"/media/"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

logger = logging.getLogger(__name__)

# Connection headers belong to one hop (RFC 9110 7.6.1); cookies are no business of media.
_NOT_FORWARDED = {
    b"connection", b"content-length", b"cookie", b"expect", b"host", b"keep-alive",
    b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer", b"transfer-encoding",
    b"upgrade",
}  # fmt: skip
_NOT_RETURNED = _NOT_FORWARDED - {b"content-length"} | {b"date", b"server", b"set-cookie"}


SAFE = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"DENY",
}
"""Headers of every answer, whatever media says: these are no pages."""


class TooLarge(Exception):
    """The request body is longer than ``MAX_BODY``."""


class Gone(Exception):
    """The browser left before its request was complete."""


def leads_to_media(scope: Scope) -> bool:
    """Whether a request is media's. By the address as it was written: ``%2fmedia/`` is no way."""
    return _raw_path(scope).startswith(PREFIX)


class MediaProxy:
    """ASGI application that passes a request on unchanged and streams the answer back."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._base = httpx.URL(base_url)
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            body = await _body(receive)
        except TooLarge:
            await refuse(send, 413, "too_large", f"A request has at most {MAX_BODY} bytes.")
            return
        except Gone:
            return
        await self._forward(scope, body, send)

    async def close(self) -> None:
        """Close the connections to media."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def client(self) -> httpx.AsyncClient:
        """The client of this process, opened on first use."""
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=TIMEOUT, limits=LIMITS, transport=self._transport, trust_env=False
            )
        return self._client

    async def _forward(self, scope: Scope, body: bytes, send: Send) -> None:
        started = False
        url = self._url(scope)
        if url is None:
            await refuse(send, 400, "address_invalid", "This is no address of media.")
            return
        request = self.client().build_request(
            scope["method"], url, headers=_forwarded(scope), content=body
        )
        try:
            answer = await self.client().send(request, stream=True)
            try:
                started = True
                await _stream(answer, send)
            finally:
                await answer.aclose()
        except httpx.ConnectError:
            await refuse(send, 503, "media_away", "The media server is not running.", retry=1)
        except httpx.HTTPError as error:
            logger.warning("media did not answer: %r", error)
            if started:
                raise
            await refuse(send, 502, "media_failed", "The media server did not answer.")

    def _url(self, scope: Scope) -> httpx.URL | None:
        """Where to pass it on; None when that is no address, or leads out of ``PREFIX``: httpx
        resolves dots, and media has more than what browsers may ask for."""
        query: bytes = scope.get("query_string", b"")
        try:
            url = self._base.copy_with(raw_path=_raw_path(scope) + (b"?" + query if query else b""))
        except httpx.InvalidURL:
            return None
        return url if url.raw_path.startswith(PREFIX) else None


def _raw_path(scope: Scope) -> bytes:
    """The path as the browser wrote it, escapes and all (ASGI makes it optional)."""
    raw: bytes | None = scope.get("raw_path")
    return quote(scope["path"]).encode() if raw is None else raw


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _forwarded(scope: Scope) -> Headers:
    headers = _without(scope["headers"], _NOT_FORWARDED)
    if (client := scope.get("client")) is not None:
        headers = _without(headers, {b"x-forwarded-for"})
        headers.append((b"x-forwarded-for", str(client[0]).encode()))
    return headers


def _without(headers: Iterable[tuple[bytes, bytes]], names: set[bytes]) -> Headers:
    lowered = ((name.lower(), value) for name, value in headers)  # as ASGI wants them
    return [(name, value) for name, value in lowered if name not in names]


async def _stream(answer: httpx.Response, send: Send) -> None:
    headers = _without(answer.headers.raw, _NOT_RETURNED | SAFE.keys()) + list(SAFE.items())
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    async for chunk in answer.aiter_raw():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def refuse(send: Send, status: int, code: str, message: str, retry: int = 0) -> None:
    """Answer with the JSON shape of media's own errors; ``retry`` in seconds, 0 for none."""
    body = msgspec.json.encode({"code": code, "message": message})
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers += SAFE.items()
    if retry:
        headers.append((b"retry-after", str(retry).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
