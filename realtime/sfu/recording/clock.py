"""From RTP timestamps to the room's clock (unix time as this machine has it).

A sender report says which moment of the sender's clock a timestamp belongs to (RFC 3550 §6.4.1).
Sound and picture of one publisher share that clock, so they stay in step whatever the network does;
how far it is from ours is the least difference seen between a report and its arrival.
"""

from __future__ import annotations

from collections import deque

from realtime.sfu.rtcp import SenderReport
from realtime.sfu.rtp import uint32_diff

WINDOW = 30
"""Reports over which the shortest way is looked for: half a minute of sound and picture."""
SLEW_S = 0.002
"""How far one report moves the sender's clock on ours: drift is followed, never jumped."""
JUMP_S = 0.5
"""A report that disagrees by more belongs to a clock that was set anew."""
GAIN = 0.25
"""How much of what a report corrects is taken over at once."""


class SenderClock:
    """How far ours is ahead of one publisher's clock, in seconds."""

    def __init__(self) -> None:
        self.offset: float | None = None
        self._seen: deque[float] = deque(maxlen=WINDOW)

    def heard(self, ntp: float, now: float) -> None:
        """A report written at ``ntp`` arrived at ``now``."""
        self._seen.append(now - ntp)
        if self.offset is None or abs(self._seen[-1] - self.offset) > 10 * JUMP_S:
            self._seen = deque(self._seen and [self._seen[-1]], maxlen=WINDOW)
            self.offset = self._seen[-1]
        step = min(self._seen) - self.offset
        self.offset += max(-SLEW_S, min(SLEW_S, step))


class TrackClock:
    """Where one track's timestamps are on the room's clock.

    Args:
        rate: timestamp units per second; sender: shared with the publisher's other track.
    """

    def __init__(self, rate: int, sender: SenderClock) -> None:
        self._rate = rate
        self._sender = sender
        self._newest: int | None = None
        self._line: float | None = None
        self._guess = float("inf")

    def extend(self, timestamp: int) -> int:
        """The timestamp without wraps, counted from the first one seen."""
        if self._newest is None:
            self._newest = timestamp
            return timestamp
        extended = self._newest + uint32_diff(timestamp, self._newest & 0xFFFFFFFF)
        self._newest = max(self._newest, extended)
        return extended

    def restart(self, sender: SenderClock) -> None:
        """Another publisher, with another clock; its timestamps continue."""
        self._sender, self._line, self._guess = sender, None, float("inf")

    def arrived(self, timestamp: int, now: float) -> None:
        """Until the first report, the packet that came fastest is the measure."""
        if self._line is None:
            self._guess = min(self._guess, now - self.extend(timestamp) / self._rate)

    def report(self, report: SenderReport, now: float) -> None:
        """Follow a report: at once the first time, smoothly later."""
        if self._newest is None:
            return
        ntp = report.ntp / (1 << 32)
        self._sender.heard(ntp, now)
        stamped = self._newest + uint32_diff(report.timestamp, self._newest & 0xFFFFFFFF)
        line = ntp - stamped / self._rate
        if self._line is None or abs(line - self._line) > JUMP_S:
            self._line = line
        else:
            self._line += GAIN * (line - self._line)

    def ticks(self, extended: int) -> int:
        """The room's time of an extended timestamp, in ticks of this track's rate."""
        if self._line is None or self._sender.offset is None:
            return extended + round(self._guess * self._rate)
        return extended + round((self._line + self._sender.offset) * self._rate)
