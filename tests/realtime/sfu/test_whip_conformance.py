"""RFC 9725 (WHIP), clause by clause: every MUST and SHALL that binds a server.

What binds clients is tested with the browser's side (``assets/test/media.test.ts``).
"""

from __future__ import annotations

import dataclasses

import httpx
import pytest

from realtime.sfu import ice_lite
from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu import restarts
from tests.realtime.sfu.peers import House, RawPublisher, bearer, open_house, token, until

pytestmark = pytest.mark.asyncio

ENDPOINT = "/media/whip/r1/camera"
FRAGMENT = "application/trickle-ice-sdpfrag"
CANDIDATE = "a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host"


async def offer(house: House) -> str:
    peer = RawPublisher()
    house.peers.append(peer)
    return await peer.offer()


def with_two_cameras(text: str) -> str:
    head, video = text.split("m=video", 1)
    second = video.replace("a=mid:video", "a=mid:more")
    return f"{head}m=video{video}m=video{second}".replace("audio video", "audio video more")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_4_1_get_is_answered_with_2xx_and_no_content(house: House, method: str):
    """§4.1: endpoints and sessions MUST return a 2XX response with no content to a GET."""
    publisher = await house.publisher()
    own = {"Authorization": f"Bearer {token()}"}
    for path in (ENDPOINT, publisher.session):
        answer = await house.http.request(method, path, headers=own)
        assert (answer.status_code // 100, answer.content) == (2, b"")


async def test_4_2_an_offer_is_answered_with_201(house: House):
    """§4.2: 201, application/sdp, the answer as body, Location of the new session; recvonly."""
    answer = await house.post("whip", token(), await offer(house))
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/sdp"
    session = answer.headers["location"].removeprefix("/media/session/")
    assert session in house.engine.sessions
    assert answer.text.startswith("v=0\r\n")
    assert answer.text.count("a=recvonly") == answer.text.count("m=") == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", "v=0"), ("", "v=0"), ("application/sdp", "nonsense")],
)
async def test_4_2_other_types_and_malformed_sdp_are_refused_with_4xx(
    house: House, kind: str, body: str
):
    """§4.2: another content type or malformed SDP MUST be rejected with a 4XX."""
    headers = {**bearer(token()), "Content-Type": kind}
    answer = await house.http.post(ENDPOINT, content=body, headers=headers)
    assert answer.status_code // 100 == 4
    assert answer.json()["code"]


async def test_4_2_delete_frees_the_session(house: House):
    """§4.2: DELETE removes the session and ends ICE and DTLS; RFC 7675 §5.2: consent is revoked
    at once."""
    publisher = await house.publisher()
    peer = restarts.session_of(house, publisher).peer
    assert (await house.end(publisher)).status_code == 200
    assert peer not in house.engine.ice._by_address.values()
    assert peer.on_media is None
    await until(lambda: publisher.dtls.state == "closed")


async def test_4_2_a_silent_peer_is_gone(house: House, monkeypatch: pytest.MonkeyPatch):
    """§4.2: consent freshness SHALL be used to detect a non-graceful disconnection."""
    publisher = await house.publisher()
    await publisher.vanish()
    monkeypatch.setattr(ice_lite, "CONSENT_S", 0.0)
    await until(lambda: not house.engine.sessions)


@pytest.mark.parametrize("path", [ENDPOINT, "/media/session/any"])
async def test_4_2_options_serves_cors(house: House, path: str):
    """§4.2: endpoints MUST support OPTIONS for CORS and SHOULD say Accept-Post."""
    answer = await house.http.options(path)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    method = "POST" if path == ENDPOINT else "PATCH"
    assert method in answer.headers["access-control-allow-methods"]
    for name in ("Authorization", "Content-Type", "If-Match"):
        assert name in answer.headers["access-control-allow-headers"]
    if path == ENDPOINT:
        assert answer.headers["accept-post"] == "application/sdp"
    else:  # RFC 5789 §3.1
        assert answer.headers["accept-patch"] == FRAGMENT


