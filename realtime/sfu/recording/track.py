"""One published track on its way from packets to samples on the room's clock.

Holes are closed here, so that a container never has one: a picture stands until the next one comes,
missing sound is silence. Only what is gone for long is a cut.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from realtime.sfu.recording import opus
from realtime.sfu.recording.clock import SenderClock, TrackClock
from realtime.sfu.recording.frames import Frame, Frames
from realtime.sfu.recording.reorder import Reorder
from realtime.sfu.recording.samples import OPUS, Sample, Sink
from realtime.sfu.recording.units import RATE
from realtime.sfu.rtcp import SenderReport
from realtime.sfu.rtp import HEADER_BYTES

KEY_EVERY_S = 6.0
"""After so long a keyframe is asked for, so that players have a place to begin."""
GAP_S = 3.0
"""A publisher that is away, or sound that is missing, for longer makes a cut."""
STILL_S = 7.5
"""How long a picture may stand while its publisher is there, less than a playlist's target. Before
that a keyframe is asked for: also a slide nobody moves answers with one."""
SETTLE_S = 1.0
"""A picture that stands this long is handed on; its length is corrected when the next one comes."""
ASTRAY_S = 30.0
"""How far a place on the room's clock may be from the moment of arrival."""
ASK_S = 1.0
"""Between two wishes for a keyframe; how often the publisher really is asked decides the track."""
BACK_S = 1.0
"""A picture that lies before the last one by more makes a cut; by less, it comes at once."""
LEAST_TICKS = RATE // 1000
"""Two pictures are at least a millisecond apart."""


class Track(ABC):
    """What both kinds share.

    Args:
        rate: ticks per second.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.sinks: list[Sink] = []
        self.key_every = KEY_EVERY_S
        self.gone_at: float | None = None
        self._order = Reorder()
        self._clock = TrackClock(rate, SenderClock())

    def packet(self, packet: bytes, now: float) -> None:
        """A packet as viewers get it arrived at ``now`` (unix seconds)."""
        self.gone_at = None
        self._clock.arrived(int.from_bytes(packet[4:8], "big"), now)
        self._order.put(packet, now)
        self._advance(now)

    def report(self, report: SenderReport, now: float) -> None:
        """The sender's clock, in our timestamps."""
        self._clock.report(report, now)

    def gone(self, sender: SenderClock, now: float) -> None:
        """The publisher is away; ``sender`` is the clock of whoever comes next."""
        self.gone_at = now
        self.began(sender)

    def began(self, sender: SenderClock) -> None:
        """What follows comes from another source: our numbers go on, its clock is another."""
        self._clock.restart(sender)
        self._lost()

    def replaced(self, sender: SenderClock) -> None:
        """What follows comes with other numbers and timestamps altogether."""
        self._order = Reorder()
        self._clock = TrackClock(self.rate, sender)
        self._lost()

    def tick(self, now: float) -> None:
        """Time has passed: give up what is missing, cut what does not go on."""
        self._advance(now)
        self._rest(now)
        for sink in self.sinks:
            sink.tick(now)

    def _due(self, packet_time: int, now: float) -> int:
        """The room's time of a timestamp. A sender whose clocks make no sense gets the time of
        arrival: no piece may lie in another year."""
        extended = self._clock.extend(packet_time)
        due = self._clock.ticks(extended)
        if abs(due / self.rate - now) > ASTRAY_S:
            self._clock.restart(SenderClock())
            self._clock.arrived(packet_time, now)
            due = self._clock.ticks(extended)
        return due

    def _advance(self, now: float) -> None:
        for packet in self._order.take(now):
            if packet is None:
                self._lost()
            else:
                self._next(packet, now)

    def _give(self, sample: Sample) -> None:
        for sink in self.sinks:
            sink.sample(sample)

    def _cut(self) -> None:
        for sink in self.sinks:
            sink.cut()

    @abstractmethod
    def settle(self, now: float) -> None:
        """Hand on what waits to be longer; it may still become so."""

    @abstractmethod
    def close(self) -> None:
        """Hand on what is left, and cut."""

    @abstractmethod
    def _lost(self) -> None: ...

    @abstractmethod
    def _next(self, packet: bytes, now: float) -> None: ...

    @abstractmethod
    def _rest(self, now: float) -> None: ...


