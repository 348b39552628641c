"""PATCH requests for tests: fragments, tags, and a peer that really moves."""

from __future__ import annotations

import asyncio
import time

import httpx
from aioice import stun
from aiortc import RTCIceGatherer, RTCIceTransport
from aiortc import sdp as aiortc_sdp
from aiortc.rtcicetransport import RTCIceParameters

from realtime.sfu.session import Session
from tests.realtime.sfu.peers import House, RawPeer, token, until

FRAGMENT = "application/trickle-ice-sdpfrag"


PASSWORD = "0123456789012345678901"


def fragment(ufrag: str, password: str = PASSWORD) -> str:
    """The least that a restart needs."""
    return f"a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n"


NEW = fragment("another")


def session_of(house: House, peer: RawPeer) -> Session:
    return house.engine.sessions[peer.session.rpartition("/")[2]]


def tag(house: House, peer: RawPeer) -> str:
    """The current entity tag."""
    return f'"{session_of(house, peer).peer.ufrag}"'


def current(house: House, peer: RawPeer) -> str:
    """A fragment of the running ICE session."""
    theirs = session_of(house, peer).peer.credentials
    return fragment(theirs.remote_ufrag, theirs.remote_password.decode())


async def patch(
    house: House, peer: RawPeer, body: str | bytes, match: str | None, kind: str = FRAGMENT
) -> httpx.Response:
    """PATCH the peer's session as its owner."""
    session = session_of(house, peer)
    headers = {
        "Authorization": f"Bearer {token(session.stream.room, session.member)}",
        "Content-Type": kind,
        **({"If-Match": match} if match else {}),
    }
    return await house.http.patch(peer.session, content=body, headers=headers)


async def move(house: House, peer: RawPeer) -> None:
    """Restart ICE from another socket, as a browser does whose network has changed."""
    gatherer = RTCIceGatherer(iceServers=[])
    ice = RTCIceTransport(gatherer)
    ice._connection.ice_controlling = True
    await gatherer.gather()
    own = gatherer.getLocalParameters()
    answer = await patch(house, peer, fragment(own.usernameFragment, own.password), "*")
    assert answer.status_code == 200, answer.text
    lines = dict(line[2:].split(":", 1) for line in answer.text.split("\r\n") if ":" in line)
    description = aiortc_sdp.SessionDescription.parse(peer.answer)
    for candidate in next(m for m in description.media if m.port).ice_candidates:
        await ice.addRemoteCandidate(candidate)
    await ice.addRemoteCandidate(None)
    theirs = RTCIceParameters(lines["ice-ufrag"], lines["ice-pwd"], iceLite=True)
    await asyncio.wait_for(ice.start(theirs), 5)
    _switch(peer, ice)
    here = ice._connection._nominated[1].local_candidate.port
    served = session_of(house, peer).peer
    await until(lambda: served.address is not None and served.address[1] == here)


def _switch(peer: RawPeer, ice: RTCIceTransport) -> None:
    """Send by ``ice`` from now on; what arrives there comes out where the peer reads already."""
    ice._connection._queue = peer._ice._connection._queue
    ice._recv = peer._unlost  # type: ignore[method-assign]
    peer.dtls._transport = ice
    stop_old = peer._ice.stop

    async def stop() -> None:
        await ice.stop()
        await stop_old()

    peer._ice.stop = stop  # type: ignore[method-assign]


def old_check(house: House, peer: RawPeer) -> None:
    """A check with the credentials from before the restart, from the address in use."""
    served = session_of(house, peer).peer
    assert served.former is not None
    assert served.address is not None
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = served.former.username
    request.add_message_integrity(served.former.password.encode())
    datagram = bytes(request)
    ice = house.engine.ice
    ice._inbox[: len(datagram)] = datagram
    time.sleep(0.01)
    ice.datagram(len(datagram), served.address)
