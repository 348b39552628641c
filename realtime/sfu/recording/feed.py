"""The tracks of one stream that are kept, and the clock of who publishes them."""

from __future__ import annotations

from realtime.sfu.recording.clock import SenderClock
from realtime.sfu.recording.track import Track

Key = tuple[str, str]
"""Room and stream."""


class Feed:
    """Lives in the recorder's thread.

    Args:
        key: room and stream.
    """

    def __init__(self, key: Key) -> None:
        self.key = key
        self.tracks: dict[str, Track] = {}
        self._sender = SenderClock()
        self._stale = False
        """Whether the clock is that of a publisher who is gone."""

    def join(self, kind: str, track: Track) -> None:
        """This track carries the kind from now on."""
        before = self.tracks.get(kind)
        if before is not None and before is not track:
            before.close()
        self.tracks[kind] = track
        track.replaced(self._sender)

    def began(self, track: Track) -> None:
        """Another source of this track."""
        self._stale = False
        track.began(self._sender)

    def gone(self, track: Track, now: float) -> None:
        """A track falls silent: whoever comes next has another clock, for both kinds the same."""
        if not self._stale:
            self._stale, self._sender = True, SenderClock()
        track.gone(self._sender, now)

    def tick(self, now: float) -> None:
        """Time has passed (unix seconds)."""
        for track in self.tracks.values():
            track.tick(now)

    def settle(self, now: float) -> None:
        """Hand on what is there."""
        for track in self.tracks.values():
            track.settle(now)

    def close(self) -> None:
        """Hand on everything, and cut."""
        for track in self.tracks.values():
            track.close()