class AudioTrack(Track):
    """Opus packets end to end. Where they stand is where they were sampled, to within one packet:
    drift of the publisher's clock adds a silent packet or leaves one out, minutes apart."""

    def __init__(self) -> None:
        super().__init__(OPUS.rate)
        self._end: int | None = None

    def settle(self, now: float) -> None:
        """Nothing waits: sound is handed on at once."""

    def close(self) -> None:
        """Nothing is left."""
        self._end = None
        self._cut()

    def _lost(self) -> None:
        """The next packet's timestamp says how much is missing."""

    def _next(self, packet: bytes, now: float) -> None:
        data = packet[HEADER_BYTES:]
        length = opus.ticks(data)
        if not length:
            return
        due = self._due(int.from_bytes(packet[4:8], "big"), now)
        if self._end is not None and abs(due - self._end) > GAP_S * self.rate:
            self.close()
        if self._end is None:
            self._end = due
        if due - self._end <= -opus.SILENCE_TICKS:
            return
        self._fill(due - self._end)
        self._give(Sample(self._end, length, data, True, OPUS))
        self._end += length

    def _fill(self, missing: int) -> None:
        """Silence for the whole packets that are missing."""
        assert self._end is not None  # noqa: S101 - set by its only caller
        for _ in range(missing // opus.SILENCE_TICKS):
            self._give(Sample(self._end, opus.SILENCE_TICKS, opus.SILENCE, True, OPUS))
            self._end += opus.SILENCE_TICKS

    def _rest(self, now: float) -> None:
        if self._end is not None and now - self._end / self.rate > GAP_S:
            self.close()


class VideoTrack(Track):
    """Frames with the time until the next one as their duration.

    Args:
        codec: its name as in SDP; wish: asks the publisher for a keyframe.
    """

    def __init__(self, codec: str, wish: Callable[[], None]) -> None:
        super().__init__(RATE)
        self._frames = Frames(codec)
        self.wish = wish
        self._pending: Sample | None = None
        self._settled = False
        self._step = RATE // 30
        self._end = 0
        """Where the next picture begins at the earliest."""
        self._key_at = 0.0
        self._wished_at = 0.0

    def settle(self, now: float) -> None:
        """The picture stands until now, as far as we know."""
        pending = self._pending
        if pending is not None and not self._settled:
            stands = round((now - pending.start / RATE) * RATE)
            pending.duration = min(max(stands, self._step), int(STILL_S * RATE))
            self._settled = True
            self._give(pending)

    def close(self) -> None:
        """The last picture gets the length of the one before."""
        if self._pending is not None:
            if not self._settled:
                self._pending.duration = self._step
                self._give(self._pending)
            self._pending = None
            self._cut()
        self._frames.needs_key = True
        self._end = 0

    def _lost(self) -> None:
        self._frames.lost()

    def _next(self, packet: bytes, now: float) -> None:
        for frame in self._frames.packet(packet):
            self._frame(frame, now)
        if self._frames.needs_key or now - self._key_at > self.key_every:
            self._ask(now)

    def _ask(self, now: float) -> None:
        if now - self._wished_at >= ASK_S:
            self._wished_at = now
            self.wish()

    def _frame(self, frame: Frame, now: float) -> None:
        picture = frame.picture
        if picture.key:
            self._key_at = now
        start = self._due(frame.timestamp, now)
        if self._pending is not None and not self._join(start):
            self.close()
        if self._pending is None and not picture.key:
            self._frames.needs_key = True
            return
        start = max(start, self._end)
        self._pending = Sample(start, 0, picture.data, picture.key, picture.config)
        self._settled = False

    def _join(self, start: int) -> bool:
        """Let the pending picture last until ``start``; False when that is too long, or long ago
        (somebody has set the sender's clock)."""
        pending = self._pending
        assert pending is not None  # noqa: S101 - asked by its only caller
        length = start - pending.start
        if not -BACK_S * RATE < length < STILL_S * RATE:
            return False
        length = max(length, LEAST_TICKS)
        self._end = pending.start + length
        if self._settled:
            for sink in self.sinks:
                sink.extend(length - pending.duration)
        else:
            pending.duration = self._step = length
            self._give(pending)
        return True

    def _rest(self, now: float) -> None:
        """A picture stands: hand it on; its publisher is away for long: cut."""
        pending = self._pending
        if pending is None:
            return
        stands = now - pending.start / RATE
        away = self.gone_at is not None and now - self.gone_at > GAP_S
        if away or stands > STILL_S:
            self.close()
        elif stands > SETTLE_S:
            self.settle(now)
        if stands > STILL_S / 2 and self.gone_at is None:
            self._ask(now)
