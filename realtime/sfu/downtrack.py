"""One kind of one viewer's session: what she was sent, under which numbers, and how she may ask."""

from __future__ import annotations

import secrets
import time
from collections import deque
from typing import NamedTuple, Protocol

from realtime.sfu import rtp, splice
from realtime.sfu.cache import CACHE_PACKETS, PacketCache
from realtime.sfu.health import Health
from realtime.sfu.ice_lite import Peer
from realtime.sfu.seam import Keys
from realtime.sfu.splice import PLAIN, Splice, Timeline
from realtime.sfu.uptrack import UpTrack

REPAIRS_PER_S = 400.0
"""Retransmissions one viewer may cause; a line that loses more is not helped by more packets."""
STAYS = 4
"""Layers that a viewer came from and may still ask packets of."""


class Group(NamedTuple):
    """What viewers must share to be served from one layout."""

    payload_type: int
    tag: int
    segmented: bool
    splice: Splice = PLAIN


class Rtx(NamedTuple):
    """The stream of retransmissions (RFC 4588) that a viewer agreed to."""

    payload_type: int
    ssrc: int


class Stay(NamedTuple):
    """A time on one layer: from which of her numbers on, and how they came about."""

    begins: int
    cache: PacketCache
    codec: str
    splice: Splice


class Server(Protocol):
    """Who serves a viewer now."""

    def release(self, down: DownTrack) -> None:
        """Serve her no more; she knows what she got last."""


class DownTrack:
    """One kind of one viewer's session.

    Args:
        rtx: None for a viewer that gets lost packets again as they were.
    """

    def __init__(
        self, peer: Peer, keys: Keys, payload_type: int, segmented: bool, rtx: Rtx | None = None
    ) -> None:
        self.peer = peer
        self.keys = keys
        self.group = Group(payload_type, keys.tag, segmented)
        self.first: int | None = None
        """The layer's number of the first packet of this stay: nothing older may follow."""
        self.sent = 0
        self.dropped = 0
        self.repaired = 0
        self.health = Health()
        self.since = time.monotonic()
        self.server: Server | None = None
        self._rtx = rtx
        self._rtx_sequence = secrets.randbelow(0x4000)
        self._allowance = REPAIRS_PER_S
        self._allowed_at = 0.0
        self._stays: deque[Stay] = deque(maxlen=STAYS)
        self._counted = 0
        """Packets she had been sent when this stay began."""
        self._last: tuple[bytes, Timeline] | None = None
        """The newest packet as she got it, and the layer it is of."""
        self._shift = 0
        """What puts the layer's time into hers, without the steps that kept frames apart."""

    @property
    def moved(self) -> bool:
        """Whether she has been served before: then what follows must continue it."""
        return self._last is not None

    def enter(self, track: UpTrack, first: bytes) -> None:
        """Begin a stay on ``track`` with this packet; ``leave`` came before, if she was served."""
        self.first = rtp.sequence_of(first)
        self._counted = self.sent + self.dropped
        joined = PLAIN
        if self._last is not None:
            last, timeline = self._last
            self._shift += splice.offset(timeline, track.timeline, track.rate)
            joined = splice.continued(last, first, self._shift, track.rate, track.codec)
        self.group = self.group._replace(splice=joined)
        begins = self.first + joined.sequence & 0xFFFF
        self._stays.append(Stay(begins, track.cache, track.codec, joined))

    def leave(self, track: UpTrack, newest: bytes) -> None:
        """The stay is over; ``newest`` was sent last, in the numbers of the layer."""
        payload_type, joined = self.group.payload_type, self.group.splice
        self._last = splice.spliced(newest, payload_type, joined, track.codec), track.timeline

    def opens_after(self, track: UpTrack, first: bytes) -> bool:
        """Whether ``first``, which is not the newest, would come after what she has seen."""
        if self._last is None:
            return True
        last, timeline = self._last
        shift = self._shift + splice.offset(timeline, track.timeline, track.rate)
        return splice.is_later(first, shift, last)

    def follows(self, sequence: int) -> bool:
        """Whether she may have this packet of the layer: it is not older than her first.

        An older one could make libsrtp count a wrap that never was, or have the number of a packet
        of another layer. A viewer that has been here for a quarter turn of the counter is past
        that danger, and the distance would soon mean nothing.
        """
        if self.first is None:
            return False
        return self._stayed >= 0x4000 or rtp.uint16_diff(sequence, self.first) >= 0

    @property
    def _stayed(self) -> int:
        """Packets of this stay."""
        return self.sent + self.dropped - self._counted

    def asked(self, sequence: int) -> bytes | None:
        """The packet that she knows by this number, with her numbers, if it is still there."""
        if self._stayed > 2 * CACHE_PACKETS:
            while len(self._stays) > 1:
                self._stays.popleft()
        for stay in reversed(self._stays):
            alone = len(self._stays) == 1 and self._stayed >= 0x4000
            if alone or rtp.uint16_diff(sequence, stay.begins) >= 0:
                packet = stay.cache.get(sequence - stay.splice.sequence & 0xFFFF)
                if packet is None or stay.splice == PLAIN:
                    return packet
                return splice.spliced(packet, 0, stay.splice, stay.codec)
        return None

    def may_repair(self, now: float) -> bool:
        """Spend one retransmission of the allowance."""
        gained = (now - self._allowed_at) * REPAIRS_PER_S
        self._allowance = min(REPAIRS_PER_S, self._allowance + gained)
        self._allowed_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def again(self, packet: bytes) -> bytes:
        """The retransmission of ``packet``, which has her numbers, as she expects it."""
        if self._rtx is None:
            return rtp.with_type(packet, self.group.payload_type)
        self._rtx_sequence = rtp.uint16_add(self._rtx_sequence, 1)
        return rtp.retransmission(
            packet, self._rtx.payload_type, self._rtx_sequence, self._rtx.ssrc
        )
