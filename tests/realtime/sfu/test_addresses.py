"""A host with several addresses: what goes out leaves from the address the peer came to."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from realtime.sfu.sockets import ANY_IPV4, families, open_socket
from tests.realtime.sfu.peers import House, RawPeer, open_house, until

pytestmark = pytest.mark.asyncio
TWO = ("127.0.0.1", "127.0.0.2")


@pytest_asyncio.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """A server with two addresses; the first is what the kernel would choose."""
    opened = await open_house(App(dataclasses.replace(settings, addresses=TWO)))
    yield opened
    await opened.close()


def only_candidate(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Peers know one address of the server."""
    establish = RawPeer.establish

    async def with_one(self: RawPeer, answer: str) -> None:
        lines = answer.split("\r\n")
        kept = [one for one in lines if not one.startswith("a=candidate") or f" {address} " in one]
        await establish(self, "\r\n".join(kept))

    monkeypatch.setattr(RawPeer, "establish", with_one)


def heard_from(peer: RawPeer) -> set[str]:
    """Addresses of the server from which datagrams come to this peer, from now on."""
    sources: set[str] = set()
    for protocol in peer._ice._connection._protocols:
        take = protocol.datagram_received

        def received(data: bytes, source: tuple[str, int], take=take) -> None:
            sources.add(source[0])
            take(data, source)

        protocol.datagram_received = received
    return sources


@pytest.mark.parametrize("address", TWO)
async def test_checks_handshake_and_media_leave_from_the_address_that_was_asked(
    house: House, monkeypatch: pytest.MonkeyPatch, address: str
):
    only_candidate(monkeypatch, address)
    publisher, viewer = await house.publisher(), await house.viewer()
    sources = heard_from(viewer)
    await publisher.video(10)
    await publisher.audio(5)
    await until(lambda: len(viewer.packets) >= 15, 10)
    assert sources == {address}


async def test_viewers_of_both_addresses_watch_one_stream(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    publisher = await house.publisher()
    viewers = []
    for number, address in enumerate(TWO):
        with monkeypatch.context() as patch:
            only_candidate(patch, address)
            viewers.append(await house.viewer(member=2 + number))
    sources = [heard_from(viewer) for viewer in viewers]
    await publisher.video(10)
    for viewer, address, heard in zip(viewers, TWO, sources, strict=True):
        await until(lambda v=viewer: len(v.packets) >= 10, 10)
        assert heard == {address}
    await house.end(viewers[1])
    assert len(house.engine.ice.sock._ways) == 2


async def test_one_address_is_one_plain_socket_and_foreign_ones_share_what_takes_all():
    plain = open_socket(0, ["127.0.0.2"])
    assert families(plain) == (plain,)
    assert plain.getsockname()[0] == "127.0.0.2"
    behind_nat = open_socket(0, ["198.51.100.7"])
    assert behind_nat.getsockname()[0] == ANY_IPV4
    mixed = open_socket(0, ["198.51.100.7", "127.0.0.1"])
    hosts = [one.getsockname()[0] for one in families(mixed)]
    assert hosts == [ANY_IPV4, "127.0.0.1"]
    port = mixed.getsockname()[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
    for sock in (plain, behind_nat, mixed):
        sock.close()
