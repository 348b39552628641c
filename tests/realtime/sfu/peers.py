"""Real ICE, DTLS and SRTP peers for the tests, with full control over every packet.

They are built from aiortc's transport objects without its media machinery: a publisher sends the
packets a test writes, a viewer records what arrives, and both can lose datagrams on purpose.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc import sdp as aiortc_sdp
from aiortc.rtp import RtpPacket, is_rtcp

from realtime.sfu import rtcp
from realtime.sfu.app import App
from realtime.tickets import MediaToken, sign

SECRET = b"a secret for tests only"
CERTIFICATE = RTCCertificate.generateCertificate()
VP8_KEY = b"\x10\x00\x00\x9d\x01\x2a\x40\x01\xb4\x00"
"""Payload that opens a VP8 keyframe."""
VP8_DELTA = b"\x10\x01\x00"

RTPMAPS = {
    "VP8": ("video", "VP8/90000", ""),
    "H264": ("video", "H264/90000", "packetization-mode=1;profile-level-id=42e01f"),
    "opus": ("audio", "opus/48000/2", "minptime=10;useinbandfec=1"),
}


def token(room: str = "r1", member: int = 1, act: str = "publish", lives: float = 60) -> str:
    """A signed media token."""
    fields = {"room": room, "member": member, "act": act, "exp": int(time.time() + lives)}
    return sign(MediaToken(**fields), SECRET)


def bearer(text: str) -> dict[str, str]:
    """The headers of an offer with this token."""
    return {"Authorization": f"Bearer {text}", "Content-Type": "application/sdp"}


@dataclass
class Loss:
    """Says which RTP packets get lost: sequence numbers, each as often as it is listed."""

    sequences: list[int] = field(default_factory=list)

    def swallows(self, sequence: int) -> bool:
        if sequence not in self.sequences:
            return False
        self.sequences.remove(sequence)
        return True


class RawPeer:
    """ICE (controlling) and DTLS (active) over one transport.

    Args:
        codecs: payload type by codec name; direction: of all sections.
    """

    def __init__(self, codecs: dict[str, int], direction: str) -> None:
        self.codecs = codecs
        self.direction = direction
        self.packets: list[RtpPacket] = []
        self.control: list[rtcp.Message] = []
        self.loss = Loss()
        self.session = ""
        self.answer = ""
        self._gatherer = RTCIceGatherer(iceServers=[])
        self._ice = RTCIceTransport(self._gatherer)
        self._ice._connection.ice_controlling = True
        self._arrivals = self._ice._recv
        self._ice._recv = self._unlost
        self.dtls = RTCDtlsTransport(self._ice, [CERTIFICATE])
        self.dtls._handle_rtp_data = self._on_rtp
        self.dtls._handle_rtcp_data = self._on_rtcp

    async def offer(self) -> str:
        """The offer, gathered."""
        await self._gatherer.gather()
        ice = self._gatherer.getLocalParameters()
        digest = self.dtls.getLocalParameters().fingerprints[0]
        kinds = list(dict.fromkeys(RTPMAPS[name][0] for name in self.codecs))
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
        lines.append("a=group:BUNDLE " + " ".join(kinds))
        for kind in kinds:
            mine = [(n, pt) for n, pt in self.codecs.items() if RTPMAPS[n][0] == kind]
            types = " ".join(str(pt) for _, pt in mine)
            lines += [
                f"m={kind} 9 UDP/TLS/RTP/SAVPF {types}",
                "c=IN IP4 0.0.0.0",
                f"a=mid:{kind}",
                f"a={self.direction}",
                "a=rtcp-mux",
                f"a=ice-ufrag:{ice.usernameFragment}",
                f"a=ice-pwd:{ice.password}",
                f"a=fingerprint:{digest.algorithm} {digest.value}",
                "a=setup:actpass",
            ]
            for name, pt in mine:
                lines.append(f"a=rtpmap:{pt} {RTPMAPS[name][1]}")
                lines += [f"a=fmtp:{pt} {RTPMAPS[name][2]}"] if RTPMAPS[name][2] else []
        return "\r\n".join(lines) + "\r\n"

    async def connect(self, http: httpx.AsyncClient, url: str, text: str) -> RawPeer:
        """POST the offer, then ICE and DTLS until media can flow."""
        response = await http.post(url, content=await self.offer(), headers=bearer(text))
        assert response.status_code == 201, response.text
        self.session = response.headers["location"]
        self.answer = response.text
        await self.establish(self.answer)
        return self

    async def establish(self, answer: str) -> None:
        """ICE and DTLS with the side that wrote ``answer``."""
        description = aiortc_sdp.SessionDescription.parse(answer)
        media = next(m for m in description.media if m.port)
        for candidate in media.ice_candidates:
            await self._ice.addRemoteCandidate(candidate)
        await self._ice.addRemoteCandidate(None)
        await asyncio.wait_for(self._ice.start(media.ice), 5)
        self.dtls._set_role("client")
        await asyncio.wait_for(self.dtls.start(media.dtls), 5)
        assert self.dtls.state == "connected"

    async def close(self) -> None:
        """Close without telling the server by HTTP."""
        await self.dtls.stop()
        await self._ice.stop()

    async def vanish(self) -> None:
        """Be gone without a word, like a lost network."""
        if self.dtls._task:
            self.dtls._task.cancel()
        await self._ice.stop()

    async def _on_rtp(self, data: bytes, arrival_time_ms: int) -> None:
        self.packets.append(RtpPacket.parse(data))

    async def _unlost(self) -> bytes:
        """The next datagram, after those that the loss swallows."""
        while True:
            data = await self._arrivals()
            is_rtp = 128 <= data[0] < 192 and not is_rtcp(data)
            if not is_rtp or not self.loss.swallows(int.from_bytes(data[2:4], "big")):
                return data

    async def _on_rtcp(self, data: bytes) -> None:
        self.control += rtcp.parse(data)

    async def send(self, packet: RtpPacket | bytes) -> None:
        """Send one RTP packet or RTCP compound, unless the loss swallows it."""
        data = packet if isinstance(packet, bytes) else packet.serialize()
        if is_rtcp(data) or not self.loss.swallows(int.from_bytes(data[2:4], "big")):
            await self.dtls._send_rtp(data)

    def of(self, payload_type: int) -> list[RtpPacket]:
        """What arrived with this payload type."""
        return [packet for packet in self.packets if packet.payload_type == payload_type]

    def sequences(self, payload_type: int) -> list[int]:
        """Their sequence numbers in order of arrival."""
        return [packet.sequence_number for packet in self.of(payload_type)]


class RawPublisher(RawPeer):
    """Sends numbered packets of one video and one audio source."""

    def __init__(self, codecs: dict[str, int] | None = None, first: int = 1000) -> None:
        super().__init__(codecs or {"opus": 111, "VP8": 96}, "sendonly")
        self.next = {"video": first, "audio": first}
        self.ssrc = {"video": 0x1000 + first, "audio": 0x2000 + first}

    def packet(self, payload: bytes, kind: str = "video", marker: int = 1) -> RtpPacket:
        """The next packet of a kind; every packet is a frame of its own."""
        sequence = self.next[kind]
        self.next[kind] = sequence + 1 & 0xFFFF
        name = next(n for n in self.codecs if RTPMAPS[n][0] == kind)
        step = 3000 if kind == "video" else 960
        return RtpPacket(
            payload_type=self.codecs[name],
            marker=marker,
            sequence_number=sequence,
            timestamp=sequence * step & 0xFFFFFFFF,
            ssrc=self.ssrc[kind],
            payload=payload,
        )

    async def video(self, count: int = 1, pause: float = 0.002) -> None:
        """Send frames of one packet: a keyframe, then others."""
        for index in range(count):
            await self.send(self.packet(VP8_DELTA if index else VP8_KEY))
            await asyncio.sleep(pause)

    async def audio(self, count: int = 1) -> None:
        """Send audio packets."""
        for _ in range(count):
            await self.send(self.packet(b"opus" * 20, "audio"))
            await asyncio.sleep(0.002)


class RawViewer(RawPeer):
    """Receives; can ask for packets and keyframes."""

    def __init__(self, codecs: dict[str, int] | None = None) -> None:
        super().__init__(codecs or {"opus": 109, "VP8": 120}, "recvonly")

    def ssrc(self, kind: str) -> int:
        """The source that the answer announces."""
        description = aiortc_sdp.SessionDescription.parse(self.answer)
        return next(m.ssrc[0].ssrc for m in description.media if m.kind == kind)

    async def ask_again(self, *lost: int, kind: str = "video") -> None:
        """Send a NACK."""
        await self.send(rtcp.nack(7, self.ssrc(kind), lost))

    async def ask_keyframe(self) -> None:
        """Send a PLI."""
        await self.send(rtcp.picture_loss(7, self.ssrc("video")))


async def until(condition: Callable[[], object], within: float = 3.0) -> None:
    """Wait for a condition; fails loudly when it does not come true."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


