"""One peer's session: a publisher that sends, or a viewer that receives."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable

from realtime.sfu import extensions, rtcp, rtp
from realtime.sfu.downtrack import DownTrack
from realtime.sfu.ice_lite import Peer
from realtime.sfu.ladder import Ladder
from realtime.sfu.seam import Dtls, Keys
from realtime.sfu.selection import Selection, Wish
from realtime.sfu.simulcast import Simulcast
from realtime.sfu.sorter import Sorter
from realtime.sfu.srtp import Bench
from realtime.sfu.stream import Stage, Stream
from realtime.sfu.uptrack import UpTrack

Transmit = Callable[[bytes | memoryview], bool]


class Session:
    """What both kinds share: who it is, and the way from HTTP answer to SRTP keys.

    Args:
        member: whose token opened it; peer: its ICE side; stream: what it is about.
    """

    def __init__(self, member: int, peer: Peer, stream: Stream) -> None:
        self.id = secrets.token_urlsafe(18)
        """Part of its address; known to who opened it."""
        self.alias = secrets.token_urlsafe(12)
        """What others may know it by; leads nowhere."""
        self.member = member
        self.peer = peer
        self.stream = stream
        self.keys: Keys | None = None
        self.dtls: Dtls | None = None
        self.connecting: asyncio.Task[None] | None = None
        self.ended = False
        self.answer = ""
        """What the offer was answered with."""
        self.restarts: list[float] = []
        """When ICE was restarted lately."""
        self.opened_at = time.monotonic()
        self.tap: Callable[[bytes], None] | None = None
        """Gets a copy of all that the peer sends, decrypted: for the sibling workers."""

    @property
    def label(self) -> str:
        """The id's beginning, for logs: the whole id is between us and the peer."""
        return self.id[:6]

    def on_media(self, bench: Bench, size: int, now: float) -> bool:
        """Handle the SRTP or SRTCP datagram in the bench's inbox; False: not authentic."""
        if self.keys is None:
            return False
        if 192 <= bench.inbox[1] <= 223:  # RFC 5761 §4: RTCP packet types on a shared port
            length = bench.open_rtcp(self.keys, size)
            if length:
                self._tapped(bench.inbox[:length])
                self._control(bytes(bench.inbox[:length]), now)
            return bool(length)
        length = bench.open_rtp(self.keys, size)
        if length:
            self._tapped(bench.inbox[:length])
            self._media(bench.inbox[:length], now)
        return bool(length)

    def _tapped(self, packet: memoryview) -> None:
        if self.tap is not None:
            self.tap(bytes(packet))

    def _control(self, compound: bytes, now: float) -> None:
        try:
            messages = rtcp.parse(compound)
        except rtcp.BadRtcp:
            return
        for message in messages:
            self.control(message, now)

    def control(self, message: rtcp.Message, now: float) -> None:
        """React to one RTCP message of the peer."""

    def _media(self, packet: memoryview, now: float) -> None:
        """React to one RTP packet of the peer; viewers send none."""

    def review(self, now: float) -> None:
        """Once a second: is everything as it should be."""


