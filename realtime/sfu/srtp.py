"""Encrypting and decrypting in place, in buffers that are made once.

pylibsrtp's own ``Session.protect`` copies a packet three times and refuses more than 1356 bytes;
its cffi binding with reused buffers costs half of that. One ``Bench`` serves the whole process:
the event loop handles one packet at a time.
"""

from __future__ import annotations

from typing import Any

from realtime.sfu.health import Tally
from realtime.sfu.seam import Keys, ffi, lib

DATAGRAM_BYTES = 2048
"""Longest datagram that is read; WebRTC packets stay under 1500 bytes."""

RTCP_TRAILER_BYTES = 4 + 16
"""SRTCP index and the longest tag (RFC 3711 §3.4, RFC 7714 §9)."""

BATCH_BYTES = 65_535
"""Longest UDP payload, the limit of a segmented (GSO) send."""


class Bench:
    """The work-bench: ``inbox`` receives datagrams, ``outbox`` is where packets get encrypted."""

    def __init__(self) -> None:
        self.inbox_ptr: Any = ffi.new("unsigned char[]", DATAGRAM_BYTES)
        self.inbox = memoryview(ffi.buffer(self.inbox_ptr)).cast("B")
        self.outbox_ptr: Any = ffi.new("unsigned char[]", BATCH_BYTES + 256)
        self.outbox = memoryview(ffi.buffer(self.outbox_ptr)).cast("B")
        self.length: Any = ffi.new("int *")
        self.tally = Tally()

    def open_rtp(self, keys: Keys, size: int) -> int:
        """Decrypt the ``size`` bytes in ``inbox``; the packet's length, or 0 when not authentic.

        Replayed packets are not authentic either (RFC 3711 §3.3.2), so duplicates end here.
        """
        self.length[0] = size
        if lib.srtp_unprotect(keys.rx, self.inbox_ptr, self.length):
            return 0
        return int(self.length[0])

    def open_rtcp(self, keys: Keys, size: int) -> int:
        """Decrypt the RTCP in ``inbox``; its length, or 0 when it is not authentic."""
        self.length[0] = size
        if lib.srtp_unprotect_rtcp(keys.rx, self.inbox_ptr, self.length):
            return 0
        return int(self.length[0])

    def seal_rtp(self, keys: Keys, packet: bytes) -> memoryview | None:
        """Encrypt one packet; the view is valid until the next call. None: libsrtp refused."""
        size = len(packet)
        self.outbox[:size] = packet
        self.length[0] = size
        if lib.srtp_protect(keys.tx, self.outbox_ptr, self.length):
            return None
        return self.outbox[: self.length[0]]

    def seal_rtcp(self, keys: Keys, packet: bytes) -> memoryview | None:
        """Encrypt one RTCP compound; the view is valid until the next call."""
        size = len(packet)
        self.outbox[:size] = packet
        self.length[0] = size
        if lib.srtp_protect_rtcp(keys.tx, self.outbox_ptr, self.length):
            return None
        return self.outbox[: self.length[0]]
