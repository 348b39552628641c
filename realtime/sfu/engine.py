"""The switch: opens, connects and ends sessions, and keeps the clocks that repair and reap."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from functools import partial

from realtime.sfu import sdp
from realtime.sfu.answer import Accepted, Local, write_answer
from realtime.sfu.dtls import Gate
from realtime.sfu.hooks import Hooks
from realtime.sfu.ice_lite import IceLite, Peer
from realtime.sfu.logs import say
from realtime.sfu.negotiated import publisher, taken, viewer
from realtime.sfu.recording.taps import Taps
from realtime.sfu.relay import Relay
from realtime.sfu.relayed import Relayed
from realtime.sfu.roster import Roster
from realtime.sfu.seam import DtlsFailed, Keys
from realtime.sfu.session import Publisher, Session, Viewer
from realtime.sfu.settings import Settings
from realtime.sfu.sockets import open_socket
from realtime.sfu.speakers import MOST, SpeakersFull
from realtime.sfu.srtp import Bench
from realtime.sfu.stream import SPEAKERS, STREAMS, Stream, speaker_of
from realtime.sfu.streams import Key, Streams
from realtime.sfu.tasks import Tasks
from realtime.sfu.voids import Voids
from realtime.turn import IceServer, ice_servers

log = logging.getLogger(__name__)

PULSE_S = 0.02
"""Resolution of NACKs and keyframe requests."""
BEAT_S = 0.25
"""Something small to publishers, by which they notice a dead way (``media/silence.ts``)."""
REPORT_S = 1.0
"""Receiver reports to publishers, and the look for dead peers."""
ABSENT_S = 120.0
"""How long viewers of a stream wait for its publisher to come back."""
VIEWS_PER_MEMBER = 8
"""Sessions of one person on one stream; one more ends the oldest (a forgotten tab)."""


class Full(Exception):
    """A limit of this server is reached; later may work."""


class NothingLive(Exception):
    """Nobody publishes on this stream now."""


class Engine:
    """All rooms of one media process.

    Args:
        settings: addresses, limits; hooks: who is told about publishers;
        segmented: whether to use UDP GSO (None: where the platform has it).
    """

    def __init__(self, settings: Settings, hooks: Hooks, segmented: bool | None = None) -> None:
        self._settings = settings
        self._hooks = hooks
        self._bench = Bench()
        sock = open_socket(settings.udp_port, settings.addresses)
        self.ice = IceLite(sock, self._bench.inbox)
        self._gate = Gate()
        self.sessions = Roster()
        self.live: dict[Key, Publisher] = {}
        self.voids = Voids()
        self.taps = Taps(settings, hooks.recording)
        self.streams = Streams(self.live, sock, self._bench, segmented, self.taps.joined)
        self._absent: dict[Key, float] = {}
        self._tasks = Tasks()
        self._spawn = self._tasks.spawn
        self.relay = Relay(self, settings)
        self._sent_before = 0
        self.packets_in = 0
        self.forged = 0

    async def start(self) -> None:
        """Read the socket and start the clocks; tell the hook that all streams are gone."""
        self.ice.start()
        self.relay.start()
        self._tasks.every(PULSE_S, self._pulse)
        self._tasks.every(BEAT_S, self._beat)
        self._tasks.every(REPORT_S, self._second)
        self._hooks.tell("started")

    async def close(self) -> None:
        """Say goodbye to every peer and close the socket."""
        for session in list(self.sessions.values()):
            self.end(session, "shutdown")
        await asyncio.sleep(0.02)
        self.relay.close()
        await self._tasks.close()
        self.ice.close()

    def stats(self) -> dict[str, int]:
        """Counters for ``/media/healthz``."""
        return {
            "udp_port": self.ice.port,
            "rooms": self._rooms(),
            "publishers": sum(not isinstance(p, Relayed) for p in self.live.values()),
            "viewers": self.sessions.count(Viewer),
            "packets_in": self.packets_in,
            "packets_out": self._sent_before + sum(s.sent for s in self.streams.values()),
            "packets_dropped": sum(s.dropped for s in self.streams.values()),
            "packets_refused": self.ice.refused + self.forged,
            **self._bench.tally.told(),
            **self.relay.told(),
        }

    def publish(self, room: str, name: str, member: int, text: str) -> tuple[Publisher, str]:
        """Open a publishing session: the session and the SDP answer.

        It replaces the stream's publisher once it is connected, so that a reload is seamless and
        a failed attempt harms nobody.

        Raises:
            OfferRefused: the offer; Full: a limit.
        """
        offer = sdp.parse_offer(text)
        speaks = speaker_of(name) is not None
        chosen = sdp.choose_published(offer, "VP8" if speaks else "")
        self._make_room(room, Publisher, self._settings.max_publishers)
        if speaks and len(self.sessions.speaking(room) - {name}) >= MOST:
            raise SpeakersFull("as many speak in this room as may")
        stream = self.streams.opened((room, name))
        for earlier in self.sessions.of(stream, Publisher):
            if earlier is not self.live.get((room, name)):
                self.end(earlier, "superseded")
        session = publisher(Publisher, member, self._peer(offer), stream, offer, chosen)
        session.offer = text
        accepted = taken(offer, chosen, speaks)
        return session, self._open(session, offer, accepted)

    def adopt(self, room: str, name: str, member: int, text: str) -> Relayed:
        """Let a sibling worker's publisher, who made the offer ``text``, feed the stream here.

        Raises:
            OfferRefused: the sibling is of another version.
        """
        offer = sdp.parse_offer(text)
        chosen = sdp.choose_published(offer)
        stream, peer = self.streams.opened((room, name)), self._peer(offer)
        session = publisher(Relayed, member, peer, stream, offer, chosen)
        self._publish(session)
        return session

    def watch(self, room: str, name: str, member: int, text: str) -> tuple[Viewer, str]:
        """Open a viewing session: the session and the SDP answer.

        Raises:
            NothingLive: before anything else; OfferRefused: the offer; Full: a limit.
        """
        live = self.live.get((room, name))
        stream = self.streams.watchable((room, name))
        if stream is None:
            raise NothingLive
        offer = sdp.parse_offer(text)
        chosen = stream.choose(offer, live.codecs if live else {})
        self._make_room(room, Viewer, self._settings.max_viewers)
        self._close_forgotten(stream, member)
        session = viewer(member, self._peer(offer), stream, offer, chosen)
        accepted = {mid: stream.accepted(*place) for mid, place in chosen.items()}
        return session, self._open(session, offer, accepted)

    def end(self, session: Session, reason: str) -> None:
        """End a session, whatever its state; a second call does nothing."""
        if session.ended:
            return
        session.ended = True
        self.sessions.pop(session.id, None)
        self.ice.remove(session.peer)
        session.peer.on_media = None
        if isinstance(session, Viewer):
            session.leave()
        elif isinstance(session, Publisher):
            self._unpublish(session)
        self._spawn(self._farewell(session))
        self._forget(session.stream)
        if (stage := self.streams.get((session.stream.room, SPEAKERS))) is not None:
            self._forget(stage)
        self._say("session.ended", session, reason=reason)

    def relays(self, member: int) -> list[IceServer]:
        """STUN and TURN servers for ``member``."""
        told = self._settings
        return ice_servers(told.turn_urls, told.turn_secret, member, time.time())

    def expel(self, room: str, member: int | None, speaking: bool = False) -> int:
        """End what ``member`` (None: everybody) sends and watches in ``room``; how many. With
        ``speaking`` only what is said as a speaker."""
        own = self.sessions.within(room, member)
        if speaking:
            own = [one for one in own if isinstance(one, Publisher) and one.stream.stage]
        for session in own:
            self.end(session, "expelled")
        return len(own)

    def _make_room(self, room: str, kind: type[Session], limit: int) -> None:
        """Check the limits before anything is made."""
        rooms = {key[0] for key in self.streams}
        if room not in rooms and len(rooms) >= self._settings.max_rooms:
            raise Full("rooms")
        if self.sessions.count(kind) >= limit:
            raise Full(kind.__name__.lower() + "s")

    def _rooms(self) -> int:
        return len({key[0] for key in self.streams})

    def _close_forgotten(self, stream: Stream, member: int) -> None:
        own = [view for view in self.sessions.of(stream, Viewer) if view.member == member]
        for view in own[: max(0, len(own) - VIEWS_PER_MEMBER + 1)]:
            self.end(view, "too many views")

    def _peer(self, offer: sdp.Offer) -> Peer:
        return Peer(offer.ufrag, offer.password, time.monotonic())

    def _open(self, session: Session, offer: sdp.Offer, accepted: Mapping[str, Accepted]) -> str:
        """Write the answer and wait for the peer in the background."""
        peer = session.peer
        local = Local(
            ufrag=peer.ufrag,
            password=peer.password,
            fingerprint=self._gate.fingerprint,
            addresses=self._settings.addresses,
            port=self.ice.port,
        )
        answer = session.answer = write_answer(offer, accepted, local)
        self.sessions[session.id] = session
        self.ice.add(peer)
        session.dtls = self._gate.dtls(peer, lambda data: self._transmit(peer, data))
        session.connecting = self._spawn(self._connect(session, offer))
        self._say("session.opened", session)
        return answer

    def _transmit(self, peer: Peer, data: bytes) -> None:
        self.ice.send(data, peer.address)

    async def _connect(self, session: Session, offer: sdp.Offer) -> None:
        """Handshake, then let media flow; a peer that fails is ended and logged once."""
        assert session.dtls is not None  # noqa: S101 - set by _open
        try:
            keys = await self._gate.keys(
                session.member, session.dtls, session.peer, offer.fingerprints
            )
        except (DtlsFailed, TimeoutError) as failure:
            return self.end(session, f"handshake: {type(failure).__name__}")
        except Exception:
            log.exception("handshake.crashed session=%s", session.label)
            return self.end(session, "handshake: crashed")
        if not session.ended:
            session.dtls.on_closed(lambda: self.end(session, "goodbye"))
            self._connected(session, keys)
        return None

    def _connected(self, session: Session, keys: Keys) -> None:
        session.keys = keys
        self.ice.answered(session.peer)
        session.peer.on_media = partial(self._on_media, session)
        self._say("session.connected", session, profile=keys.profile)
        if isinstance(session, Publisher):
            self._publish(session)
        elif isinstance(session, Viewer):
            self._join(session, keys)

    def _publish(self, session: Publisher) -> None:
        """Take over the stream; viewers who cannot follow (another codec) are ended."""
        stream = session.stream
        key = (stream.room, stream.name)
        before = self.live.pop(key, None)
        stream.detach()
        for watching in self.sessions.of(stream, Viewer):
            if not watching.suits(session.codecs):
                self.end(watching, "codec changed")
        for kind, codec in session.codecs.items():
            stream.track(kind, codec)
        self.live[key] = session
        self._absent.pop(key, None)
        session.take_over()
        if before is not None:
            self.end(before, "replaced")
        self._tell("published", session)
        self.relay.published(session)
        self._report(session)
        stream.begin()

    def _join(self, session: Viewer, keys: Keys) -> None:
        live = self.live.get((session.stream.room, session.stream.name))
        if live is not None and not session.suits(live.codecs):
            return self.end(session, "codec changed")
        return session.join(keys)

    def _unpublish(self, session: Publisher) -> None:
        """Its stream falls silent, unless another publisher has taken over already."""
        session.give_up()
        stream = session.stream
        key = (stream.room, stream.name)
        if self.live.get(key) is session:
            del self.live[key]
            stream.detach()
            if stream.stage is not None:
                stream.stage.gone(session.member)
            self._absent[key] = time.monotonic()
            self._tell("ended", session)
        self.relay.ended(session)

    def _tell(self, event: str, session: Publisher) -> None:
        """Tell the hook about a stream of a class; a device check is nobody's business."""
        stream = session.stream
        told = stream.name in STREAMS or stream.stage is not None
        if told and not isinstance(session, Relayed):
            self._hooks.tell(event, stream.room, stream.name, session.member, session.alias)

    async def _farewell(self, session: Session) -> None:
        """Close the DTLS association; the browser notices at once instead of after a timeout."""
        task = session.connecting
        if task is not None and task is not asyncio.current_task() and not task.done():
            task.cancel()
        if session.dtls is not None:
            await session.dtls.close()
        session.peer.close()

    def _forget(self, stream: Stream) -> None:
        """Drop a stream that nobody publishes or watches."""
        if self.sessions.use(stream):
            return
        key = (stream.room, stream.name)
        if self.streams.pop(key, None) is not None:
            self._sent_before += stream.sent
            self._absent.pop(key, None)
            if isinstance(relayed := self.live.get(key), Relayed):
                self.end(relayed, "nobody watches")

    def _on_media(self, session: Session, size: int) -> None:
        """A mistake of ours in one session ends that session, not everybody's."""
        self.packets_in += 1
        try:
            self.forged += not session.on_media(self._bench, size, time.monotonic())
        except Exception:
            log.exception("media.crashed session=%s", session.label)
            self.end(session, "crashed")

    def _pulse(self) -> None:
        """NACKs and keyframe requests that are due."""
        now = time.monotonic()
        for live in self.live.values():
            self.tell_peer(live, live.feedback(now))

    def _beat(self) -> None:
        for live in self.live.values():
            self.tell_peer(live, live.beat)

    def _second(self) -> None:
        """Reports to publishers, a look at every viewer; the dead and the forgotten are ended."""
        for live in self.live.values():
            self._report(live)
        for session in list(self.sessions.values()):
            session.review(time.monotonic())
        for peer in self.ice.expired():
            for session in self.sessions.having(peer):
                self.end(session, "expired")
        self._end_orphans(time.monotonic() - ABSENT_S)

    def _end_orphans(self, limit: float) -> None:
        """End the viewers of streams whose publisher has not come back since ``limit``."""
        for key in [key for key, since in self._absent.items() if since < limit]:
            del self._absent[key]
            stream = self.streams.get(key)
            for watching in self.sessions.of(stream, Viewer) if stream else ():
                self.end(watching, "publisher gone")

    def _report(self, session: Publisher) -> None:
        compound = session.receiver_report(time.monotonic(), self._settings.max_bitrate)
        self.tell_peer(session, compound)

    def tell_peer(self, session: Session, compound: bytes) -> None:
        """Send RTCP to whom the session is with."""
        if compound and session.keys is not None:
            sealed = self._bench.seal_rtcp(session.keys, compound)
            if sealed is not None:
                self.ice.send(sealed, session.peer.address)

    def _say(self, event: str, session: Session, **fields: object) -> None:
        kind = type(session).__name__.lower()
        stream = session.stream
        where = {"session": session.label, "kind": kind, "room": stream.room, "stream": stream.name}
        with contextlib.suppress(OSError):
            say(log, logging.INFO, event, **where, member=session.member, **fields)