class Publisher(Session):
    """Sends the stream's tracks.

    Args:
        codecs: codec by kind, as negotiated; types: kind by payload type;
        repairs: kind by payload type of retransmissions;
        simulcast: the sizes of the picture, when there are several;
        level: the id of the extension that says how loud she is (RFC 6464).
    """

    def __init__(
        self,
        member: int,
        peer: Peer,
        stream: Stream,
        codecs: dict[str, str],
        types: dict[int, str],
        repairs: dict[int, str] | None = None,
        simulcast: Simulcast | None = None,
        level: int | None = None,
    ) -> None:
        super().__init__(member, peer, stream)
        self.codecs = codecs
        self.types = types
        self.repairs = repairs or {}
        self.repairing: dict[int, UpTrack] = {}
        self.tracks: dict[int, UpTrack] = {}
        """Live tracks by payload type: empty until connected and after being replaced."""
        self.simulcast = simulcast
        self.level = level
        self._sorter: Sorter | None = None
        self._smaller: list[UpTrack] = []
        """Layers of the picture below the one in ``tracks``."""
        self.received = 0
        self.offer = ""
        """What it offered, for the sibling workers."""
        self.ssrc = secrets.randbelow(0xFFFFFFFF) + 1
        """Who speaks in our receiver reports."""

    def take_over(self) -> None:
        """Feed the stream's tracks from now on."""
        self.tracks = {pt: self.stream.tracks[kind] for pt, kind in self.types.items()}
        self.repairing = {pt: self.stream.tracks[kind] for pt, kind in self.repairs.items()}
        if "video" in self.codecs and self.stream.ladder is not None:
            self._feed(self.stream.ladder)

    def _feed(self, ladder: Ladder) -> None:
        agreed = self.simulcast
        layers = [layer.track for layer in ladder.grow(len(agreed.rids) if agreed else 1)]
        if agreed is not None:
            self._smaller = layers[1:]
            self._sorter = Sorter(agreed, layers[::-1])

    @property
    def named(self) -> dict[int, str]:
        """Layers by SSRC: browsers name them in the first packets of a source only."""
        return self._sorter.names if self._sorter is not None else {}

    @property
    def sizes(self) -> dict[str, int]:
        """Pixels by layer, of those that were measured."""
        return self._sorter.sizes if self._sorter is not None else {}

    def know(self, named: dict[int, str], sizes: dict[str, int]) -> None:
        """What somebody heard who was there from the beginning."""
        if self._sorter is not None:
            self._sorter.measured(sizes)
            for ssrc, name in named.items():
                self._sorter.know(ssrc, name)

    def give_up(self) -> None:
        """Feed nothing any more."""
        self.tracks, self._smaller, self._sorter = {}, [], None

    @property
    def fed(self) -> list[UpTrack]:
        """All tracks and layers that this session feeds."""
        return [*self.tracks.values(), *self._smaller]

    def _media(self, packet: memoryview, now: float) -> None:
        header = rtp.parse(packet)
        if header is None or not self.tracks:
            return
        track = self.tracks.get(header.payload_type)
        repaired = None if track else self.repairing.get(header.payload_type)
        found = track or repaired
        if found is not None and found.kind == "audio" and self.stream.muted:
            return  # neither viewers nor the stage nor a recording get it
        if found is not None and found.kind == "video" and self._sorter is not None:
            found = self._sorter.track(packet, header, repaired is not None)
        if found is not None and repaired is not None:
            self.received += found.restore(packet, header, now)
        elif found is not None:
            self.received += found.receive(packet, header, now)
        if found is not None and self.stream.stage is not None:
            self._speak(self.stream.stage, found, packet, header, now)

    def _speak(
        self, stage: Stage, track: UpTrack, packet: memoryview, header: rtp.Header, now: float
    ) -> None:
        """What she sends is heard, and its smallest picture seen, among the speakers too."""
        if track is self.smallest:
            repair = header.payload_type in self.repairing
            stage.picture(self.member, packet, header, now, repair)
        elif track.kind == "audio":
            told = extensions.value(packet, self.level) if self.level is not None else None
            level = told[0] & 0x7F if told else None
            stage.sound(self.member, level, packet, header, now)

    @property
    def smallest(self) -> UpTrack | None:
        """The smallest layer of her picture."""
        pictures = [track for track in self.fed if track.kind == "video"]
        return pictures[-1] if pictures else None

    def control(self, message: rtcp.Message, now: float) -> None:
        """Forward sender reports; everything else of a publisher is of no interest."""
        if not isinstance(message, rtcp.SenderReport):
            return
        for track in self.fed:
            report = track.sender_report(message, now)
            if report is not None:
                self.stream.report(track, report)
        if self.stream.stage is not None:
            self.stream.stage.clock(self.member, message, now)

    def feedback(self, now: float) -> bytes:
        """NACKs and keyframe requests that are due."""
        if self.stream.stage is not None:
            self.stream.stage.ask(self.member)
        elsewhere = self.tap is not None or self.stream.stage is not None
        return b"".join(track.feedback(self.ssrc, now, elsewhere) for track in self.fed)

    @property
    def beat(self) -> bytes:
        """A report about nothing (RFC 3550 §6.4.2): we are here."""
        name = rtcp.source_name(self.ssrc, self.stream.name)
        return rtcp.receiver_report(self.ssrc, ()) + name

    def receiver_report(self, now: float, bitrate: int) -> bytes:
        """The regular compound: how the tracks arrive, our name, and how much we take."""
        sources = [track.source for track in self.fed if track.source]
        blocks = [block for source in sources if (block := source.reception.report(now))]
        ssrcs = [source.ssrc for source in sources]
        compound = rtcp.receiver_report(self.ssrc, blocks)
        compound += rtcp.source_name(self.ssrc, self.stream.name)
        return compound + (rtcp.bitrate_estimate(self.ssrc, bitrate, ssrcs) if ssrcs else b"")