async def test_4_2_scripts_of_other_origins_may_read_what_they_need(house: House):
    """§4.2 with Fetch: the headers that a browser client needs are exposed."""
    answer = await house.post("whip", token(), await offer(house))
    exposed = answer.headers["access-control-expose-headers"]
    for name in ("Location", "ETag", "Link", "X-Stream-Id", "Retry-After"):
        assert name in exposed


async def test_4_3_2_the_answer_has_all_candidates(house: House):
    """§4.3.2: the answer SHALL contain the full list of candidates of the media server."""
    answer = await house.post("whip", token(), await offer(house))
    sections = answer.text.split("m=")[1:]
    assert all("a=candidate:" in s and "a=end-of-candidates" in s for s in sections)


async def test_4_3_1_the_entity_tag_is_strong_and_unique(house: House):
    """§4.3.1: a unique strong entity tag MUST be generated and returned in the 201."""
    tags = {(await house.post("whip", token(), await offer(house))).headers["etag"] for _ in "12"}
    assert len(tags) == 2
    assert all(tag.startswith('"') and tag.endswith('"') and len(tag) > 4 for tag in tags)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/sdp", None, 415),
        (FRAGMENT, "nonsense", 400),
        (FRAGMENT, "a=ice-ufrag:abcd\r\n", 400),
        (FRAGMENT, "a=ice-pwd:0123456789012345678901\r\n", 400),
        (FRAGMENT, "a=ice-ufrag:abcd\r\na=ice-ufrag:efgh\r\na=ice-pwd:" + "x" * 22, 400),
        (FRAGMENT, "a=ice-ufrag:ab cd\r\na=ice-pwd:" + "x" * 22, 400),
        (FRAGMENT, "a=ice-ufrag:abcd\r\na=ice-pwd:" + "x" * 22 + "\r\na=candidate:x", 400),
        (FRAGMENT, b"\xff\xfe", 400),
        (FRAGMENT, "a=x\r\n" * 20_000, 413),
    ],
)
async def test_4_3_1_other_types_and_malformed_fragments_are_refused(
    house: House, kind: str, body: str | bytes | None, status: int
):
    """§4.3.1: another type or a malformed fragment MUST be rejected with a 4XX."""
    publisher = await house.publisher()
    content = restarts.current(house, publisher) if body is None else body
    answer = await restarts.patch(house, publisher, content, "*", kind)
    assert answer.status_code == status
    assert house.is_live("r1", "camera", publisher)


@pytest.mark.parametrize(
    ("given", "status"),
    [(None, 428), ('"other"', 412), ('W/{tag}', 412), ("{tag}", 204), ('"a", {tag}', 204)],
)  # fmt: skip
async def test_4_3_1_missing_and_outdated_tags(house: House, given: str | None, status: int):
    """§4.3.1, RFC 6585 §3, RFC 9110 §13.1.1: 428 without a tag, 412 with another one."""
    publisher = await house.publisher()
    tag = restarts.tag(house, publisher)
    match = given and given.format(tag=tag)
    fragment = restarts.current(house, publisher) + CANDIDATE + "\r\n"
    assert (await restarts.patch(house, publisher, fragment, match)).status_code == status


