"""People who speak, and those who listen to all of them."""

from __future__ import annotations

from aiortc import sdp as aiortc_sdp
from aiortc.rtp import RtpPacket

from realtime.sfu.extensions import LEVEL
from tests.realtime.sfu.peers import (
    VP8_DELTA,
    VP8_KEY,
    House,
    RawPublisher,
    RawViewer,
    token,
    until,
)

LEVEL_ID = 1
LOUD, QUIET, SILENT = 20, 50, 127
"""Levels in -dBov."""


class SpeakingPeer(RawPublisher):
    """Sends sound with its level, and a small picture."""

    def __init__(self, member: int) -> None:
        super().__init__(first=1000 * member)
        self.member = member
        self.level = QUIET

    async def offer(self) -> str:
        """With the extension that tells how loud it is."""
        text = await super().offer()
        return text.replace("a=rtpmap:111", f"a=extmap:{LEVEL_ID} {LEVEL}\r\na=rtpmap:111", 1)

    def spoken(self) -> bytes:
        """The next packet of sound, with its level (RFC 6464 §3)."""
        plain = self.packet(bytes([self.member]) * 100, "audio").serialize()
        extension = bytes([LEVEL_ID << 4, self.level, 0, 0])
        return bytes([plain[0] | 0x10]) + plain[1:12] + b"\xbe\xde\x00\x01" + extension + plain[12:]

    async def say(self, key: bool = False) -> None:
        """20 ms of sound and a picture."""
        await self.send(self.spoken())
        await self.send(self.packet((VP8_KEY if key else VP8_DELTA) + bytes([self.member]) * 200))


class Listener(RawViewer):
    """Watches ``speakers``: three sounds, one picture."""

    async def offer(self) -> str:
        """Three sections of sound."""
        text = await super().offer()
        head, audio, video = (
            text.replace("m=audio", "\0m=audio").replace("m=video", "\0m=video").split("\0")
        )
        head = head.replace("BUNDLE audio video", "BUNDLE a0 a1 a2 v0")
        sounds = "".join(audio.replace("a=mid:audio", f"a=mid:a{n}") for n in range(3))
        return head + sounds + video.replace("a=mid:video", "a=mid:v0")

    def sources(self, kind: str) -> list[int]:
        """The SSRCs of the places, in order."""
        description = aiortc_sdp.SessionDescription.parse(self.answer)
        return [m.ssrc[0].ssrc for m in description.media if m.kind == kind and m.port]

    def from_source(self, ssrc: int) -> list[RtpPacket]:
        """What arrived in a place."""
        return [packet for packet in self.packets if packet.ssrc == ssrc]

    @property
    def octets(self) -> int:
        """Bytes of payload that arrived."""
        return sum(len(packet.payload) for packet in self.packets)


async def speaker(house: House, member: int) -> SpeakingPeer:
    """A connected speaker, by a token that allows nothing else."""
    peer = SpeakingPeer(member)
    house.peers.append(peer)
    name = f"speaker-{member}"
    await peer.connect(house.http, f"/media/whip/r1/{name}", token("r1", member, "speak"))
    await until(lambda: house.is_live("r1", name, peer))
    return peer


async def listener(house: House, member: int = 99) -> Listener:
    """A connected listener."""
    peer = Listener()
    house.peers.append(peer)
    await peer.connect(house.http, "/media/whep/r1/speakers", token("r1", member, "watch"))
    session = house.engine.sessions[peer.session.rpartition("/")[2]]
    await until(lambda: session.keys is not None)
    return peer
