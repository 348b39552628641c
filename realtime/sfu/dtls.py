"""DTLS handshakes: aiortc's, over our socket, a bounded number at a time.

A handshake costs milliseconds of CPU on the loop that also forwards packets, so a mass join is
admitted in small steps instead of making everybody's picture stutter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from aiortc.rtcdtlstransport import RTCDtlsFingerprint

from realtime.sfu.ice_lite import Peer
from realtime.sfu.seam import Dtls, Keys, new_certificate

HANDSHAKES_IN_FLIGHT = 8
HANDSHAKE_S = 8.0
"""From the peer's first DTLS datagram to keys."""
FIRST_CONTACT_S = 20.0
"""From the HTTP answer to that first datagram, waiting for a place included."""


class Gate:
    """Lets peers through to their keys, a few at a time."""

    def __init__(self) -> None:
        self._certificate = new_certificate()
        self._places = asyncio.Semaphore(HANDSHAKES_IN_FLIGHT)
        fingerprints = self._certificate.getFingerprints()
        self.fingerprint = next(f for f in fingerprints if f.algorithm == "sha-256")

    def dtls(self, peer: Peer, send: Callable[[bytes], None]) -> Dtls:
        """The passive side of an association with ``peer``."""
        return Dtls(self._certificate, peer.dtls_receive, send)

    async def keys(
        self, dtls: Dtls, peer: Peer, fingerprints: Sequence[RTCDtlsFingerprint]
    ) -> Keys:
        """Wait for the peer's first message, then shake hands.

        A peer holds a place only while it talks: one that never starts blocks nobody.

        Raises:
            TimeoutError: the peer is silent or too slow.
            DtlsFailed: no keys for another reason.
        """
        async with asyncio.timeout(FIRST_CONTACT_S):
            await peer.dtls_waiting()
            await self._places.acquire()
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                return await dtls.handshake(list(fingerprints))
        finally:
            self._places.release()