@dataclass
class House:
    """A running media server with its HTTP client, and the peers that met it."""

    app: App
    http: httpx.AsyncClient
    peers: list[RawPeer] = field(default_factory=list)

    @property
    def engine(self):
        assert self.app.engine is not None
        return self.app.engine

    async def publisher(
        self,
        stream: str = "camera",
        room: str = "r1",
        member: int = 1,
        lives: float = 60,
        **options: object,
    ) -> RawPublisher:
        """A connected publisher."""
        peer = RawPublisher(**options)  # type: ignore[arg-type]
        self.peers.append(peer)
        await peer.connect(
            self.http, f"/media/whip/{room}/{stream}", token(room, member, lives=lives)
        )
        await until(lambda: self.is_live(room, stream, peer))
        return peer

    def is_live(self, room: str, stream: str, peer: RawPeer) -> bool:
        """Whether this peer is the one that feeds the stream."""
        live = self.engine.live.get((room, stream))
        return live is not None and peer.session.endswith(live.id)

    async def viewer(
        self,
        stream: str = "camera",
        room: str = "r1",
        member: int = 2,
        lives: float = 60,
        **options: object,
    ) -> RawViewer:
        """A connected viewer."""
        peer = RawViewer(**options)  # type: ignore[arg-type]
        self.peers.append(peer)
        text = token(room, member, "watch", lives)
        await peer.connect(self.http, f"/media/whep/{room}/{stream}", text)
        session = self.engine.sessions[peer.session.rpartition("/")[2]]
        await until(lambda: session.keys is not None)
        return peer

    def stranger(self, **options: object) -> RawViewer:
        """A viewer that has not connected; closed with the house."""
        peer = RawViewer(**options)  # type: ignore[arg-type]
        self.peers.append(peer)
        return peer

    async def post(
        self, way: str, text: str, offer: str, stream: str = "camera", room: str = "r1"
    ) -> httpx.Response:
        """POST any offer with any token to ``whip`` or ``whep``."""
        url = f"/media/{way}/{room}/{stream}"
        return await self.http.post(url, content=offer, headers=bearer(text))

    async def end(self, peer: RawPeer, text: str | None = None) -> httpx.Response:
        """DELETE a peer's session with a token, by default its own."""
        if text is None:
            session = self.engine.sessions[peer.session.rpartition("/")[2]]
            text = token(session.stream.room, session.member)
        return await self.http.delete(peer.session, headers={"Authorization": f"Bearer {text}"})

    async def healthz(self) -> dict[str, int]:
        """What the server says of itself."""
        return (await self.http.get("/media/healthz")).json()

    async def close(self) -> None:
        """Hang up and stop."""
        for peer in self.peers:
            await peer.close()
        await self.app.close()
        await self.http.aclose()


async def open_house(app: App) -> House:
    """Start ``app`` with a client that talks ASGI to it."""
    await app.open()
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    return House(app, httpx.AsyncClient(transport=transport, base_url="http://media"))
