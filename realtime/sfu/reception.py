"""How a published stream arrives: loss and jitter as receiver reports state them (RFC 3550 §A)."""

from __future__ import annotations

from realtime.sfu.rtcp import ReportBlock, SenderReport
from realtime.sfu.rtp import uint16_diff, uint32_diff


class Reception:
    """Counts of one source from its first packet on.

    Args:
        ssrc: the source; clock_rate: timestamp units per second.
    """

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self.ssrc = ssrc
        self._rate = clock_rate
        self._first: int | None = None
        self.highest = 0
        """Extended highest sequence number: wraps counted above bit 15."""
        self._received = 0
        self._expected_before = 0
        self._received_before = 0
        self._jitter = 0.0
        self._transit: tuple[float, int] | None = None
        self._sr: tuple[int, float] | None = None

    def extend(self, sequence: int) -> int:
        """The extended number nearest to the highest seen (RFC 3550 §A.1, without probation)."""
        if self._first is None:
            return sequence + 0x10000
        return self.highest + uint16_diff(sequence, self.highest & 0xFFFF)

    def packet(self, extended: int, timestamp: int, now: float) -> None:
        """Count one packet that arrived at ``now`` (seconds, monotonic)."""
        if self._first is None:
            self._first = self.highest = extended
        self._received += 1
        if extended >= self.highest:
            self.highest = extended
            self._measure(timestamp, now)

    def _measure(self, timestamp: int, now: float) -> None:
        """Interarrival jitter (RFC 3550 §6.4.1); packets of one frame share a timestamp: skip."""
        if self._transit is not None:
            arrived, stamped = self._transit
            if stamped == timestamp:
                return
            sent = uint32_diff(timestamp, stamped)
            deviation = abs((now - arrived) * self._rate - sent)
            self._jitter += (min(deviation, self._rate * 10.0) - self._jitter) / 16
        self._transit = (now, timestamp)

    def sender_report(self, report: SenderReport, now: float) -> None:
        """Remember the middle 32 bits of the NTP time, to echo them."""
        self._sr = (report.ntp >> 16 & 0xFFFFFFFF, now)

    @property
    def jitter(self) -> int:
        """In timestamp units."""
        return int(self._jitter)

    @property
    def lost(self) -> int:
        """Packets expected and not received; negative when duplicates came."""
        if self._first is None:
            return 0
        return self.highest - self._first + 1 - self._received

    def report(self, now: float) -> ReportBlock | None:
        """The next report block, None before the first packet. Starts a new interval."""
        if self._first is None:
            return None
        expected = self.highest - self._first + 1
        since = expected - self._expected_before
        lost = since - (self._received - self._received_before)
        self._expected_before, self._received_before = expected, self._received
        fraction = min(255, (lost << 8) // since) if since > 0 and lost > 0 else 0
        last_sr, since_sr = self._echo(now)
        highest = self.highest - 0x10000 & 0xFFFFFFFF
        return ReportBlock(self.ssrc, fraction, self.lost, highest, self.jitter, last_sr, since_sr)

    def _echo(self, now: float) -> tuple[int, int]:
        """Last sender report and the delay since, in 1/65536 s."""
        if self._sr is None:
            return 0, 0
        middle, at = self._sr
        return middle, int((now - at) * 65536) & 0xFFFFFFFF
