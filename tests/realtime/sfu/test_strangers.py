"""Datagrams from nobody in particular, and sessions that fall silent."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

import pytest
from aioice import stun
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from realtime.sfu import engine as engine_module
from tests.realtime.sfu.peers import House, RawPublisher, token, until

pytestmark = pytest.mark.asyncio


def throw(house: House, *datagrams: bytes) -> None:
    """Send datagrams to the media port from a fresh address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for datagram in datagrams:
            sock.sendto(datagram, ("127.0.0.1", house.engine.ice.port))


FIRST_BYTES = st.sampled_from([0, 1, 3, 20, 22, 63, 64, 128, 144, 191, 192, 255])


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    datagrams=st.lists(
        st.tuples(FIRST_BYTES, st.binary(max_size=1500)).map(lambda x: bytes([x[0]]) + x[1]),
        max_size=20,
    )
)
async def test_random_datagrams_disturb_nobody(house: House, datagrams: list[bytes]):
    if not house.peers:
        await house.publisher()
        await house.viewer()
    publisher, viewer = house.peers
    assert isinstance(publisher, RawPublisher)
    throw(house, *datagrams)
    before = len(viewer.packets)
    await publisher.send(publisher.packet(b"\x10\x00\x00"))
    await until(lambda: len(viewer.packets) == before + 1)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=120), attributes=st.lists(st.integers(0, 0x8030), max_size=4))
async def test_broken_checks_are_counted_and_survived(
    house: House, body: bytes, attributes: list[int]
):
    fields = b"".join(a.to_bytes(2, "big") + b"\0\4" + body[:4].ljust(4) for a in attributes)
    head = b"\0\1" + len(fields).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12)
    refused = house.engine.ice.refused
    throw(house, head + fields)
    await until(lambda: house.engine.ice.refused == refused + 1)


async def test_an_address_changes_only_with_the_password(house: House):
    publisher = await house.publisher()
    session = house.engine.live[("r1", "camera")]
    proven = session.peer.address
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = session.peer.username
    request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity(b"a guess")
    throw(house, bytes(request))
    await asyncio.sleep(0.05)
    assert session.peer.address == proven
    request.attributes = {"USERNAME": session.peer.username, "USE-CANDIDATE": None}
    request.add_message_integrity(session.peer.password.encode())
    throw(house, bytes(request))
    await until(lambda: session.peer.address != proven)
    assert publisher.dtls.state == "connected"


async def test_garbage_in_the_name_of_a_peer_is_not_forwarded(house: House):
    """Right source address, wrong keys: dropped, counted, and the session lives."""
    publisher = await house.publisher()
    viewer = await house.viewer()
    await publisher._ice._send(bytes([0x80, 96, 1, 2]) + bytes(60))
    await until(lambda: house.engine.forged == 1)
    await publisher.video(2)
    await until(lambda: len(viewer.packets) == 2)


async def test_a_wrong_fingerprint_never_gets_keys(house: House):
    peer = RawPublisher()
    house.peers.append(peer)
    offer = await peer.offer()
    digest = offer.partition("a=fingerprint:sha-256 ")[2][:95]
    response = await house.post("whip", token(), offer.replace(digest, ":".join(["00"] * 32)))
    assert response.status_code == 201
    with contextlib.suppress(AssertionError, TimeoutError):  # the peer may believe it for a moment
        await peer.establish(response.text)
    await until(lambda: not house.engine.sessions)
    assert not house.engine.live


async def test_a_peer_that_sends_no_more_checks_is_reaped(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    publisher = await house.publisher()
    viewer = await house.viewer()
    await viewer.vanish()
    session = house.engine.sessions[viewer.session.rpartition("/")[2]]
    session.peer.checked_at = time.monotonic() - 31
    await until(lambda: house.engine.stats()["viewers"] == 0)
    assert house.is_live("r1", "camera", publisher)


async def test_a_peer_that_never_comes_is_reaped(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("realtime.sfu.dtls.FIRST_CONTACT_S", 0.1)
    peer = RawPublisher()
    house.peers.append(peer)
    assert (await house.post("whip", token(), await peer.offer())).status_code == 201
    await until(lambda: not house.engine.sessions and not house.engine.streams)


async def test_a_closed_tab_is_noticed_at_once(house: House):
    publisher = await house.publisher()
    viewer = await house.viewer()
    await viewer.close()
    await until(lambda: house.engine.stats()["viewers"] == 0, within=1)
    await publisher.close()
    await until(lambda: not house.engine.live and not house.engine.streams, within=1)


async def test_viewers_wait_for_the_publisher_but_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    publisher = await house.publisher()
    await house.viewer()
    await house.http.delete(publisher.session)
    await asyncio.sleep(1.2)
    assert house.engine.stats()["viewers"] == 1
    monkeypatch.setattr(engine_module, "ABSENT_S", 0.0)
    await until(lambda: not house.engine.sessions and not house.engine.streams)
