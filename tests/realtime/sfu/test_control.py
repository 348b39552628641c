"""Web's calls: a class is over, somebody has lost her place. Media ends at once and stays ended."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from realtime.media_control import PATH, PURPOSE, TOKEN_SECONDS, EndCall
from realtime.sealed import FRESH_S, SIGNATURE, seal
from realtime.sfu.voids import MOST, Voids
from realtime.tickets import MediaToken
from tests.realtime.sfu.peers import SECRET, House, bearer, token, until

pytestmark = pytest.mark.asyncio


def call(**fields: Any) -> bytes:
    """The body of a call as web makes it."""
    now = time.time()
    given = {
        "id": uuid.uuid4().hex, "sent": now, "room": "r1", "void_until": int(now) + TOKEN_SECONDS,
    }  # fmt: skip
    return msgspec.json.encode(EndCall(**given | fields))


async def tell(house: House, body: bytes, sealed: str | bytes | None = None) -> httpx.Response:
    headers = {SIGNATURE: seal(body, SECRET, PURPOSE) if sealed is None else sealed}
    return await house.http.post(PATH, content=body, headers=headers)


async def flows(house: House, publisher: Any, viewer: Any) -> bool:
    before = len(viewer.packets)
    with contextlib.suppress(ConnectionError):  # it was told that it is over
        await publisher.video(5)
    await asyncio.sleep(0.1)
    return len(viewer.packets) > before


async def test_the_end_of_a_class_ends_its_media_and_no_other(house: House):
    publisher, viewer = await house.publisher(), await house.viewer()
    elsewhere, watching = await house.publisher(room="r2"), await house.viewer(room="r2")
    assert await flows(house, publisher, viewer)
    assert (await tell(house, call())).status_code == 204
    assert not await flows(house, publisher, viewer)
    assert [session.stream.room for session in house.engine.sessions.values()] == ["r2", "r2"]
    assert await flows(house, elsewhere, watching)


async def test_who_is_sent_away_keeps_nothing_and_others_keep_everything(house: House):
    publisher = await house.publisher(member=1)
    gone, stays = await house.viewer(member=2), await house.viewer(member=3)
    assert (await tell(house, call(member=2))).status_code == 204
    assert await flows(house, publisher, stays)
    assert not await flows(house, publisher, gone)
    assert (await tell(house, call(member=1))).status_code == 204
    await until(lambda: not house.engine.live)
    assert not await flows(house, publisher, stays)


async def test_a_session_that_is_not_yet_connected_is_ended_too(house: House):
    offer = await house.stranger().offer()
    await house.post("whip", token(member=4), offer.replace("recvonly", "sendonly"))
    assert house.engine.sessions
    await tell(house, call(member=4))
    assert not house.engine.sessions


@pytest.mark.parametrize("member", [None, 2])
async def test_tokens_from_before_are_void_and_later_ones_good(house: House, member: int | None):
    await house.publisher(room="r2")
    old = token(room="r2", member=2, act="watch", lives=TOKEN_SECONDS)
    await tell(house, call(room="r2", member=member))
    await house.publisher(room="r2", lives=TOKEN_SECONDS + 2)
    offer = await house.stranger().offer()
    refused = await house.post("whep", old, offer, room="r2")
    assert (refused.status_code, refused.json()["code"]) == (401, "token_void")
    assert refused.headers["www-authenticate"] == "Bearer"
    new = token(room="r2", member=2, act="watch", lives=TOKEN_SECONDS + 2)
    assert (await house.post("whep", new, offer, room="r2")).status_code == 201


async def test_an_offer_that_arrives_slowly_does_not_slip_through(house: House):
    """The token was good when the request began."""
    offer = (await house.stranger().offer()).replace("recvonly", "sendonly").encode()
    told = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield offer[:100]
        await tell(house, call(member=5))
        told.set()
        yield offer[100:]

    request = house.http.build_request(
        "POST", "/media/whip/r1/camera", content=slowly(), headers=bearer(token(member=5))
    )
    refused = await house.http.send(request)
    assert told.is_set()
    assert (refused.status_code, refused.json()["code"]) == (401, "token_void")
    assert not house.engine.sessions


async def test_a_call_is_carried_out_once(house: House):
    body = call(member=2)
    assert (await tell(house, body)).status_code == 204
    await house.publisher(lives=TOKEN_SECONDS + 2)
    viewer = await house.viewer(member=2, lives=TOKEN_SECONDS + 2)
    again = await tell(house, body)
    assert (again.status_code, again.json()["code"]) == (409, "repeated")
    assert viewer.session.rpartition("/")[2] in house.engine.sessions


@pytest.mark.parametrize("age", [FRESH_S + 2, -FRESH_S - 2])
async def test_a_call_kept_for_later_is_refused(house: House, age: float):
    await house.publisher()
    refused = await tell(house, call(sent=time.time() - age))
    assert (refused.status_code, refused.json()["code"]) == (403, "stale")
    assert house.engine.live


async def test_only_web_ends_classes(house: House):
    await house.publisher()
    body = call()
    others = seal(body, SECRET), seal(body, b"another", PURPOSE)
    for sealed in ("", "0" * 64, "\xfc".encode(), *others):
        refused = await tell(house, body, sealed)
        assert (refused.status_code, refused.json()["code"]) == (403, "signature_wrong")
    for nonsense in (b"", b"[]", b'{"room":"r1"}', b"\xff", call(id=""), call(id="x" * 65)):
        refused = await tell(house, nonsense)
        assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert (await house.http.get(PATH)).status_code == 405
    assert (await house.http.post("/media" + PATH)).status_code == 404
    assert house.engine.live


async def test_what_is_void_is_forgotten_with_the_tokens():
    voids = Voids()
    old = MediaToken(room="r", member=1, act="watch", exp=100)
    voids.add("r", 1, 100, now=0)
    assert voids.cover(old)
    assert not voids.cover(msgspec.structs.replace(old, exp=101))
    assert not voids.cover(msgspec.structs.replace(old, member=2))
    voids.add("r", 1, 50, now=1)
    assert voids.cover(old), "an older call must not weaken a newer one"
    voids.add("q", None, 300, now=101)
    assert not voids.cover(old)
    for number in range(MOST + 10):
        voids.add("many", number, 400 + number, now=101)
    assert len(voids._until) == MOST
