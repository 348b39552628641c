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
from realtime.sfu.session import Session
from tests.realtime.sfu.peers import House, RawPeer, RawPublisher, token, until

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


def check(session: Session, nominate: bool = True, password: str | None = None) -> bytes:
    """A connectivity check with the credentials of this session."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = session.peer.username
    if nominate:
        request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity((password or session.peer.password).encode())
    return bytes(request)


def arrives(house: House, datagram: bytes, source: tuple[str, int]) -> None:
    """What the socket would read, with any source address that a sender may have forged."""
    ice = house.engine.ice
    ice._inbox[: len(datagram)] = datagram
    ice.datagram(len(datagram), source)


def of(house: House, peer: RawPeer) -> Session:
    """The server's side of a peer."""
    return house.engine.sessions[peer.session.rpartition("/")[2]]


def open_ear() -> socket.socket:
    """Another address of a peer, where it can hear."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind(("127.0.0.1", 0))
    ear.setblocking(False)
    return ear


async def heard(ear: socket.socket) -> list[stun.Message]:
    """The STUN messages that arrived there, after a moment."""
    await asyncio.sleep(0.05)
    messages = []
    with contextlib.suppress(BlockingIOError):
        while True:
            messages.append(stun.parse_message(ear.recv(2048)))
    return messages


def answer(question: stun.Message, password: bytes) -> bytes:
    """What somebody who is the peer says to our question."""
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, question.transaction_id)
    response.attributes["XOR-MAPPED-ADDRESS"] = ("127.0.0.1", 9)
    response.add_message_integrity(password)
    return bytes(response)


async def test_a_viewer_cannot_aim_her_stream_at_somebody_else(house: House):
    """Her own credentials on a check with a forged source: only who answers there gets media."""
    publisher, viewer = await house.publisher(), await house.viewer()
    session, proven = of(house, viewer), of(house, viewer).peer.address
    with open_ear() as victim:
        for _ in range(20):
            arrives(house, check(session), victim.getsockname())
        assert session.peer.address == proven
        await publisher.video(3)
        await until(lambda: len(viewer.packets) == 3)
        messages = await heard(victim)
    kinds = [message.message_class for message in messages]
    assert kinds.count(stun.Class.REQUEST) == 1, "the victim is not flooded with questions"
    assert len(kinds) == 21, "nothing but answers to checks and one question"


async def test_an_address_changes_when_the_new_one_answers(house: House):
    publisher, viewer = await house.publisher(), await house.viewer()
    session, proven = of(house, viewer), of(house, viewer).peer.address
    port = ("127.0.0.1", house.engine.ice.port)
    with open_ear() as moved, open_ear() as other:
        moved.sendto(check(session, password="a guess"), port)
        assert not await heard(moved)
        moved.sendto(check(session, nominate=False), port)
        assert [m.message_class for m in await heard(moved)] == [stun.Class.RESPONSE]
        moved.sendto(check(session), port)
        [question] = [m for m in await heard(moved) if m.message_class == stun.Class.REQUEST]
        assert question.attributes["USERNAME"] == session.peer.credentials.asking_as
        assert question.check_message_integrity(session.peer.remote_password)
        moved.sendto(answer(question, b"a guess"), port)
        other.sendto(answer(question, session.peer.remote_password), port)
        await asyncio.sleep(0.05)
        assert session.peer.address == proven
        moved.sendto(answer(question, session.peer.remote_password), port)
        await until(lambda: session.peer.address == moved.getsockname())
        await publisher.video(2)
        await asyncio.sleep(0.05)
        assert 128 <= moved.recv(2048)[0] <= 191
    assert not viewer.packets


async def test_nothing_but_a_handshake_goes_to_an_address_that_did_not_answer(house: House):
    """A forged first check, before there was any: no keys, so no media."""
    await house.publisher()
    peer = house.stranger()
    offer = await peer.offer()
    response = await house.post("whep", token(member=7, act="watch"), offer)
    session = house.engine.sessions[response.headers["location"].rpartition("/")[2]]
    with open_ear() as victim:
        arrives(house, check(session), victim.getsockname())
        assert session.peer.address == victim.getsockname()
        assert not session.peer.proven
        await peer.establish(response.text)  # her own address answers
        await until(lambda: session.keys is not None)
        assert session.peer.address != victim.getsockname()
        assert all(m.message_class in stun.Class for m in await heard(victim))


async def test_nobody_takes_the_place_of_a_peer_by_naming_its_address(house: House):
    publisher, viewer = await house.publisher(), await house.viewer(member=2)
    thief = house.stranger()
    offer = await thief.offer()
    response = await house.post("whep", token(member=3, act="watch"), offer)
    session = house.engine.sessions[response.headers["location"].rpartition("/")[2]]
    for victim in (publisher, viewer):
        arrives(house, check(session), of(house, victim).peer.address)
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 3)
    refused, arrived = house.engine.ice.refused, house.engine.packets_in
    await viewer.ask_keyframe()
    await until(lambda: house.engine.packets_in == arrived + 1)
    assert house.engine.ice.refused == refused


async def test_checks_from_elsewhere_do_not_keep_a_stream_alive(house: House):
    viewer = (await house.publisher(), await house.viewer())[1]
    session = of(house, viewer)
    before = session.peer.checked_at
    arrives(house, check(session, nominate=False), ("127.0.0.1", 9))
    assert session.peer.checked_at == before
    arrives(house, check(session, nominate=False), session.peer.address)
    assert session.peer.checked_at > before


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
    await house.end(publisher)
    await asyncio.sleep(1.2)
    assert house.engine.stats()["viewers"] == 1
    monkeypatch.setattr(engine_module, "ABSENT_S", 0.0)
    await until(lambda: not house.engine.sessions and not house.engine.streams)


async def test_what_was_overheard_and_is_sent_again_is_nothing_new(house: House):
    """SRTP replay protection (RFC 3711 §3.3.2)."""
    publisher = await house.publisher()
    viewer = await house.viewer()
    overheard: list[bytes] = []
    way = publisher.dtls.transport
    honest = way._send

    async def listen(data: bytes) -> None:
        overheard.append(data)
        await honest(data)

    way._send = listen
    await publisher.video(3)
    await publisher.audio(3)
    await until(lambda: len(viewer.packets) == 6)
    live = house.engine.live[("r1", "camera")]
    before = live.received
    assert len(overheard) == 6
    for data in overheard * 3:
        await honest(data)
    await publisher.video(1)
    await until(lambda: len(viewer.packets) == 7)
    assert live.received == before + 1
    assert len(set(viewer.sequences(120))) == len(viewer.sequences(120))
