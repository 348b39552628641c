"""A sibling worker's publisher, as it appears here: its packets come by a line, decrypted."""

from __future__ import annotations

import time
from collections.abc import Callable

from realtime.sfu.session import Publisher


class Relayed(Publisher):
    """Feeds a stream of this worker like a publisher of its own; nobody reaches it by UDP.

    Its numbers are carried on like those of any publisher: when the lecturer turns up at another
    worker, viewers here see no more of it than of a page that was loaded anew.
    """

    ask: Callable[[bytes], object] | None = None
    """Takes RTCP to the worker that has the real session."""

    def take(self, packet: memoryview) -> None:
        """Handle one RTP packet or RTCP compound."""
        if len(packet) < 8:
            return
        now = time.monotonic()
        if 192 <= packet[1] <= 223:  # RFC 5761 §4
            self._control(bytes(packet), now)
        else:
            self._media(packet, now)

    def feedback(self, now: float) -> bytes:
        """What is due goes to the sibling, nothing to a peer."""
        wishes = super().feedback(now)
        if wishes and self.ask is not None:
            self.ask(wishes)
        return b""

    def receiver_report(self, now: float, bitrate: int) -> bytes:
        """The worker with the real session tells how it arrives."""
        return b""
