"""The way from the web port to the media process."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from realtime.media import MAX_BODY, MediaProxy, leads_to_media

pytestmark = pytest.mark.asyncio


async def ask(
    handler: Any, body: bytes = b"", path: str = "/media/whip/abc/camera", **scope: Any
) -> tuple[int, dict[str, str], bytes]:
    """One request through the proxy to a pretended media process."""
    proxy = MediaProxy("http://127.0.0.1:9", httpx.MockTransport(handler))
    chunks = [body[i : i + 20_000] for i in range(0, len(body), 20_000)] or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        chunk = chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    given = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [], "client": ["10.1.2.3", 5],
    }  # fmt: skip
    await proxy(given | scope, receive, send)
    await proxy.close()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:])


async def test_a_request_passes_unchanged_but_for_what_is_no_business_of_media() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        headers = {"Location": "/media/session/1", "ETag": '"1"', "Set-Cookie": "x=1"}
        return httpx.Response(201, headers=headers, stream=httpx.ByteStream(b"v=0"))

    headers = [
        (b"authorization", b"Bearer abc"), (b"content-type", b"application/sdp"),
        (b"cookie", b"sessionid=secret"), (b"host", b"school.example"),
        (b"x-forwarded-for", b"6.6.6.6"),
    ]  # fmt: skip
    status, told, body = await ask(answer, b"v=0 offer", headers=headers, query_string=b"a=1")
    assert (status, body) == (201, b"v=0")
    assert told["location"] == "/media/session/1"
    assert "set-cookie" not in told
    request = seen[0]
    assert str(request.url) == "http://127.0.0.1:9/media/whip/abc/camera?a=1"
    assert request.headers["authorization"] == "Bearer abc"
    assert request.headers["x-forwarded-for"] == "10.1.2.3"
    assert "cookie" not in request.headers
    assert request.content == b"v=0 offer"


async def test_a_long_body_is_refused() -> None:
    status, _, body = await ask(lambda request: httpx.Response(201), b"x" * (MAX_BODY + 1))
    assert (status, json.loads(body)["code"]) == (413, "too_large")


async def test_without_media_the_answer_is_503_and_says_when_to_ask_again() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    status, headers, body = await ask(away)
    assert (status, json.loads(body)["code"]) == (503, "media_away")
    assert headers["retry-after"] == "1"


async def test_media_that_does_not_answer_is_502() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    status, _, body = await ask(slow)
    assert (status, json.loads(body)["code"]) == (502, "media_failed")


async def test_who_leaves_before_the_end_is_not_forwarded() -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("forwarded")

    proxy = MediaProxy("http://127.0.0.1:9", httpx.MockTransport(never))

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError("answered")

    await proxy({"type": "http", "method": "POST", "path": "/media/", "headers": []}, receive, send)
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("raw", "theirs"),
    [
        (b"/media/healthz", True), (b"/media/%2e%2e/x", True), (b"/%2fmedia/healthz", False),
        (b"%2fmedia/healthz", False), (b"//media/healthz", False), (b"/media%2fhealthz", False),
        (b"http://evil.example/media/x", False), (b"/mediax/", False), (b"", False),
    ],
)  # fmt: skip
async def test_the_way_is_told_by_the_address_as_it_was_written(raw: bytes, theirs: bool) -> None:
    scope = {"path": unquote(raw.decode()), "raw_path": raw}
    assert leads_to_media(scope) is theirs


async def test_without_a_written_address_it_is_written_anew() -> None:
    assert leads_to_media({"path": "/media/x"})
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(204, stream=httpx.ByteStream(b""))

    await ask(answer, path="/media/ü x", raw_path=None)
    assert seen == ["http://127.0.0.1:9/media/%C3%BC%20x"]


@pytest.mark.parametrize(
    "raw",
    [
        b"%2fmedia/x", b"media/x", b"@evil.example/media/", b"/media/../control/end",
        b"/media/x/../../control/end", b"/media/./../control/end", b"/media/..",
    ],
)  # fmt: skip
async def test_what_is_no_address_is_400_and_goes_nowhere(raw: bytes) -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError("forwarded")

    status, _, body = await ask(never, raw_path=raw)
    assert (status, json.loads(body)["code"]) == (400, "address_invalid")


async def test_every_answer_says_that_it_is_no_page() -> None:
    def loose(request: httpx.Request) -> httpx.Response:
        headers = {"X-Content-Type-Options": "sniff away"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b""))

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    for handler in (loose, away):
        _, headers, _ = await ask(handler)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-frame-options"] == "DENY"
