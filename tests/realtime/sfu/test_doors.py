"""WHIP and WHEP over HTTP: who may, what is refused, and with which words."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu.peers import House, RawPublisher, bearer, open_house, token, until

pytestmark = pytest.mark.asyncio

OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 401, "token_missing"),
        ("nonsense", 401, "token_invalid"),
        ({"forged": True}, 401, "token_invalid"),
        ({"lives": -5}, 401, "token_expired"),
        ({"room": "other"}, 403, "token_foreign_room"),
        ({"act": "watch"}, 403, "token_watch_only"),
    ],
)
async def test_a_wrong_token_cannot_publish(house: House, text: Any, status: int, code: str):
    if isinstance(text, dict):  # made now: a token written into the list has run out by its turn
        forged = text.pop("forged", False)
        text = token()[:-3] + "AAA" if forged else token(**text)
    response = await house.post("whip", text, OFFER)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert ("www-authenticate" in response.headers) == (status == 401)


async def test_who_may_publish_may_watch(house: House):
    response = await house.post("whep", token(), OFFER)
    assert response.json()["code"] == "nothing_live"


async def test_other_ways_in_are_closed(house: House):
    http = house.http
    assert (await http.put("/media/whip/r1/camera")).status_code == 405
    assert (await http.post("/media/whip/r1/attic")).status_code == 404
    assert (await http.post("/media/whip/r1")).status_code == 404
    own = {"Authorization": f"Bearer {token()}"}
    assert (await http.delete("/media/session/unknown", headers=own)).status_code == 404
    put = await http.put("/media/session/unknown", headers=own)
    allowed = "GET, HEAD, PATCH, DELETE, OPTIONS"
    assert (put.status_code, put.headers["allow"]) == (405, allowed)
    options = await http.options("/media/whip/r1/camera")
    assert (options.status_code, options.headers["accept-post"]) == (200, "application/sdp")
    headers = {**bearer(token()), "Content-Type": "application/json"}
    refused = await http.post("/media/whip/r1/camera", content="{}", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (415, "not_sdp")


async def test_an_offer_of_more_than_64_kib_is_not_read(house: House):
    response = await house.post("whip", token(), "v=0\r\n" + "a=x\r\n" * 20_000)
    assert response.status_code == 413


async def test_a_session_is_answered_by_the_rules(house: House):
    peer = RawPublisher()
    house.peers.append(peer)
    response = await house.post("whip", token(), await peer.offer())
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/sdp"
    assert response.headers["location"].startswith("/media/session/")
    assert response.headers["etag"].startswith('"')
    assert "a=ice-lite" in response.text
    assert "a=setup:passive" in response.text
    assert response.text.count("a=recvonly") == 2


@pytest.mark.parametrize("kind", ["publisher", "viewer"])
async def test_only_who_opened_a_session_ends_it(house: House, kind: str):
    """Its address may become known: it is no key."""
    publisher = await house.publisher(member=1)
    owner, peer = (1, publisher) if kind == "publisher" else (2, await house.viewer(member=2))
    for method in ("DELETE", "PATCH"):
        nobody = await house.http.request(method, peer.session)
        assert (nobody.status_code, nobody.json()["code"]) == (401, "token_missing")
    foreign = token(member=9), token(room="r2", member=owner)
    for text in foreign:
        refused = await house.end(peer, text)
        assert (refused.status_code, refused.json()["code"]) == (403, "session_foreign")
    assert house.is_live("r1", "camera", publisher)
    assert (await house.end(peer, token(member=owner, lives=-100))).status_code == 200
    assert (await house.end(peer, token(member=owner))).status_code == 404
    await until(lambda: len(house.engine.sessions) == (kind == "viewer"))


async def test_others_know_a_stream_by_a_name_that_leads_nowhere(house: House):
    """What the room hears of is neither the session's address nor of use in its place."""
    peer = RawPublisher()
    house.peers.append(peer)
    response = await house.post("whip", token(), await peer.offer())
    [session] = house.engine.sessions.values()
    assert response.headers["x-stream-id"] == session.alias
    assert "X-Stream-Id" in response.headers["access-control-expose-headers"]
    assert session.alias not in session.id
    refused = await house.http.delete(
        f"/media/session/{session.alias}", headers={"Authorization": f"Bearer {token()}"}
    )
    assert refused.status_code == 404


async def test_healthz_counts(house: House):
    publisher = await house.publisher()
    viewer = await house.viewer()
    await publisher.video(4)
    await until(lambda: len(viewer.packets) == 4)
    health = await house.healthz()
    assert health["ok"] is True
    assert (health["rooms"], health["publishers"], health["viewers"]) == (1, 1, 1)
    assert health["packets_in"] >= 4
    assert health["packets_out"] >= 4


