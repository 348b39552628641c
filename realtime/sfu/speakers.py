"""``speakers``: all who speak in a room, as one stream of three sounds and one small picture.

However many speak, a viewer gets at most that. It is a stream that nobody publishes: each place is
a track whose source changes (the loudest, ``floor.py``), and towards viewers a track never restarts
anyway. Sound changes at any packet, the picture at a keyframe. Who is in a place is told by the
contributing source of its packets (RFC 3550 §5.1): the member's number.

Nobody hears herself: while she is in a place, her own session is left out of it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

from realtime.sfu import rtcp, rtp
from realtime.sfu.answer import Accepted
from realtime.sfu.downtrack import DownTrack
from realtime.sfu.floor import Floor
from realtime.sfu.sdp import Codec, Offer, OfferRefused, choose_places
from realtime.sfu.session import Publisher
from realtime.sfu.srtp import Bench
from realtime.sfu.stream import SPEAKERS, Stream
from realtime.sfu.uptrack import UpTrack

MOST = 6
"""Who may speak in one room at a time."""
SOUNDS = 3
PICTURE = "video-0"
CODECS = {**{f"audio-{number}": "opus" for number in range(SOUNDS)}, PICTURE: "VP8"}
"""What is in the places: VP8, because all browsers can show and send it (RFC 7742 §5)."""


class SpeakersFull(OfferRefused):
    """As many speak as may."""

    status = 409
    code = "speakers_full"


class Speakers(Stream):
    """The speakers of a room, for all who listen.

    Args:
        publisher_of: who publishes a stream of this room now.
    """

    def __init__(
        self,
        room: str,
        sock: socket.socket,
        bench: Bench,
        segmented: bool | None,
        publisher_of: Callable[[str], Publisher | None],
    ) -> None:
        super().__init__(room, SPEAKERS, sock, bench, segmented)
        self.floor = Floor(SOUNDS)
        self._publisher_of = publisher_of
        self._in: dict[str, int | None] = dict.fromkeys(CODECS)
        """Who is in each place."""
        self._ways: dict[str, list[tuple[int, DownTrack]]] = {name: [] for name in CODECS}
        for name, codec in CODECS.items():
            self.tracks[name], self.outlets[name] = self._new(name.partition("-")[0], codec)

    # ---- what comes in

    def sound(
        self, member: int, level: int | None, packet: memoryview, header: rtp.Header, now: float
    ) -> None:
        """A packet of a speaker's sound; ``level`` as in ``Floor.heard``."""
        seat = self.floor.heard(member, level, now)
        if seat is None:
            return
        name = f"audio-{seat}"
        if self._in[name] != member:
            self._enter(name, member)
        self.tracks[name].receive(packet, header, now)

    def picture(
        self, member: int, packet: memoryview, header: rtp.Header, now: float, repair: bool
    ) -> None:
        """A packet of a speaker's smallest layer."""
        shown = self._in[PICTURE]
        if shown != member:
            payload = packet[header.start : header.end]
            if self.floor.shown != member or repair or not rtp.starts_keyframe("VP8", payload):
                return
            self._enter(PICTURE, member)
        track = self.tracks[PICTURE]
        if repair:
            track.restore(packet, header, now)
        else:
            track.receive(packet, header, now)

    def clock(self, member: int, report: rtcp.SenderReport, now: float) -> None:
        """A speaker's sender report."""
        for name, who in self._in.items():
            if who == member:
                track = self.tracks[name]
                told = track.sender_report(report, now)
                if told is not None:
                    self.report(track, told)

    def gone(self, member: int) -> None:
        """She speaks no more."""
        self.floor.leave(member)
        for name, who in self._in.items():
            if who == member:
                self._enter(name, None)

    def quiet(self, member: int) -> None:
        """Nobody hears her any more; her picture stays until another speaks."""
        self.floor.leave(member)
        for name, who in self._in.items():
            if who == member and name != PICTURE:
                self._enter(name, None)

    def ask(self, member: int) -> None:
        """Ask ``member`` for the keyframe that her picture begins with, or that somebody needs."""
        layer = self._layer_of(member)
        if layer is None:
            return
        shown = self._in[PICTURE]
        begins = self.floor.shown == member and shown != member
        if begins or (shown == member and self.outlets[PICTURE].awaits_keyframe):
            layer.keyframes.want()

    def wish(self, track: UpTrack) -> None:
        """A viewer cannot decode the picture."""
        shown = self._in[PICTURE]
        layer = None if shown is None else self._layer_of(shown)
        if layer is not None:
            super().wish(layer)

    def _layer_of(self, member: int) -> UpTrack | None:
        live = self._publisher_of(f"speaker-{member}")
        return live.smallest if live is not None else None

    def _enter(self, name: str, member: int | None) -> None:
        """Somebody else is in a place: its track goes on with her, without herself as a viewer."""
        before = self._in[name]
        self._in[name] = member
        track, outlet = self.tracks[name], self.outlets[name]
        track.detach()
        track.contributor = member
        for viewer, down in self._ways[name]:
            if viewer == member:
                outlet.remove(down)
            elif viewer == before:
                outlet.add(down)

    # ---- what goes out

    def choose(self, offer: Offer, live: Mapping[str, str]) -> dict[str, tuple[str, Codec]]:
        """The places in the order of the sections that a viewer offers."""
        return choose_places(offer, CODECS)

    def accepted(self, name: str, codec: Codec) -> Accepted:
        """Each place is a MediaStream of its own: who is in one has nothing to do with the next."""
        track = self.tracks[name]
        return Accepted(codec, track.ssrc, f"{self.name}-{name}", track.rtx_ssrc)

    def serve(self, name: str, down: DownTrack, member: int, now: float) -> None:
        """Let a viewer have a place from now on; as ``Stream.serve``."""
        self._ways[name].append((member, down))
        if self._in[name] == member:
            return
        track = self.tracks[name]
        opening = track.opening(now) if track.kind == "video" else ()
        self.outlets[name].add(down, opening)

    def release(self, name: str, down: DownTrack) -> None:
        """She leaves."""
        super().release(name, down)
        self._ways[name] = [(who, way) for who, way in self._ways[name] if way is not down]
