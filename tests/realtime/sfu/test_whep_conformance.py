"""draft-ietf-wish-whep-03 (WHEP), clause by clause: every MUST and SHALL that binds a server.

We never send counter-offers (§4.3.2 is the endpoint's choice) and offer no extensions (§4.10).
"""

from __future__ import annotations

import dataclasses

import pytest

from realtime.sfu import ice_lite
from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu import restarts
from tests.realtime.sfu.peers import House, bearer, open_house, token, until

pytestmark = pytest.mark.asyncio

ENDPOINT = "/media/whep/r1/camera"
FRAGMENT = restarts.FRAGMENT


def watching(member: int = 2) -> str:
    return token(member=member, act="watch")


async def test_4_1_get_is_answered_with_2xx_and_no_content(house: House):
    """§4.1: endpoints and sessions MUST return a 2xx response with no content to a GET."""
    await house.publisher()
    viewer = await house.viewer()
    own = {"Authorization": f"Bearer {watching()}"}
    for path in (ENDPOINT, viewer.session):
        answer = await house.http.get(path, headers=own)
        assert (answer.status_code // 100, answer.content) == (2, b"")


async def test_4_2_players_recognise_an_endpoint(house: House):
    """§4.2: HEAD has the headers of GET, Content-Type application/sdp among them, and no body."""
    head, get = await house.http.head(ENDPOINT), await house.http.get(ENDPOINT)
    assert head.status_code == 200
    assert head.headers["content-type"] == "application/sdp"
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


async def test_4_3_1_an_offer_is_answered_with_201(house: House):
    """§4.3.1, §4.3.5: 201, application/sdp, Location; the answer MUST be sendonly."""
    await house.publisher()
    answer = await house.post("whep", watching(), await house.stranger().offer())
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/sdp")
    assert answer.headers["location"].rpartition("/")[2] in house.engine.sessions
    assert answer.text.count("a=sendonly") == answer.text.count("m=") == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", "v=0"), ("", "v=0"), ("application/sdp", "nonsense")],
)
async def test_4_3_4_other_types_and_malformed_sdp_are_refused(house: House, kind: str, body: str):
    """§4.3.4: another content type or malformed SDP MUST be rejected with a 4xx."""
    await house.publisher()
    headers = {**bearer(watching()), "Content-Type": kind}
    answer = await house.http.post(ENDPOINT, content=body, headers=headers)
    assert answer.status_code // 100 == 4


async def test_4_3_3_what_cannot_be_answered_is_no_counter_offer(house: House):
    """§4.3.3: 406 says that a counter-offer follows, so we refuse with another status."""
    await house.publisher()
    offer = (await house.stranger().offer()).replace("VP8/90000", "VP9/90000")
    assert (await house.post("whep", watching(), offer)).status_code == 422


async def test_4_3_8_nothing_live(house: House):
    """§4.3.8: 409 with Retry-After SHALL be returned while nobody publishes."""
    answer = await house.post("whep", watching(), await house.stranger().offer())
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_live")
    assert int(answer.headers["retry-after"]) >= 1


async def test_4_3_8_a_silent_peer_is_gone(house: House, monkeypatch: pytest.MonkeyPatch):
    """§4.3.8: consent freshness SHALL detect a disconnection that is not graceful."""
    await house.publisher()
    viewer = await house.viewer()
    await viewer.vanish()
    monkeypatch.setattr(ice_lite, "CONSENT_S", 0.0)
    await until(lambda: house.engine.stats()["viewers"] == 0)


async def test_4_4_delete_frees_the_session(house: House):
    """§4.4: DELETE ends ICE and DTLS; consent is revoked at once (RFC 7675 §5.2)."""
    publisher, viewer = await house.publisher(), await house.viewer()
    peer = restarts.session_of(house, viewer).peer
    assert (await house.end(viewer)).status_code == 200
    assert peer not in house.engine.ice._by_address.values()
    await until(lambda: viewer.dtls.state == "closed")
    before = len(viewer.packets)
    await publisher.video(2)
    assert len(viewer.packets) == before