class Viewer(Session):
    """Receives the stream's tracks.

    Args:
        codecs: codec by kind, as answered; types: payload type by kind;
        offered: all kinds it asked for, also those that were not live;
        repairs: payload type of retransmissions by kind, None where it has none.
    """

    def __init__(
        self,
        member: int,
        peer: Peer,
        stream: Stream,
        codecs: dict[str, str],
        types: dict[str, int],
        offered: frozenset[str],
        repairs: dict[str, int | None] | None = None,
    ) -> None:
        super().__init__(member, peer, stream)
        self.codecs = codecs
        self.types = types
        self.offered = offered
        self.repairs = repairs or {}
        self.downs: dict[str, DownTrack] = {}
        self.wish: Wish = "auto"
        self.selection: Selection | None = None
        """Of the picture, once she is connected."""

    def suits(self, codecs: dict[str, str]) -> bool:
        """Whether a (new) publisher's codecs are what this viewer was answered."""
        return all(self.codecs.get(kind) == codecs[kind] for kind in self.offered & codecs.keys())

    def join(self, keys: Keys) -> None:
        """Be served from the next packet on."""
        for kind, payload_type in self.types.items():
            rtx = self.repairs.get(kind)
            down = self.stream.add(kind, self.peer, keys, payload_type, rtx)
            self.downs[kind] = down
            if kind == "video" and self.stream.ladder is not None:
                now = time.monotonic()
                self.selection = Selection(self.stream.ladder, down, self.wish, now)
            elif not (self.wish == "off" and _is_picture(kind)):
                self.stream.serve(kind, down, self.member, time.monotonic())

    def leave(self) -> None:
        """Be served no more."""
        if self.selection is not None:
            self.selection.leave()
        for kind, down in self.downs.items():
            self.stream.release(kind, down)
        self.downs.clear()
        self.selection = None

    def ask(self, wish: Wish, now: float) -> None:
        """Which size of the picture she wants, from now on. The picture of those who speak has one
        size only: it is sent or not.
        """
        before, self.wish = self.wish, wish
        if self.selection is not None:
            self.selection.ask(wish, now)
        elif (before == "off") != (wish == "off"):
            self._turn(wish != "off", now)

    def _turn(self, on: bool, now: float) -> None:
        for kind, down in self.downs.items():
            if not _is_picture(kind):
                continue
            if on:
                self.stream.serve(kind, down, self.member, now)
            else:
                self.stream.release(kind, down)

    def review(self, now: float) -> None:
        """Once a second: perhaps another layer suits her better now."""
        if self.selection is not None:
            self.selection.review(now)

    def track_of(self, kind: str) -> UpTrack:
        """What she gets of this kind: of the picture, the layer."""
        layer = self.selection.layer if self.selection and kind == "video" else None
        return self.stream.tracks[kind] if layer is None else layer.track

    def _by_ssrc(self, ssrc: int) -> str | None:
        tracks = self.stream.tracks
        return next((kind for kind in self.downs if tracks[kind].ssrc == ssrc), None)

    def control(self, message: rtcp.Message, now: float) -> None:
        """Repair what the viewer misses, ask for keyframes, remember how it arrives."""
        if isinstance(message, rtcp.Estimate) and self.selection is not None:
            return self.selection.report(message, now)
        if not isinstance(message, rtcp.Nack | rtcp.KeyframeRequest | rtcp.ReportBlock):
            return None
        kind = self._by_ssrc(message.ssrc)
        return self._react(kind, message, now) if kind is not None else None

    def _react(
        self, kind: str, message: rtcp.Nack | rtcp.KeyframeRequest | rtcp.ReportBlock, now: float
    ) -> None:
        track, down = self.track_of(kind), self.downs[kind]
        if isinstance(message, rtcp.Nack):
            self.stream.outlets[kind].repair(down, message.lost, now)
        elif isinstance(message, rtcp.KeyframeRequest):
            down.health.wishes += 1
            self.stream.wish(track)
        else:
            down.health.report(message, track.rate, track.clocks, now)
            if kind == "video" and self.selection is not None:
                self.selection.report(message, now)


def _is_picture(name: str) -> bool:
    """Whether a track or a place (``video-0``) has pictures."""
    return name.partition("-")[0] == "video"