async def test_4_3_1_delete_ignores_tags(house: House):
    """§4.3.1: sessions MUST ignore any entity tag in DELETE."""
    publisher = await house.publisher()
    headers = {"Authorization": f"Bearer {token()}", "If-Match": '"outdated"'}
    assert (await house.http.delete(publisher.session, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "candidate",
    [
        CANDIDATE,
        "a=candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0",
        "a=candidate:3 1 udp 2122260223 0f8c-11.local 5000 typ host",
        "a=candidate:4 1 sctp 1 192.0.2.1 9 typ token",
        "a=candidate:5 1 udp 2122260223 2001:db8::1 61764 typ host\r\na=end-of-candidates",
    ],
)
async def test_4_3_2_candidates_are_taken_with_204(house: House, candidate: str):
    """§4.3.2: 204 without body, MUST NOT include an ETag; unsupported ones are silently
    discarded."""
    publisher = await house.publisher()
    fragment = restarts.current(house, publisher) + candidate + "\r\n"
    answer = await restarts.patch(house, publisher, fragment, restarts.tag(house, publisher))
    assert (answer.status_code, answer.content) == (204, b"")
    assert "etag" not in answer.headers
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("match", ["*", "tag"])
async def test_4_3_3_new_credentials_restart_ice(house: House, match: str):
    """§4.3.3: updated ice-ufrag and ice-pwd MUST be taken as a restart: 200 with a fragment that
    holds new credentials and candidates, and a new ETag; ice-lite and ice-options as before."""
    publisher = await house.publisher()
    before = restarts.tag(house, publisher)
    asked = before if match == "tag" else match
    answer = await restarts.patch(house, publisher, restarts.NEW, asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FRAGMENT
    assert answer.headers["etag"] == restarts.tag(house, publisher) != before
    peer = restarts.session_of(house, publisher).peer
    lines = answer.text.split("\r\n")
    assert f"a=ice-ufrag:{peer.ufrag}" in lines
    assert f"a=ice-pwd:{peer.password}" in lines
    assert any(line.startswith("a=candidate:") for line in lines)
    offered = publisher.answer.split("\r\n")
    for line in ("a=ice-lite", "a=ice-options:ice2 trickle", "a=group:BUNDLE audio video"):
        assert (line in lines, line in offered) == (True, True)
    outdated = await restarts.patch(house, publisher, restarts.NEW, before)
    assert outdated.status_code == 412


async def test_4_3_3_media_goes_on_at_the_new_address(house: House):
    """§4.3.3: what was negotiated still applies after the restart: same keys, same media."""
    publisher, viewer = await house.publisher(), await house.viewer()
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 3)
    old = restarts.session_of(house, publisher).peer.address
    await restarts.move(house, publisher)
    assert restarts.session_of(house, publisher).peer.address != old
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 6)
    assert restarts.session_of(house, publisher).peer.former is None


async def test_4_3_3_the_old_way_works_until_the_new_one_does(house: House):
    """§4.3.3, RFC 8445 §9: until the new checks succeed the existing ICE session is kept."""
    publisher, viewer = await house.publisher(), await house.viewer()
    await restarts.patch(house, publisher, restarts.NEW, "*")
    await publisher.video(2)
    await until(lambda: len(viewer.packets) == 2)
    peer = restarts.session_of(house, publisher).peer
    before = peer.checked_at
    restarts.old_check(house, publisher)
    assert peer.checked_at > before


async def test_4_3_3_a_refused_restart_keeps_the_session(house: House):
    """§4.3.3: a restart that cannot be satisfied gets an error and MUST NOT end the session."""
    publisher, viewer = await house.publisher(), await house.viewer()
    for number in range(10):
        fragment = restarts.fragment(f"ufrag{number}")
        assert (await restarts.patch(house, publisher, fragment, "*")).status_code == 200
    refused = await restarts.patch(house, publisher, restarts.fragment("last"), "*")
    assert (refused.status_code, refused.json()["code"]) == (429, "restarts_too_many")
    assert refused.headers["retry-after"]
    await publisher.video(1)
    await until(lambda: len(viewer.packets) == 1)