async def test_4_4_options_serves_cors(house: House):
    """§4.4: endpoints MUST support OPTIONS for CORS and SHOULD say Accept-Post."""
    answer = await house.http.options(ENDPOINT)
    assert (answer.status_code, answer.headers["accept-post"]) == (200, "application/sdp")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [("application/sdp", restarts.NEW, 415), (FRAGMENT, "nonsense", 400), (FRAGMENT, "", 400)],
)
async def test_4_5_1_other_types_and_malformed_fragments_are_refused(
    house: House, kind: str, body: str, status: int
):
    """§4.5.1: another content type or a malformed fragment MUST be rejected with a 4xx."""
    await house.publisher()
    viewer = await house.viewer()
    assert (await restarts.patch(house, viewer, body, "*", kind)).status_code == status
    assert len(house.engine.sessions) == 2


async def test_4_5_1_tags(house: House):
    """§4.5.1: a strong tag in the 201; 428 without one, 412 with another; DELETE ignores it."""
    await house.publisher()
    viewer = await house.viewer()
    mine, fragment = restarts.tag(house, viewer), restarts.current(house, viewer)
    for given, status in ((None, 428), ('"x"', 412), (mine, 204), ("*", 204)):
        assert (await restarts.patch(house, viewer, fragment, given)).status_code == status
    headers = {"Authorization": f"Bearer {watching()}", "If-Match": '"x"'}
    assert (await house.http.delete(viewer.session, headers=headers)).status_code == 200


async def test_4_5_2_the_answer_has_all_candidates(house: House):
    """§4.5.2: the answer SHALL contain the full list of candidates."""
    await house.publisher()
    viewer = await house.viewer()
    assert viewer.answer.count("a=end-of-candidates") == 2


async def test_4_5_2_candidates_are_taken_with_204(house: House):
    """§4.5.2: 204, no body, no ETag; what cannot be used is discarded."""
    await house.publisher()
    viewer = await house.viewer()
    fragment = restarts.current(house, viewer) + "a=candidate:1 1 tcp 1 x.local 9 typ host\r\n"
    answer = await restarts.patch(house, viewer, fragment, restarts.tag(house, viewer))
    assert (answer.status_code, answer.content, "etag" in answer.headers) == (204, b"", False)


async def test_4_5_3_restart(house: House):
    """§4.5.3: 200 with new credentials, candidates and ETag; media and keys go on."""
    publisher, viewer = await house.publisher(), await house.viewer()
    await publisher.video(2)
    await until(lambda: len(viewer.packets) == 2)
    before = restarts.tag(house, viewer)
    await restarts.move(house, viewer)
    assert restarts.tag(house, viewer) != before
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 5)


async def test_4_5_3_a_refused_restart_keeps_the_session(house: House):
    """§4.5.3: what cannot be satisfied gets an error and MUST NOT end the session."""
    await house.publisher()
    viewer = await house.viewer()
    answers = [
        await restarts.patch(house, viewer, restarts.fragment(f"ufrag{n}"), "*") for n in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert len(house.engine.sessions) == 2


async def test_4_6_1_media_is_bundled_and_multiplexed(house: House):
    """§4.6.1: one bundle, a=rtcp-mux-only in each bundled section."""
    await house.publisher()
    viewer = await house.viewer()
    assert "a=group:BUNDLE audio video" in viewer.answer
    assert viewer.answer.count("a=rtcp-mux-only") == 2


async def test_4_6_2_one_stream(house: House):
    """§4.6.2: all sections have an msid of one MediaStream."""
    await house.publisher()
    lines = (await house.viewer()).answer.split("\r\n")
    streams = {line.split()[0] for line in lines if line.startswith("a=msid:")}
    assert streams == {"a=msid:camera"}


async def test_4_7_and_4_8_a_full_server_and_relays(settings: Settings):
    """§4.7: 503 with Retry-After under load. §4.8: relays in Link headers."""
    tight = dataclasses.replace(
        settings, max_viewers=1, turn_urls=("turn:t.example",), turn_secret=b"x" * 32
    )
    house = await open_house(App(tight))
    try:
        await house.publisher()
        offer = await house.stranger().offer()
        taken = await house.post("whep", watching(), offer)
        assert taken.headers["link"].startswith('<turn:t.example>; rel="ice-server"; username="')
        refused = await house.post("whep", watching(3), offer)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    finally:
        await house.close()


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
async def test_4_9_bearer_tokens(house: House, method: str):
    """§4.9, §4.9.1: bearer authentication MUST be supported by endpoints and sessions."""
    await house.publisher()
    viewer = await house.viewer()
    path = ENDPOINT if method == "POST" else viewer.session
    assert (await house.http.request(method, path)).status_code == 401
    foreign = {"Authorization": f"Bearer {token(room='r2', act='watch')}"}
    assert (await house.http.request(method, path, headers=foreign)).status_code == 403
