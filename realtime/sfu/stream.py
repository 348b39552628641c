"""One stream of a room: its tracks and the way out of each.

It outlives its publishers: a lecturer's reload leaves viewers, numbers and SSRCs in place.
Besides ``camera`` and ``screen`` there is ``probe-<member id>``: a person's own loop for the device
check. She alone may publish and watch it, and nobody is told. ``speaker-<member id>`` is a member
who was asked to speak; ``speakers`` puts all of them together for those who listen.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from realtime.sfu import rtcp, rtp, sdp
from realtime.sfu.answer import Accepted
from realtime.sfu.downtrack import DownTrack, Rtx
from realtime.sfu.fanout import FanOut
from realtime.sfu.ice_lite import Peer
from realtime.sfu.ladder import Ladder, Layer
from realtime.sfu.sdp import Codec
from realtime.sfu.seam import Keys
from realtime.sfu.srtp import Bench
from realtime.sfu.uptrack import UpTrack

STREAMS = ("camera", "screen")
SPEAKERS = "speakers"
"""All who speak, put together; nobody publishes it."""
SPEAKER = re.compile(r"speaker-([1-9]\d{0,18})")
PROBE = re.compile(r"probe-([1-9]\d{0,18})")


def probe_owner(name: str) -> int | None:
    """The member whose device check this stream is; None for the streams of a class."""
    found = PROBE.fullmatch(name)
    return int(found[1]) if found else None


def speaker_of(name: str) -> int | None:
    """The member who speaks on this stream; None for other streams."""
    found = SPEAKER.fullmatch(name)
    return int(found[1]) if found else None


def is_stream(name: str) -> bool:
    """Whether a stream may have this name."""
    personal = probe_owner(name) is not None or speaker_of(name) is not None
    return name in STREAMS or name == SPEAKERS or personal


class Stage(Protocol):
    """Where those who speak in a room are put together (``speakers``)."""

    def sound(
        self, member: int, level: int | None, packet: memoryview, header: rtp.Header, now: float
    ) -> None: ...

    def picture(
        self, member: int, packet: memoryview, header: rtp.Header, now: float, repair: bool
    ) -> None: ...

    def clock(self, member: int, report: rtcp.SenderReport, now: float) -> None: ...

    def gone(self, member: int) -> None: ...

    def ask(self, member: int) -> None: ...


class Stream:
    """What viewers are subscribed to.

    Args:
        room: the room's code; name: ``camera`` or ``screen``; segmented: as in ``FanOut``;
        joined: hears of every publisher that has brought its tracks (the recorder).
    """

    def __init__(
        self,
        room: str,
        name: str,
        sock: socket.socket,
        bench: Bench,
        segmented: bool | None = None,
        joined: Callable[[Stream], None] | None = None,
    ) -> None:
        self.room = room
        self.name = name
        self.tracks: dict[str, UpTrack] = {}
        self.outlets: dict[str, FanOut] = {}
        self.ladder: Ladder | None = None
        """The sizes of the picture; the largest is ``tracks["video"]``."""
        self.stage: Stage | None = None
        """Of the stream of somebody who speaks: where she is heard with others."""
        self.muted = False
        """Nobody gets the sound of this speaker, whatever she sends."""
        self._sock = sock
        self._bench = bench
        self._segmented = segmented
        self._joined = joined
        self._sent_before = 0

    def track(self, kind: str, codec: str) -> UpTrack:
        """The track of this kind; a new one when the codec is another than before."""
        track = self.tracks.get(kind)
        if track is None or track.codec != codec:
            sent = self.sent
            track, self.outlets[kind] = self._new(kind, codec)
            self.tracks[kind] = track
            if kind == "video":
                self.ladder = Ladder(Layer(track, self.outlets[kind]), self._smaller)
            self._sent_before += sent - self.sent
        if self._joined is not None:
            self._joined(self)
        return track

    def _new(self, kind: str, codec: str) -> Layer:
        outlet = FanOut(self._sock, self._bench, self._segmented, kind == "video")
        outlet.track = UpTrack(kind, codec, outlet, tally=self._bench.tally)
        return Layer(outlet.track, outlet)

    def _smaller(self, top: UpTrack) -> Layer:
        """A further layer of the picture, which looks like ``top`` to viewers."""
        layer = self._new(top.kind, top.codec)
        layer.track.ssrc, layer.track.rtx_ssrc = top.ssrc, top.rtx_ssrc
        layer.track.spare = True
        return layer

    def add(
        self, kind: str, peer: Peer, keys: Keys, payload_type: int, rtx_type: int | None = None
    ) -> DownTrack:
        """The way of one kind to a viewer, with the clock sent ahead; nobody serves it yet.

        Args:
            rtx_type: the payload type of retransmissions, if she has one.
        """
        track, outlet, now = self.tracks[kind], self.outlets[kind], time.monotonic()
        rtx = None if rtx_type is None else Rtx(rtx_type, track.rtx_ssrc)
        down = DownTrack(peer, keys, payload_type, outlet.segmented, rtx)
        report = track.timeline.report
        if report is not None:
            down.health.joined_clocks.sent(report, now)
            outlet.control_one(down, self._compound(track, rtcp.sender_report(report)))
        return down

    def choose(self, offer: sdp.Offer, live: Mapping[str, str]) -> dict[str, tuple[str, Codec]]:
        """What a viewer gets in which section: track and codec by mid.

        Raises:
            Unacceptable: as ``sdp.choose_watched``.
        """
        chosen = sdp.choose_watched(offer, live)
        return {s.mid: (s.kind, chosen[s.mid]) for s in offer.sections if s.mid in chosen}

    def serve(self, name: str, down: DownTrack, member: int, now: float) -> None:
        """Let ``member`` have a track from now on."""
        self.outlets[name].add(down)

    def release(self, name: str, down: DownTrack) -> None:
        """She leaves."""
        self.outlets[name].remove(down)

    def accepted(self, kind: str, codec: Codec) -> Accepted:
        """What an answer says about the source of this kind."""
        track = self.tracks[kind]
        return Accepted(codec, track.ssrc, self.name, track.rtx_ssrc)

    def wish(self, track: UpTrack) -> None:
        """A viewer cannot decode."""
        self._bench.tally.wishes += 1
        track.keyframes.want()

    def report(self, track: UpTrack, report: bytes) -> None:
        """Send a sender report to all viewers of a track or layer."""
        for layer in self.layers:
            if layer.track is track:
                layer.outlet.control(self._compound(track, report))

    def _compound(self, track: UpTrack, report: bytes) -> bytes:
        return report + rtcp.source_name(track.ssrc, self.name)

    @property
    def layers(self) -> list[Layer]:
        """Everything that a publisher may feed: sound, and the picture in its sizes."""
        found = [Layer(self.tracks[kind], outlet) for kind, outlet in self.outlets.items()]
        return found + (self.ladder.layers[1:] if self.ladder else [])

    def begin(self) -> None:
        """A publisher is here: who watched before needs a keyframe."""
        for layer in self.layers:
            if layer.track.kind == "video" and len(layer.outlet):
                layer.track.keyframes.want()

    @property
    def places(self) -> tuple[object, ...]:
        """Where what is published here may be watched: this stream, and the stage."""
        return (self,) if self.stage is None else (self, self.stage)

    def detach(self) -> None:
        """The publisher is gone."""
        for layer in self.layers:
            layer.track.detach()

    @property
    def dropped(self) -> int:
        """Packets that the socket had no room for."""
        return sum(layer.outlet.dropped for layer in self.layers)

    @property
    def sent(self) -> int:
        """Packets sent to viewers since the stream exists."""
        return self._sent_before + sum(layer.outlet.sent for layer in self.layers)
