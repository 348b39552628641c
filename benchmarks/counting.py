"""Viewers with real ICE and DTLS that only count what arrives: the load of the media benchmarks."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable

import aioice.ice
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc import sdp as aiortc_sdp

CERTIFICATE = RTCCertificate.generateCertificate()
FIRST_PACKET_S = 20.0
VIDEO_TYPE = 96
"""Payload type of pictures in all offers and answers of the benchmarks."""


def only_address(address: str) -> None:
    """Let all peers of this process use one address; aioice leaves out the loopback by itself."""
    aioice.ice.get_host_addresses = lambda *_, **__: [address]


class Counter:
    """ICE and DTLS like a browser's; media is counted before anything decrypts it.

    Args:
        controlling: whether we made the offer.
    """

    def __init__(self, controlling: bool = True) -> None:
        self.packets = 0
        self.first_ms = 0.0
        """From ``asked`` to the first packet."""
        self.asked = 0.0
        self.picture_ms = 0.0
        """The same for the first packet of a picture: a keyframe's, as our server begins."""
        self.arrived = asyncio.Event()
        self._again: Callable[[], None] | None = None
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._ice._connection.ice_controlling = controlling
        self._dtls = RTCDtlsTransport(self._ice, [CERTIFICATE])
        self._dtls._set_role("client")

    async def gather(self) -> None:
        """Open the socket."""
        await self._gatherer.gather()

    def transport(self, setup: str) -> str:
        """What every media section says of our side."""
        ice = self._gatherer.getLocalParameters()
        digest = self._dtls.getLocalParameters().fingerprints[0]
        return (
            f"a=recvonly\na=rtcp-mux\na=ice-ufrag:{ice.usernameFragment}\na=ice-pwd:{ice.password}\n"
            f"a=fingerprint:{digest.algorithm} {digest.value}\na=setup:{setup}\n"
        )

    async def establish(self, theirs: str) -> None:
        """ICE and DTLS with who wrote this description; returns when the first packet is here."""
        sections = aiortc_sdp.SessionDescription.parse(theirs).media
        media = next(one for one in sections if one.port and one.dtls)
        for candidate in media.ice_candidates:
            await self._ice.addRemoteCandidate(candidate)
        await self._ice.addRemoteCandidate(None)
        for protocol in self._ice._connection._protocols:
            self._tap(protocol)
        await self._ice.start(media.ice)
        await self._dtls.start(media.dtls)
        await asyncio.wait_for(self.arrived.wait(), FIRST_PACKET_S)

    def _tap(self, protocol: asyncio.DatagramProtocol) -> None:
        """Count media before aiortc sees it."""
        pass_on = protocol.datagram_received

        def received(data: bytes, address: tuple[str, int]) -> None:
            if 127 < data[0] < 192:
                self.packets += 1
                if not self.picture_ms:
                    self._first(data[1] & 0x7F == VIDEO_TYPE)
            else:
                pass_on(data, address)

        protocol.datagram_received = received  # type: ignore[method-assign]

    def _first(self, is_video: bool) -> None:
        passed = (time.monotonic() - self.asked) * 1000
        self.first_ms = self.first_ms or passed
        if is_video:
            self.picture_ms = passed
        self.arrived.set()

    def hand_over(self) -> int:
        """The socket's number, for somebody else to read: asyncio does not any more."""
        connection = self._ice._connection
        if connection._query_consent_task is not None:
            connection._query_consent_task.cancel()
        pair = next(iter(connection._nominated.values()))
        transport = pair.protocol.transport
        request = connection.build_request(pair, nominate=True)
        request.add_message_integrity(connection.remote_password.encode())
        self._again = lambda: transport.sendto(bytes(request), pair.remote_addr)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        asyncio.get_running_loop()._remove_reader(sock.fileno())  # type: ignore[attr-defined]
        return int(sock.fileno())

    def check_again(self) -> None:
        """Repeat the last connectivity check: it keeps up consent."""
        if self._again is not None:
            self._again()

    async def close(self) -> None:
        """Hang up."""
        await self._dtls.stop()
        await self._ice.stop()
