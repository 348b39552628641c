"""DTLS handshakes: aiortc's, over our socket, a bounded number at a time.

A handshake costs milliseconds of CPU on the loop that also forwards packets, so a mass join is
admitted in small steps instead of making everybody's picture stutter. A place is given to who has
sent a ClientHello, fairly between members, and taken away from who falls silent: nobody can hold
up the others by beginning and not going on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from aiortc.rtcdtlstransport import RTCDtlsFingerprint

from realtime.sfu.ice_lite import Peer
from realtime.sfu.places import Places
from realtime.sfu.seam import Dtls, Keys, new_certificate

HANDSHAKES_IN_FLIGHT = 8
HANDSHAKES_PER_MEMBER = 2
"""Unfinished handshakes of one person, over all streams: camera and screen of one page."""
HANDSHAKE_S = 8.0
"""From getting a place to keys."""
SILENCE_S = 2.0
"""Between two DTLS datagrams of the peer; both sides repeat theirs after one second at most."""
FIRST_CONTACT_S = 20.0
"""From the HTTP answer to a place: the ClientHello and the wait."""


class Gate:
    """Lets peers through to their keys, a few at a time."""

    def __init__(self) -> None:
        self._certificate = new_certificate()
        self.places = Places(HANDSHAKES_IN_FLIGHT, HANDSHAKES_PER_MEMBER)
        fingerprints = self._certificate.getFingerprints()
        self.fingerprint = next(f for f in fingerprints if f.algorithm == "sha-256")

    def dtls(self, peer: Peer, send: Callable[[bytes], None]) -> Dtls:
        """The passive side of an association with ``peer``."""
        return Dtls(self._certificate, peer.dtls_receive, send)

    async def keys(
        self, member: int, dtls: Dtls, peer: Peer, fingerprints: Sequence[RTCDtlsFingerprint]
    ) -> Keys:
        """Wait for the peer's ClientHello, then shake hands.

        Raises:
            TimeoutError: the peer is silent or too slow.
            DtlsFailed: no keys for another reason.
        """
        async with asyncio.timeout(FIRST_CONTACT_S):
            await peer.dtls_waiting()
            await self.places.take(member)
        try:
            async with asyncio.timeout(HANDSHAKE_S), _Patience(peer):
                return await dtls.handshake(list(fingerprints))
        finally:
            self.places.give_back(member)


class _Patience:
    """Ends a handshake (TimeoutError) whose peer says nothing for ``SILENCE_S``."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._limit = asyncio.timeout(SILENCE_S)

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._peer.on_dtls = self._heard

    async def __aexit__(self, *failure: Any) -> None:
        self._peer.on_dtls = None
        await self._limit.__aexit__(*failure)

    def _heard(self) -> None:
        if not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + SILENCE_S)
