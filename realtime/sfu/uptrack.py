"""A published stream: what comes from the lecturer, ready to be forwarded.

Towards viewers a track never restarts. Its SSRC belongs to the room, and sequence numbers and
timestamps continue when the publisher reloads the page and comes back with new ones, so viewers
keep their sessions and their SRTP state.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Protocol

from realtime.sfu import rtcp, rtp
from realtime.sfu.cache import PacketCache
from realtime.sfu.health import Clocks, Tally
from realtime.sfu.keyframes import KeyframeRequests
from realtime.sfu.nack import NackGenerator
from realtime.sfu.opening import Opening
from realtime.sfu.reception import Reception
from realtime.sfu.sdp import CLOCK_RATES
from realtime.sfu.splice import Timeline

GATHER_S = 0.012
"""Longest wait for the rest of a frame: a decoder needs its last packet anyway."""
MAX_GATHERED = 512
"""Packets of one frame; what goes beyond is sent in parts."""
SOURCE_SILENCE_S = 1.0
"""Another SSRC takes over a track only when the first has been silent for this long."""
MAX_AGE = 1024
"""Packets older than the cache are of no use to anybody."""


class Outlet(Protocol):
    """Where a track's packets go."""

    @property
    def awaits_keyframe(self) -> bool:
        """Whether somebody can only begin with the next keyframe."""

    def send(self, packets: Sequence[bytes], opens: bool = True) -> None:
        """Take packets that belong together, oldest first; ``opens``: who is new may begin here."""

    def __len__(self) -> int:
        """How many watch."""

    def send_late(self, packet: bytes) -> None:
        """Take a packet whose turn is over: it was repaired or reordered."""


class Tap(Protocol):
    """Who keeps what is forwarded. Called for every packet: must not wait."""

    def packet(self, packet: bytes, now: float) -> None:
        """A packet in our numbering, in order of arrival (monotonic seconds)."""

    def report(self, report: rtcp.SenderReport, now: float) -> None:
        """A sender report with our timestamps."""

    def began(self) -> None:
        """Another source feeds the track."""

    def gone(self, now: float) -> None:
        """The publisher is gone."""


class Source:
    """One publisher's stream and how its numbers map to ours.

    Args:
        header: of its first packet; out_sequence, out_timestamp: what that packet becomes.
    """

    def __init__(
        self, header: rtp.Header, rate: int, out_sequence: int, out_timestamp: int
    ) -> None:
        self.ssrc = header.ssrc
        self.reception = Reception(header.ssrc, rate)
        self.nack = NackGenerator()
        self.first = self.reception.extend(header.sequence)
        self.heard_at = 0.0
        self.noticed = 0
        """Of the packets given up, those for which a keyframe was asked."""
        self._sequence_shift = out_sequence - header.sequence
        self.timestamp_shift = rtp.uint32_diff(out_timestamp, header.timestamp)

    def sequence(self, theirs: int) -> int:
        """Our number of their packet."""
        return rtp.uint16_add(theirs, self._sequence_shift)

    def timestamp(self, theirs: int) -> int:
        """Our time of their packet."""
        return rtp.uint32_add(theirs, self.timestamp_shift)


