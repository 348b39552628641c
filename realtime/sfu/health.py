"""How one kind of a stream arrives at one viewer, by her own reports (RFC 3550 §6.4.1)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from realtime.sfu.rtcp import ReportBlock, SenderReport

CLOCKS = 8
"""Sender reports whose echo is recognized."""
MAX_RTT_S = 10.0
RATE_S = 2.0
"""Shortest time over which a packet rate is worked out, however often somebody asks."""


@dataclass(slots=True)
class Tally:
    """Counts of a whole process since its start."""

    nacks: int = 0
    """Packets that viewers asked for again."""
    repairs: int = 0
    """Packets sent again."""
    wishes: int = 0
    """Keyframes that viewers asked for (PLI, FIR)."""
    keyframes_asked: int = 0
    """Keyframes that publishers were asked for."""

    def told(self) -> dict[str, int]:
        """For ``/media/healthz``."""
        return {
            "nacks": self.nacks,
            "packets_repaired": self.repairs,
            "keyframe_wishes": self.wishes,
            "keyframes_asked": self.keyframes_asked,
        }


class Clocks:
    """When which sender report was sent, to know how long its echo took."""

    def __init__(self) -> None:
        self._sent: dict[int, float] = {}

    def sent(self, report: SenderReport, now: float) -> None:
        """Remember a report by the middle of its NTP time, which receivers echo."""
        self._sent[report.ntp >> 16 & 0xFFFFFFFF] = now
        if len(self._sent) > CLOCKS:
            del self._sent[next(iter(self._sent))]

    def round_trip(self, block: ReportBlock, now: float) -> float | None:
        """Seconds to the viewer and back; None when the echo is of no report of ours."""
        at = self._sent.get(block.last_sr) if block.last_sr else None
        if at is None:
            return None
        took = now - at - block.since_sr / 65536
        return took if 0 <= took < MAX_RTT_S else None


@dataclass(slots=True)
class Health:
    """One viewer's reports of one kind."""

    nacks: int = 0
    wishes: int = 0
    fraction_lost: float = 0.0
    """Of the last report, 0 to 1."""
    total_lost: int = 0
    jitter_s: float = 0.0
    rtt_s: float | None = None
    joined_clocks: Clocks = field(default_factory=Clocks)
    """The report that was repeated for her when she joined, at another time than for others."""

    _rate: float = 0.0
    _counted: int = 0
    _counted_at: float = field(default_factory=time.monotonic)

    def rate(self, packets: int, now: float) -> float:
        """Packets per second since it was asked for before; ``packets``: sent so far."""
        passed = now - self._counted_at
        if passed >= RATE_S or (not self._rate and passed > 0):
            self._rate = (packets - self._counted) / passed
        if passed >= RATE_S:
            self._counted, self._counted_at = packets, now
        return self._rate

    def report(self, block: ReportBlock, rate: int, clocks: Clocks, now: float) -> None:
        """Take a receiver report; ``rate`` is of the timestamps, per second."""
        self.fraction_lost = block.fraction_lost / 256
        self.total_lost = block.total_lost
        self.jitter_s = block.jitter / rate
        took = self.joined_clocks.round_trip(block, now)
        if took is None:
            took = clocks.round_trip(block, now)
        if took is not None:
            self.rtt_s = took if self.rtt_s is None else self.rtt_s + (took - self.rtt_s) / 4
