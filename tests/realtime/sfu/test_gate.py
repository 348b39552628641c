"""Handshakes: nobody's crowd, and nobody's silence, delays another's picture."""

from __future__ import annotations

import asyncio
import re
import socket
import time

import pytest
from aioice import stun
from aiortc import RTCDtlsTransport
from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu import dtls
from realtime.sfu.hello import is_client_hello
from realtime.sfu.places import Places
from tests.realtime.sfu.peers import CERTIFICATE, House, RawViewer, token, until

pytestmark = pytest.mark.asyncio


class _Mouth:
    """An ICE transport that keeps what is said and hears nothing."""

    role, state = "controlling", "completed"

    def __init__(self) -> None:
        self.said: list[bytes] = []

    async def _recv(self) -> bytes:
        raise ConnectionError

    async def _send(self, data: bytes) -> None:
        self.said.append(data)


async def real_hello() -> bytes:
    """What OpenSSL says first."""
    mouth = _Mouth()
    transport = RTCDtlsTransport(mouth, [CERTIFICATE])
    transport._set_role("client")
    peer = RTCDtlsTransport(_Mouth(), [CERTIFICATE])
    await transport.start(peer.getLocalParameters())
    return mouth.said[0]


def fragment(hello: bytes, size: int) -> bytes:
    """The first ``size`` bytes of a ClientHello's body, as a fragment of its own."""
    head = hello[13:22] + size.to_bytes(3, "big")
    body = head + hello[25 : 25 + size]
    return hello[:11] + len(body).to_bytes(2, "big") + body


async def test_a_real_client_hello_is_known_whole_and_in_parts():
    hello = await real_hello()
    assert is_client_hello(hello)
    for size in (1, 40, 100, len(hello) - 26):
        assert is_client_hello(fragment(hello, size)), size
    later = bytearray(fragment(hello, 40))
    later[21] = 9
    assert not is_client_hello(bytes(later)), "it begins in the middle"


async def test_what_only_looks_like_one_is_not():
    hello = await real_hello()
    assert not any(is_client_hello(hello[:size]) for size in range(len(hello)))
    assert not is_client_hello(b"\x16")
    for place, value in {0: 23, 1: 3, 4: 1, 12: 9, 13: 2, 25: 3, 59: 200}.items():
        broken = bytearray(hello)
        broken[place] = value
        assert not is_client_hello(bytes(broken)), place


@given(st.binary(max_size=200))
async def test_any_bytes_are_judged(data: bytes):
    is_client_hello(data)
    is_client_hello(b"\x16\xfe\xff\0\0\0\0\0\0\0\0" + len(data).to_bytes(2, "big") + data)


async def test_places_go_to_who_has_fewest_then_to_who_waits_longest():
    places, order = Places(total=3, each=2), []

    async def go(member: int) -> None:
        await places.take(member)
        order.append(member)

    tasks = [asyncio.create_task(go(member)) for member in (1, 1, 1, 1, 2, 3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert order == [1, 1, 2]
    places.give_back(1)
    await asyncio.sleep(0)
    assert order == [1, 1, 2, 3], "she had none"
    places.give_back(2)
    await asyncio.sleep(0)
    assert order == [1, 1, 2, 3, 1]
    places.give_back(3)
    await asyncio.sleep(0)
    assert order == [1, 1, 2, 3, 1], "a place stays free: she has two"
    places.give_back(1)
    await asyncio.gather(*tasks)


async def test_who_leaves_the_line_takes_no_place_with_her():
    places = Places(total=1, each=1)
    await places.take(1)
    waits = asyncio.create_task(places.take(2))
    chosen = asyncio.create_task(places.take(3))
    await asyncio.sleep(0)
    waits.cancel()
    await asyncio.sleep(0)
    places.give_back(1)
    chosen.cancel()  # in the same moment in which the place is hers
    await asyncio.gather(waits, chosen, return_exceptions=True)
    await asyncio.wait_for(places.take(4), 1)
    assert (places.held(2), places.held(3), places.held(4)) == (0, 0, 1)


async def half_open(house: House, member: int, first: bytes, stream: str = "camera") -> None:
    """A session with a good check whose handshake begins with ``first`` and never goes on."""
    peer = RawViewer()
    house.peers.append(peer)
    offer = await peer.offer()
    response = await house.post("whep", token(member=member, act="watch"), offer, stream)
    assert response.status_code == 201
    theirs = re.search(r"a=ice-ufrag:(\S+)", offer)[1]
    ufrag, password = (re.search(rf"a=ice-{k}:(\S+)", response.text)[1] for k in ("ufrag", "pwd"))
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    check.attributes |= {"USERNAME": f"{ufrag}:{theirs}", "USE-CANDIDATE": None}
    check.add_message_integrity(password.encode())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for datagram in (bytes(check), first):
            sock.sendto(datagram, ("127.0.0.1", house.engine.ice.port))
            await asyncio.sleep(0.005)


async def connects_within(house: House, member: int) -> float:
    began = time.monotonic()
    await house.viewer(member=member)
    return time.monotonic() - began


async def test_a_byte_that_is_no_hello_takes_no_place(house: House):
    await house.publisher()
    for member in (2, 3):
        for _ in range(8):
            await half_open(house, member, b"\x16")
    assert not house.engine._gate.places._held
    assert await connects_within(house, 9) < 1


async def test_one_members_silent_handshakes_hold_two_places_for_two_seconds(house: House):
    """Real ClientHellos of four sessions on two streams, and nothing after them."""
    await house.publisher()
    await house.publisher("screen")
    hello, places = await real_hello(), house.engine._gate.places
    for stream in ("camera", "screen"):
        for _ in range(2):
            await half_open(house, 2, hello, stream)
    await asyncio.sleep(0.1)  # all four have spoken
    assert places.held(2) == 2
    assert await connects_within(house, 9) < 1
    began = time.monotonic()
    await until(lambda: house.engine.stats()["viewers"] == 1, within=2 * dtls.SILENCE_S + 1)
    assert time.monotonic() - began < dtls.FIRST_CONTACT_S / 2
    assert places.held(2) == 0


async def test_a_crowd_of_members_delays_nobody_for_longer_than_a_silence(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dtls, "SILENCE_S", 0.5)
    await house.publisher()
    hello = await real_hello()
    for member in range(2, 8):
        for _ in range(3):
            await half_open(house, member, hello)
    assert await connects_within(house, 9) < 1.2
