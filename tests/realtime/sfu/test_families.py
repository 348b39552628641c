"""IPv4 and IPv6 on one port: candidates of both, and media over each."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import AsyncIterator

import aioice.ice
import pytest
import pytest_asyncio

from realtime.sfu.app import App
from realtime.sfu.settings import BadSetting, Settings, from_environment
from realtime.sfu.sockets import Sockets, families, open_socket
from tests.realtime.sfu import restarts
from tests.realtime.sfu.peers import VP8_KEY, House, open_house, until


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6"),
]


@pytest_asyncio.fixture
async def both(settings: Settings) -> AsyncIterator[House]:
    """A server that announces both families."""
    dual = dataclasses.replace(settings, addresses=("127.0.0.1", "::1"))
    opened = await open_house(App(dual))
    yield opened
    await opened.close()


def live_at(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """From now on peers have this address only."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: [address])


@pytest.mark.parametrize(("here", "there"), [("::1", "::1"), ("127.0.0.1", "::1")])
async def test_media_flows_within_and_between_families(
    both: House, monkeypatch: pytest.MonkeyPatch, here: str, there: str
):
    live_at(monkeypatch, here)
    publisher = await both.publisher()
    live_at(monkeypatch, there)
    viewer = await both.viewer()
    addresses = [restarts.session_of(both, peer).peer.address for peer in (publisher, viewer)]
    assert [address and address[0] for address in addresses] == [here, there]
    parts = [publisher.packet(VP8_KEY + b"x" * 900, marker=0) for _ in range(3)]
    parts.append(publisher.packet(b"\x00" + b"x" * 900))
    for part in parts:  # one frame: it leaves in one segmented send where the platform has it
        part.timestamp = parts[0].timestamp
        await publisher.send(part)
    await publisher.audio(2)
    await until(lambda: len(viewer.packets) == 6)
    assert len(viewer.of(120)) == 4


async def test_ice_restarts_into_the_other_family(both: House, monkeypatch: pytest.MonkeyPatch):
    publisher, viewer = await both.publisher(), await both.viewer()
    live_at(monkeypatch, "::1")
    await restarts.move(both, publisher)
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 3)


async def test_candidates_of_both_families(both: House):
    answer = (await both.publisher()).answer
    port = both.engine.ice.port
    for address in ("127.0.0.1", "::1"):
        assert f" {address} {port} typ host" in answer


async def test_an_answer_whose_first_address_is_ipv6(settings: Settings):
    house = await open_house(App(dataclasses.replace(settings, addresses=("::1", "127.0.0.1"))))
    try:
        assert "c=IN IP6 ::1" in (await house.publisher()).answer
    finally:
        await house.close()


async def test_without_ipv6_addresses_there_is_one_plain_socket():
    plain, both = open_socket(0, ("127.0.0.1",)), open_socket(0, ("127.0.0.1", "::1"))
    try:
        assert families(plain) == (plain,)
        assert isinstance(both, Sockets)
        assert both.getsockname()[1] == both.others[0].getsockname()[1]
    finally:
        plain.close()
        both.close()


async def test_addresses_are_read_from_the_environment():
    env = {"MEDIA_SECRET": "0123456789abcdef", "MEDIA_ANNOUNCED_ADDRESS": "2001:db8::1, 10.0.0.1"}
    assert from_environment(env).addresses == ("2001:db8::1", "10.0.0.1")
    for url in ("http://x", "turn:a b"):
        with pytest.raises(BadSetting, match="TURN_URLS"):
            from_environment({**env, "TURN_URLS": url})
    relays = from_environment({**env, "TURN_URLS": "turn:a, stun:b", "TURN_SECRET": "s"})
    assert (relays.turn_urls, relays.turn_secret) == (("turn:a", "stun:b"), b"s")