async def test_limits_answer_503_with_a_time(settings: Settings):
    tight = dataclasses.replace(settings, max_rooms=1, max_publishers=2, max_viewers=1)
    house = await open_house(App(tight))
    try:
        await house.publisher()
        offer = await house.stranger().offer()
        elsewhere = await house.post("whip", token(room="r2"), offer, room="r2")
        assert elsewhere.status_code in {422, 503}
        publishing = offer.replace("recvonly", "sendonly")
        elsewhere = await house.post("whip", token(room="r2"), publishing, room="r2")
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (503, "media_full")
        assert elsewhere.headers["retry-after"]
        await house.viewer()
        refused = await house.post("whep", token(act="watch"), offer)
        assert refused.status_code == 503
    finally:
        await house.close()


async def test_a_persons_forgotten_tabs_are_closed(house: House):
    await house.publisher()
    viewers = [await house.viewer(member=2) for _ in range(10)]
    assert house.engine.stats()["viewers"] == 8
    living = set(house.engine.sessions)
    assert viewers[-1].session.rpartition("/")[2] in living
    assert viewers[0].session.rpartition("/")[2] not in living


LINES = st.sampled_from(
    [
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1", "a=setup:actpass",
        "a=setup:passive", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=video 9 X 300", "a=mid:0", "a=mid:1",
        "a=sendonly", "a=rtcp-mux", "a=rtpmap:96 VP8/90000", "a=rtpmap:111 opus/48000/2",
        "a=rtpmap:97 H264/90000", "a=fmtp:97 packetization-mode=1;profile-level-id=42e01f",
        "a=fmtp:55 x=1", "a=ice-ufrag:abcd", "a=ice-pwd:0123456789012345678901", "a=rtpmap:x y",
        "a=fingerprint:sha-256 AA:BB", "a=fingerprint:md5 AA", "a=candidate:1", "a=ssrc:1 cname:x",
        "a=extmap:x", "c=IN IP6 ::1", "c=nonsense", "a=mid:a b", "a=rtcp:x", "a=ssrc:x",
        "a=fingerprint",
    ]
)  # fmt: skip


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.one_of(st.lists(LINES, max_size=30).map("\r\n".join), st.text(max_size=200)))
async def test_broken_offers_are_refused_and_harm_nobody(house: House, body: str):
    encoded = body.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    response = await house.post("whip", token(), encoded)
    if response.status_code == 201:  # the lines happened to make sense
        own = {"Authorization": f"Bearer {token()}"}
        ended = await house.http.delete(response.headers["location"], headers=own)
        assert ended.status_code == 200
    else:
        assert response.status_code in {400, 422}
        assert response.json()["code"].startswith("offer_")
    assert (await house.healthz())["ok"] is True


async def test_a_device_check_is_private_to_its_owner_and_nobody_is_told(house: House):
    peer = RawPublisher()
    house.peers.append(peer)
    offer = await peer.offer()
    headers = bearer(token(member=9))
    foreign = await house.http.post("/media/whip/r1/probe-1", content=offer, headers=headers)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "probe_foreign")
    watcher = await house.http.post("/media/whep/r1/probe-1", content=OFFER, headers=headers)
    assert watcher.json()["code"] == "probe_foreign"
    own = await house.http.post("/media/whip/r1/probe-1", content=offer, headers=bearer(token()))
    assert own.status_code == 201


@pytest.mark.parametrize("name", ["probe", "probe-", "probe-0", "probe-x", "camera-1", "PROBE-1"])
async def test_only_streams_with_a_meaning_exist(house: House, name: str):
    refused = await house.http.post(
        f"/media/whip/r1/{name}", content=OFFER, headers=bearer(token())
    )
    assert refused.status_code == 404


async def test_a_viewer_may_ask_how_much_she_was_sent(house: House):
    """Who is sent more and gets nothing has lost the way; a publisher has no use for it."""
    publisher = await house.publisher(member=1)
    viewer = await house.viewer(member=2)

    async def sent(session: str, member: int) -> str | None:
        bearer = {"Authorization": f"Bearer {token(member=member)}"}
        answer = await house.http.get(session, headers=bearer)
        assert answer.status_code == 204
        number: str | None = answer.headers.get("x-sent")
        return number

    assert await sent(publisher.session, 1) is None
    assert await sent(viewer.session, 2) == "0"
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 3)
    assert await sent(viewer.session, 2) == "3"
