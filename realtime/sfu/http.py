"""As much HTTP as two resources need, straight on ASGI: requests, answers, refusals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_BODY_BYTES = 64 << 10
BODY_S = 10.0
SDP = "application/sdp"
CORS = {
    # tokens travel in a header that no other site can know, so any origin may ask
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Retry-After, X-Stream-Id, X-Sent",
}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
}

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Refusal(Exception):
    """A request that is answered with an error: status, stable code, words for a developer."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The JSON answer."""
        return json_response(
            {"code": self.code, "message": self.message}, self.status, self.headers
        )


@dataclass(frozen=True, slots=True)
class Response:
    """An answer in one piece."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Sequence[str] = ()
    """One ``Link`` header each (RFC 8288)."""

    async def send(self, send: Send) -> None:
        """Write it out."""
        fields = {**CORS, **SAFE, "Content-Length": str(len(self.body)), **self.headers}
        if self.status == 204:
            del fields["Content-Length"]  # RFC 9110 §8.6
        lines = [*fields.items(), *(("link", link) for link in self.links)]
        headers = [(k.lower().encode(), v.encode("latin-1")) for k, v in lines]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in JSON that nobody keeps."""
    fields = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return Response(status, json.dumps(value).encode(), fields)


class Request:
    """A request whose body is read on demand, at most 64 KiB of it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope.get("query_string", b"")
        self._headers: dict[str, str] = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        self._receive = receive

    def header(self, name: str) -> str:
        """A header's value, empty when absent."""
        return self._headers.get(name.lower(), "")

    async def sdp(self) -> str:
        """The body, which must be a session description by type, size and encoding.

        Raises:
            Refusal: 415, 413 or 400.
        """
        self.require_type(SDP, "Accept-Post")
        return await self.text()

    def require_type(self, wanted: str, told_in: str, code: str = "not_sdp") -> None:
        """Refuse a body of another media type; the header ``told_in`` says which is taken.

        Raises:
            Refusal: 415.
        """
        if self.header("content-type").partition(";")[0].strip().lower() != wanted:
            raise Refusal(415, code, f"the body must be {wanted}", {told_in: wanted})

    async def text(self) -> str:
        """The body as text.

        Raises:
            Refusal: 413 or 400.
        """
        body = await self.body()
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise Refusal(400, "offer_invalid", "the body is not UTF-8") from None

    async def body(self) -> bytes:
        """The body, whatever it is.

        Raises:
            Refusal: 413 or 400.
        """
        try:
            async with asyncio.timeout(BODY_S):
                return await self._body()
        except TimeoutError:
            raise Refusal(400, "body_slow", "the body did not arrive in time") from None

    async def _body(self) -> bytes:
        body = b""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Refusal(400, "body_cut", "the body was cut off")
            body += bytes(message.get("body", b""))
            if len(body) > MAX_BODY_BYTES:
                raise too_large()
            if not message.get("more_body"):
                return body


def too_large() -> Refusal:
    """A body beyond the cap."""
    return Refusal(413, "offer_too_large", "an offer has at most 64 KiB")


def only(request: Request, *methods: str) -> None:
    """Refuse other methods.

    Raises:
        Refusal: 405 with the list of allowed methods.
    """
    if request.method not in methods:
        allowed = ", ".join((*methods, "OPTIONS"))
        raise Refusal(405, "method_not_allowed", f"allowed: {allowed}", {"Allow": allowed})


def preflight(*methods: str, post: str = "", patch: str = "") -> Response:
    """The answer to OPTIONS: which media types POST (RFC 9725 §4.2) and PATCH (RFC 5789) take."""
    taken = {"Accept-Post": post, "Accept-Patch": patch}
    headers = {
        "Allow": ", ".join((*methods, "OPTIONS")),
        "Access-Control-Allow-Methods": ", ".join((*methods, "OPTIONS")),
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
        "Access-Control-Max-Age": "600",
    }
    return Response(200, b"", {**headers, **{name: of for name, of in taken.items() if of}})
