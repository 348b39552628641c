"""The gateway to an external engine, with a real one behind it: our own, used like a foreign."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
import pytest_asyncio

from realtime import media_control
from realtime.external.gateway import Gateway
from realtime.external.settings import BadSetting, Settings, from_environment
from realtime.external.tokens import bearer as shown
from realtime.sealed import SIGNATURE, seal
from tests.realtime.sfu import process
from tests.realtime.sfu.peers import SECRET, RawPublisher, RawViewer, bearer, token, until

pytestmark = pytest.mark.asyncio

GOOD = {
    "MEDIA_SECRET": "0123456789abcdef",
    "MEDIA_WHIP_URL": "http://e/{room}/{stream}/whip",
    "MEDIA_WHEP_URL": "http://e/{room}/{stream}/whep",
}


@pytest_asyncio.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    child, port = await asyncio.to_thread(process.start)
    base = f"http://127.0.0.1:{port}/media"
    settings = Settings(
        secret=SECRET,
        whip_url=f"{base}/whip/{{room}}/{{stream}}",
        whep_url=f"{base}/whep/{{room}}/{{stream}}",
        auth="bearer",
        engine_secret=token(lives=600),
    )
    app = Gateway(settings)
    steps: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    said: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan"}, steps.get, said.put))
    await steps.put({"type": "lifespan.startup"})
    await said.get()
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://media") as client:
        yield client
    await steps.put({"type": "lifespan.shutdown"})
    await life
    child.terminate()
    await asyncio.to_thread(child.wait, 5)


async def test_streams_pass_through_and_sessions_belong_to_their_owners(http: httpx.AsyncClient):
    lecturer, viewer = RawPublisher(), RawViewer()
    before = RawViewer()
    refused = await http.post(
        "/media/whep/r1/camera", content=await before.offer(), headers=bearer(token(act="watch"))
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_live")
    foreign = await http.post(
        "/media/whip/r2/camera", content=await before.offer(), headers=bearer(token("r1"))
    )
    assert foreign.status_code == 403
    await lecturer.connect(http, "/media/whip/r1/camera", token())
    await asyncio.sleep(0.1)
    await viewer.connect(http, "/media/whep/r1/camera", token(member=2, act="watch"))
    await lecturer.video(20)
    await until(lambda: len(viewer.packets) >= 15, 10)
    other = {"Authorization": f"Bearer {token(member=9)}"}
    assert (await http.delete(viewer.session, headers=other)).status_code == 403
    patch = {
        "Authorization": f"Bearer {token(member=2)}",
        "Content-Type": "application/trickle-ice-sdpfrag",
        "If-Match": "*",
    }
    broken = await http.patch(viewer.session, content="nonsense", headers=patch)
    assert broken.status_code == 400  # the engine's own answer
    told = (await http.get("/media/healthz")).json()
    assert (told["viewers"], told["rooms"]) == (1, 1)
    await _expel(http, 2)
    assert (await http.get(viewer.session, headers=patch)).status_code == 404
    await until(lambda: viewer.dtls.state == "closed", 10)
    again = await http.post(
        "/media/whep/r1/camera", content=await before.offer(),
        headers=bearer(token(member=2, act="watch")),
    )  # fmt: skip
    assert again.status_code == 401
    for peer in (lecturer, viewer, before):
        await peer.vanish()


async def _expel(http: httpx.AsyncClient, member: int) -> None:
    now = time.time()
    body = msgspec.json.encode(
        media_control.EndCall(
            id=uuid.uuid4().hex, sent=now, room="r1", member=member, void_until=int(now) + 120
        )
    )
    for statuses in (204, 409):
        answer = await http.post(
            media_control.PATH, content=body,
            headers={SIGNATURE: seal(body, SECRET, media_control.PURPOSE)},
        )  # fmt: skip
        assert answer.status_code == statuses
    forged = await http.post(media_control.PATH, content=body, headers={SIGNATURE: "00"})
    assert forged.status_code == 403


async def test_a_token_for_the_engine_is_a_jwt_that_anybody_with_the_key_can_check():
    settings = Settings(b"", "", "", auth="jwt", engine_secret="the key")
    text = shown(settings, "r1", "camera", "watch", 7, 1_000.0)
    head, body, mac = text.split(".")
    expected = hmac.new(b"the key", f"{head}.{body}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(mac + "=") == expected
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert claims == {
        "iss": "liveclass", "sub": "7", "room": "r1", "stream": "camera", "act": "watch",
        "iat": 1000, "exp": 1120,
    }  # fmt: skip
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"alg": "HS256", "typ": "JWT"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDIA_WHIP_URL", ""),
        ("MEDIA_WHEP_URL", "http://e/{room}/whep"),
        ("MEDIA_ENGINE_AUTH", "basic"),
        ("MEDIA_SECRET", "short"),
    ],
)
async def test_nonsense_in_the_environment_names_the_variable(name: str, value: str):
    with pytest.raises(BadSetting, match=name):
        from_environment({**GOOD, name: value})
    assert from_environment(GOOD).auth == "none"
    with pytest.raises(BadSetting, match="MEDIA_ENGINE_SECRET"):
        from_environment({**GOOD, "MEDIA_ENGINE_AUTH": "jwt"})