async def test_4_3_3_consent_ends_what_a_failed_restart_left(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """§4.3.3, RFC 7675 §5.1: the session MUST end when consent expires after a failed restart."""
    publisher = await house.publisher()
    await restarts.patch(house, publisher, restarts.NEW, "*")
    await publisher.vanish()
    monkeypatch.setattr(ice_lite, "CONSENT_S", 0.0)
    await until(lambda: not house.engine.sessions)


async def test_4_4_1_media_is_bundled_and_multiplexed(house: House):
    """§4.4.1: bundle, RTP and RTCP on one port, a=rtcp-mux-only in each bundled section."""
    text = (await house.post("whip", token(), await offer(house))).text
    assert "a=group:BUNDLE audio video" in text
    assert text.count("a=rtcp-mux-only") == text.count("a=rtcp-mux\r\n") == 2


async def test_4_4_2_one_stream_with_one_track_of_a_kind(house: House):
    """§4.4.2: an unsupported number of tracks or streams MUST be rejected with 422 or 400."""
    text = await offer(house)
    streams = text.replace("a=mid:audio", "a=mid:audio\r\na=msid:one a")
    streams = streams.replace("a=mid:video", "a=mid:video\r\na=msid:two b")
    for wrong in (with_two_cameras(text), streams):
        refused = await house.post("whip", token(), wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "offer_unacceptable")
    assert not house.engine.sessions


async def test_4_4_3_no_partial_sessions(house: House):
    """§4.4.3: rather than rejecting one section the POST is rejected with 422 or 400."""
    text = (await offer(house)).replace("VP8/90000", "VP9/90000")
    assert (await house.post("whip", token(), text)).status_code == 422


@pytest.mark.parametrize(("role", "status"), [("active", 201), ("actpass", 201), ("passive", 422)])
async def test_4_4_4_setup_roles(house: House, role: str, status: int):
    """§4.4.4: actpass and active are answered; what is not supported is a 422 or 400."""
    text = (await offer(house)).replace("a=setup:actpass", f"a=setup:{role}")
    assert (await house.post("whip", token(), text)).status_code == status


async def test_4_5_a_full_server_says_when_to_come_again(settings: Settings):
    """§4.5: 503 with Retry-After under load; 301 and 302 MUST NOT be used (we redirect never)."""
    house = await open_house(App(dataclasses.replace(settings, max_publishers=1)))
    try:
        await house.publisher()
        refused = await house.post("whip", token(member=3), await offer(house), "screen")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    finally:
        await house.close()


async def test_4_6_relays_are_told_in_links(settings: Settings):
    """§4.6: one Link with rel="ice-server" per server, with credentials in its attributes."""
    urls = ("stun:s.example", "turn:t.example:3478?transport=udp")
    relayed = dataclasses.replace(settings, turn_urls=urls, turn_secret=b"x" * 32)
    house = await open_house(App(relayed))
    try:
        answer = await house.post("whip", token(), await offer(house))
        stun, turn = answer.headers.get_list("link")
        assert stun == '<stun:s.example>; rel="ice-server"'
        assert turn.startswith('<turn:t.example:3478?transport=udp>; rel="ice-server"; username="')
        assert ':1"; credential="' in turn
        assert turn.endswith('; credential-type="password"')
        preflight: httpx.Response = await house.http.options(ENDPOINT)
        assert "link" not in preflight.headers  # SHOULD NOT, when it is a CORS preflight
    finally:
        await house.close()


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_4_7_1_bearer_tokens(house: House, method: str):
    """§4.7, §4.7.1: bearer authentication MUST be supported; RFC 6750 §3: the challenge."""
    publisher = await house.publisher()
    path = ENDPOINT if method == "POST" else publisher.session
    nobody = await house.http.request(method, path, headers={"If-Match": "*"})
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    foreign = {"Authorization": f"Bearer {token(room='r2')}", "Content-Type": "application/sdp"}
    assert (await house.http.request(method, path, headers=foreign)).status_code == 403


async def test_4_9_extensions_are_never_required(house: House):
    """§4.9: extensions MUST be advertised (we have none) and MUST NOT be required."""
    answer = await house.post("whip", token(), await offer(house))
    assert (answer.status_code, "urn:ietf:params:whip:ext" in str(answer.headers)) == (201, False)
