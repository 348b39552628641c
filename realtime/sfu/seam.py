"""The only file that touches underscore names of aiortc and pylibsrtp.

aiortc offers no public way to take the SRTP keys out of a DTLS transport, nor pylibsrtp one to
encrypt into a buffer of ours. Both are pinned exactly, and a test asserts that every name used
here exists in the pinned versions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from aiortc.rtcicetransport import RTCIceTransport
from pylibsrtp import _binding

ffi: Any = _binding.ffi
"""cffi of libsrtp: allocates the buffers that are encrypted in place."""

lib: Any = _binding.lib
"""libsrtp: ``srtp_protect``, ``srtp_unprotect`` and their RTCP twins; 0 means success."""

SHA1_TAG_BYTES = 10
GCM_TAG_BYTES = 16


class DtlsFailed(Exception):
    """The handshake ended without keys: wrong fingerprint, no common profile, or peer gone."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The two SRTP sessions of one peer.

    ``rx`` and ``tx`` are raw ``srtp_t`` pointers; ``owner`` keeps the memory behind them alive
    as long as this object lives. ``tag`` is what protecting an RTP packet adds, in bytes.
    """

    rx: Any
    tx: Any
    tag: int
    profile: str
    owner: object


class _IceFace:
    """What RTCDtlsTransport needs of an ICE transport: a role, ``_recv`` and ``_send``."""

    role = "controlled"
    state = "completed"

    def __init__(self, recv: Callable[[], Awaitable[bytes]], send: Callable[[bytes], None]) -> None:
        self._receive = recv
        self._transmit = send

    async def _recv(self) -> bytes:
        return await self._receive()

    async def _send(self, data: bytes) -> None:
        self._transmit(data)


class SharedCertificate(RTCCertificate):
    """One certificate and one TLS context for all peers: a context costs as much as a signature."""

    _context: Any = None

    def _create_ssl_context(self, srtp_profiles: list[Any]) -> Any:
        if self._context is None:
            self._context = super()._create_ssl_context(srtp_profiles)
        return self._context


def new_certificate() -> SharedCertificate:
    """A fresh self-signed certificate (valid 30 days, as aiortc makes them)."""
    return SharedCertificate.generateCertificate()


class Dtls:
    """The passive side of one DTLS association (RFC 8842: we answer ``setup:passive``)."""

    def __init__(
        self,
        certificate: RTCCertificate,
        recv: Callable[[], Awaitable[bytes]],
        send: Callable[[bytes], None],
    ) -> None:
        face = cast(RTCIceTransport, _IceFace(recv, send))
        self._transport = RTCDtlsTransport(face, [certificate])
        self._transport._set_role("server")

    async def handshake(self, fingerprints: list[RTCDtlsFingerprint]) -> Keys:
        """Shake hands, compare the peer's certificate with its offer, return the SRTP keys.

        Raises:
            DtlsFailed: for whatever reason there are no keys.
        """
        await self._transport.start(RTCDtlsParameters(fingerprints=fingerprints))
        if self._transport.state != "connected":
            raise DtlsFailed(self._transport.state)
        return self._keys()

    def _keys(self) -> Keys:
        transport = self._transport
        profile = cast(Any, transport._ssl).get_selected_srtp_profile().decode()
        rx, tx = transport._rx_srtp, transport._tx_srtp
        tag = SHA1_TAG_BYTES if "SHA1" in profile else GCM_TAG_BYTES
        return Keys(rx._srtp[0], tx._srtp[0], tag, profile, (rx, tx))

    def on_closed(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the peer sends close_notify (a closed tab says goodbye so)."""

        def changed() -> None:
            if self._transport.state == "closed":
                callback()

        self._transport.on("statechange", changed)

    async def close(self) -> None:
        """Send close_notify if there is an association, and stop reading."""
        self._transport.remove_all_listeners()
        task = self._transport._task
        await self._transport.stop()
        if task is not None and not task.done():
            task.cancel()
