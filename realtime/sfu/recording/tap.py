"""What a forwarded track tells the recorder: on the media loop, it only puts into the inbox."""

from __future__ import annotations

from realtime.sfu.recording.feed import Key
from realtime.sfu.recording.recorder import Recorder
from realtime.sfu.recording.track import Track
from realtime.sfu.rtcp import SenderReport


class Tap:
    """On one track.

    Args:
        key: its stream.
    """

    def __init__(self, recorder: Recorder, key: Key, track: Track) -> None:
        self._recorder = recorder
        self._key = key
        self._track = track
        self._put = recorder.inbox.packet
        self._take = track.packet
        self._ahead = recorder.ahead

    def packet(self, packet: bytes, now: float) -> None:
        """A packet as viewers get it; late and repaired ones, too."""
        self._put(self._take, packet, now + self._ahead)

    def report(self, report: SenderReport, now: float) -> None:
        """A sender report in our timestamps."""
        self._recorder.inbox.call(self._track.report, report, now + self._ahead)

    def began(self) -> None:
        """Another source feeds the track."""
        self._recorder.inbox.call(self._recorder.began, self._key, self._track)

    def gone(self, now: float) -> None:
        """The publisher is gone."""
        self._recorder.inbox.call(self._recorder.gone, self._key, self._track, now + self._ahead)