class UpTrack:
    """One kind (audio or video) of one stream of a room.

    Args:
        kind: ``audio`` or ``video``; codec: its name as in SDP.
        outlet: where its packets go; tally: where keyframe requests are counted.
        first_sequence: where our numbers begin; below 2¹⁵ (RFC 3711 §3.3.1: a receiver that loses
            the first packets before a wrap would never find the roll-over counter).
    """

    def __init__(
        self,
        kind: str,
        codec: str,
        outlet: Outlet,
        first_sequence: int | None = None,
        tally: Tally | None = None,
    ) -> None:
        self.kind = kind
        self.codec = codec
        self.rate = CLOCK_RATES[codec]
        self.ssrc = secrets.randbelow(0xFFFFFFFF) + 1
        self.rtx_ssrc = self.ssrc ^ 1 or 2
        """The source of retransmissions (RFC 4588 §5.1)."""
        self.clocks = Clocks()
        self.tap: Tap | None = None
        self.source: Source | None = None
        self.keyframes = KeyframeRequests()
        self.cache = PacketCache()
        self.packets = 0
        self.octets = 0
        self.sequence = (
            secrets.randbelow(0x4000) if first_sequence is None else first_sequence
        ) - 1 & 0xFFFF
        """The newest number that viewers have seen."""
        self.timeline = Timeline(secrets.randbits(32))
        self.contributor: int | None = None
        """Who is heard or seen, where that changes (``speakers``)."""
        self.spare = False
        """A smaller layer: while nobody watches or keeps it, nothing of it is asked for."""
        self._outlet = outlet
        self._frame: list[bytes] = []
        self._frame_time = 0
        self._opening = Opening()
        self._tally = tally or Tally()
        self._gathering: asyncio.TimerHandle | None = None

    def detach(self) -> None:
        """The publisher is gone; what it sent so far goes out, the next one continues."""
        self._part()
        if self.tap is not None:
            self.tap.gone(time.monotonic())

    def let_go(self) -> None:
        """What feeds this layer feeds another one from now on, and another one feeds this."""
        self._part()
        self.keyframes.want()

    def _part(self) -> None:
        self.flush()
        self.source = None
        self.timeline.report = None
        self._opening.forget()

    def opening(self, now: float) -> list[bytes]:
        """What a newcomer gets at once, from the newest keyframe on; empty: she has to wait."""
        stop = rtp.sequence_of(self._frame[0]) if self._frame else rtp.uint16_add(self.sequence, 1)
        return self._opening.packets(self.cache, stop, now)

    def restore(self, packet: memoryview, header: rtp.Header, now: float) -> bool:
        """Take a retransmission (RFC 4588) of a packet of the present source."""
        source = self.source
        if source is None:
            return False
        original = rtp.restored(header, packet, header.payload_type, source.ssrc)
        return original is not None and self.receive(packet, original, now, repaired=True)

    def receive(
        self, packet: memoryview, header: rtp.Header, now: float, repaired: bool = False
    ) -> bool:
        """Take a decrypted packet that arrived at ``now`` (monotonic seconds).

        Args:
            repaired: it came as a retransmission, which reports of losses do not count.

        Returns:
            False for a packet that is not forwarded: too old, here already, of a second source.
        """
        source = self._source_of(header, now)
        if source is None:
            return False
        extended = source.reception.extend(header.sequence)
        newest = extended - source.reception.highest
        if extended < source.first or newest < -MAX_AGE:
            return False
        if newest <= 0 and self.cache.get(source.sequence(header.sequence)) is not None:
            return False
        source.heard_at = now
        if not repaired:
            source.reception.packet(extended, header.timestamp, now)
        if self.kind == "video" and not source.nack.add(extended, now):
            self.keyframes.want()
        self._forward(source, packet[header.start : header.end], header, newest >= 0, now)
        return True

    def _source_of(self, header: rtp.Header, now: float) -> Source | None:
        """The current source, or a new one when there is none or it fell silent."""
        source = self.source
        if source is not None and source.ssrc == header.ssrc:
            return source
        if source is not None and now - source.heard_at < SOURCE_SILENCE_S:
            return None
        self.flush()
        sequence = rtp.uint16_add(self.sequence, 1)
        self.source = Source(header, self.rate, sequence, self._continued(now))
        if self.tap is not None:
            self.tap.began()
        return self.source

    def _continued(self, now: float) -> int:
        """The timestamp that real time has reached since the last packet of the last source."""
        timeline = self.timeline
        if timeline.stamped_at is None:
            return timeline.timestamp
        passed = max(1, int((now - timeline.stamped_at) * self.rate))
        return rtp.uint32_add(timeline.timestamp, passed)

    def _forward(
        self, source: Source, payload: memoryview, header: rtp.Header, newest: bool, now: float
    ) -> None:
        sequence, timestamp = source.sequence(header.sequence), source.timestamp(header.timestamp)
        packet = rtp.build(header.marker, sequence, timestamp, self.ssrc, payload, self.contributor)
        self.cache.put(packet)
        if self.tap is not None:
            self.tap.packet(packet, now)
        self.packets += 1
        self.octets += len(payload)
        if rtp.starts_keyframe(self.codec, payload):
            self.keyframes.seen()
            self._opening.begins(sequence, timestamp, now)
        if not newest:
            self._outlet.send_late(packet)
            return
        self.sequence = sequence
        self.timeline.timestamp, self.timeline.stamped_at = timestamp, now
        if self.kind == "audio":
            self._outlet.send((packet,))
        else:
            self._gather(packet, timestamp, header.marker)

    def _gather(self, packet: bytes, timestamp: int, marker: bool) -> None:
        """Hold a frame until its marker bit, so that one send carries it whole."""
        if self._frame and timestamp != self._frame_time:
            self.flush()
        self._frame_time = timestamp
        self._frame.append(packet)
        if marker or len(self._frame) >= MAX_GATHERED:
            self.flush()
        elif self._gathering is None:
            loop = asyncio.get_running_loop()
            self._gathering = loop.call_later(GATHER_S, self.flush)

    def flush(self) -> None:
        """Send what has been gathered."""
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        frame, self._frame = self._frame, []
        if frame:
            self._outlet.send(frame, self._starts(frame))

    def _starts(self, frame: list[bytes]) -> bool:
        """Whether this is the newest keyframe, or the part of it that begins it."""
        begin = self._opening.sequence
        if begin is None or not frame or self._frame_time != self._opening.timestamp:
            return False
        return 0 <= rtp.uint16_diff(begin, rtp.sequence_of(frame[0])) < len(frame)

    def sender_report(self, report: rtcp.SenderReport, now: float) -> bytes | None:
        """The publisher's report as viewers must see it; None before its first packet."""
        source = self.source
        if source is None or source.ssrc != report.ssrc:
            return None
        source.reception.sender_report(report, now)
        self.clocks.sent(report, now)
        shift = source.timestamp_shift
        told = rtcp.rewritten(report, self.ssrc, shift, self.packets, self.octets)
        self.timeline.report = told
        if self.tap is not None:
            self.tap.report(told, now)
        return rtcp.sender_report(told)

    def feedback(self, sender: int, now: float, elsewhere: bool = False) -> bytes:
        """What the publisher should be told now: missing packets, a wish for a keyframe.

        Args:
            elsewhere: somebody beyond our viewers may watch any layer.
        """
        source = self.source
        if source is None:
            return b""
        if self.spare and not elsewhere and self.tap is None and not len(self._outlet):
            source.nack.forget()
            return b""
        lost = [number & 0xFFFF for number in source.nack.due(now)] if len(source.nack) else []
        message = rtcp.nack(sender, source.ssrc, lost) if lost else b""
        self._want_keyframe(source, now)
        if self.kind == "video" and self.keyframes.due(now):
            self._tally.keyframes_asked += 1
            message += rtcp.picture_loss(sender, source.ssrc)
        return message

    def _want_keyframe(self, source: Source, now: float) -> None:
        """A packet was given up, or somebody waits to begin and no keyframe is on its way.

        A source that is silent is not asked: it is paused, and its next packet asks again.
        """
        waiting = self._outlet.awaits_keyframe and not self._starts(self._frame)
        waiting = waiting and now - source.heard_at < SOURCE_SILENCE_S
        if source.nack.given_up > source.noticed or waiting:
            source.noticed = source.nack.given_up
            self.keyframes.want()
