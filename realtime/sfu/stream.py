"""One stream of a room: its tracks and the way out of each.

It outlives its publishers: a lecturer's reload leaves viewers, numbers and SSRCs in place.
Besides ``camera`` and ``screen`` there is ``probe-<member id>``: a person's own loop for the device
check. She alone may publish and watch it, and nobody is told.
"""

from __future__ import annotations

import re
import socket

from realtime.sfu import rtcp
from realtime.sfu.downtrack import DownTrack, FanOut
from realtime.sfu.ice_lite import Peer
from realtime.sfu.seam import Keys
from realtime.sfu.srtp import Bench
from realtime.sfu.uptrack import UpTrack

STREAMS = ("camera", "screen")
PROBE = re.compile(r"probe-([1-9]\d{0,18})")


def probe_owner(name: str) -> int | None:
    """The member whose device check this stream is; None for the streams of a class."""
    found = PROBE.fullmatch(name)
    return int(found[1]) if found else None


def is_stream(name: str) -> bool:
    """Whether a stream may have this name."""
    return name in STREAMS or probe_owner(name) is not None


class Stream:
    """What viewers are subscribed to.

    Args:
        room: the room's code; name: ``camera`` or ``screen``; segmented: as in ``FanOut``.
    """

    def __init__(
        self,
        room: str,
        name: str,
        sock: socket.socket,
        bench: Bench,
        segmented: bool | None = None,
    ) -> None:
        self.room = room
        self.name = name
        self.tracks: dict[str, UpTrack] = {}
        self.outlets: dict[str, FanOut] = {}
        self._sock = sock
        self._bench = bench
        self._segmented = segmented
        self._sent_before = 0

    def track(self, kind: str, codec: str) -> UpTrack:
        """The track of this kind; a new one when the codec is another than before."""
        track = self.tracks.get(kind)
        if track is None or track.codec != codec:
            outlet = FanOut(self._sock, self._bench, self._segmented)
            track = UpTrack(kind, codec, outlet)
            self._sent_before += self.outlets[kind].sent if kind in self.outlets else 0
            self.tracks[kind], self.outlets[kind] = track, outlet
        return track

    def add(self, kind: str, peer: Peer, keys: Keys, payload_type: int) -> DownTrack:
        """Serve one kind to a viewer: the clock first, then packets; video from a keyframe."""
        track, outlet = self.tracks[kind], self.outlets[kind]
        down = DownTrack(peer, keys, payload_type, outlet.segmented)
        outlet.add(down)
        if track.last_report is not None:
            outlet.control_one(down, self._compound(track, track.last_report))
        track.keyframes.want()
        return down

    def report(self, track: UpTrack, report: bytes) -> None:
        """Send a sender report to all viewers of a track."""
        self.outlets[track.kind].control(self._compound(track, report))

    def _compound(self, track: UpTrack, report: bytes) -> bytes:
        return report + rtcp.source_name(track.ssrc, self.name)

    def detach(self) -> None:
        """The publisher is gone."""
        for track in self.tracks.values():
            track.detach()

    @property
    def dropped(self) -> int:
        """Packets that the socket had no room for."""
        return sum(outlet.dropped for outlet in self.outlets.values())

    @property
    def sent(self) -> int:
        """Packets sent to viewers since the stream exists."""
        return self._sent_before + sum(outlet.sent for outlet in self.outlets.values())
