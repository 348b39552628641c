"""Viewers with real ICE and DTLS that only count what arrives: the load of the media benchmarks."""

from __future__ import annotations

import asyncio
import time

import aioice.ice
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc import sdp as aiortc_sdp

CERTIFICATE = RTCCertificate.generateCertificate()
FIRST_PACKET_S = 20.0


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
        self.arrived = asyncio.Event()
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
        media = aiortc_sdp.SessionDescription.parse(theirs).media[0]
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
                if not self.first_ms:
                    self.arrived.set()
                    self.first_ms = (time.monotonic() - self.asked) * 1000
            else:
                pass_on(data, address)

        protocol.datagram_received = received  # type: ignore[method-assign]

    async def close(self) -> None:
        """Hang up."""
        await self._dtls.stop()
        await self._ice.stop()
