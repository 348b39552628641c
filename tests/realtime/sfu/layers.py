"""A publisher of several layers and what tests ask of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx
from aiortc.rtp import RtpPacket

from realtime.sfu import rtcp
from tests.realtime.sfu.peers import VP8_DELTA, House, Loss, RawPublisher, RawViewer, token, until

MID, RID, REPAIRED = 4, 10, 11
"""Ids of the header extensions, as Chromium numbers them."""
DESCRIPTOR = b"\x90\xe0"
"""VP8 descriptor with X; then I, L and T: picture number, TL0PICIDX, layer and key index."""
EXTENSIONS = f"""a=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:{RID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:{REPAIRED} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
""".replace("\n", "\r\n")


def with_rid(packet: RtpPacket, rid: str, number: int = RID) -> bytes:
    """The packet with the name of its layer (RFC 8285 §4.2, RFC 8852)."""
    plain = packet.serialize()
    data = bytes([number << 4 | len(rid) - 1]) + rid.encode()
    data += b"\0" * (-len(data) % 4)
    head = bytes([plain[0] | 0x10]) + plain[1:12]
    return head + b"\xbe\xde" + (len(data) // 4).to_bytes(2, "big") + data + plain[12:]


def vp8(
    key: bool, picture: int, base: int, mark: bytes = b"", size: tuple[int, int] = (320, 180)
) -> bytes:
    """A payload with a 15-bit picture number and TL0PICIDX, and a mark at the end."""
    numbers = (picture & 0x7FFF | 0x8000).to_bytes(2, "big") + bytes([base & 0xFF, 0x20])
    width, height = (side.to_bytes(2, "little") for side in size)
    frame = b"\x00\x00\x00\x9d\x01\x2a" + width + height if key else VP8_DELTA[1:]
    return DESCRIPTOR + numbers + frame + mark


def numbers(payload: bytes) -> tuple[int, int]:
    """Picture number and TL0PICIDX."""
    return int.from_bytes(payload[2:4], "big") & 0x7FFF, payload[4]


class LayeredPublisher(RawPublisher):
    """Sends the layers ``l``, ``m`` and ``h`` of one camera, each with numbers of its own.

    Args:
        rids: in the order of the offer; named: how many packets of a source say which layer they
            are of; sizes: of the pictures, where it matters.
    """

    def __init__(
        self,
        rids: str = "lh",
        named: int = 3,
        sizes: Mapping[str, tuple[int, int]] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.rids = rids
        self.named = named
        self.sizes = sizes
        self.sent = dict.fromkeys(rids, 0)
        self.start = {rid: (60_000 + 977 * i) & 0xFFFF for i, rid in enumerate(rids)}
        self.clock = {rid: 0xFFFFF000 + 7_000_000 * i for i, rid in enumerate(rids)}
        self.kept: dict[tuple[str, int], RtpPacket] = {}
        self.ticks = 0
        self.epoch = time.time()
        self.wanted: list[str] = []

    async def offer(self) -> str:
        """With simulcast for the picture (RFC 8853)."""
        text = await super().offer()
        audio, video = text.split("m=video")
        video = video.replace(" 96\r\n", " 96 97\r\n", 1)
        video += "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" + EXTENSIONS
        video += "".join(f"a=rid:{rid} send\r\n" for rid in self.rids)
        return audio + "m=video" + video + f"a=simulcast:send {';'.join(self.rids)}\r\n"

    def source(self, rid: str) -> int:
        """The SSRC of a layer."""
        return 0x5000 + ord(rid)

    def frame(self, rid: str, key: bool) -> RtpPacket:
        """The next packet of a layer; the time is that of the present tick."""
        number = self.sent[rid]
        self.sent[rid] += 1
        packet = RtpPacket(
            payload_type=96,
            marker=1,
            sequence_number=self.start[rid] + number & 0xFFFF,
            timestamp=self.clock[rid] + self.ticks * 3000 & 0xFFFFFFFF,
            ssrc=self.source(rid),
            payload=vp8(
                key,
                32_760 + number,
                250 + number,
                rid.encode() + bytes([number & 0xFF]),
                self.sizes.get(rid, (320, 180)),
            ),
        )
        self.kept[(rid, packet.sequence_number)] = packet
        return packet

    async def tick(self, keys: str = "", only: str = "", pause: float = 0.002) -> None:
        """One picture of the camera: a frame of each layer (or of ``only``), smallest first."""
        for rid in only or self.rids:
            packet = self.frame(rid, rid in keys)
            named = self.sent[rid] <= self.named
            await self.send(with_rid(packet, rid) if named else packet)
        self.ticks += 1
        await asyncio.sleep(pause)

    async def report(self) -> None:
        """Sender reports of all layers: the same moment, each on its clock."""
        moment = int((self.epoch + self.ticks / 30) * 2**32)
        for rid in self.rids:
            stamp = self.clock[rid] + self.ticks * 3000 & 0xFFFFFFFF
            told = rtcp.SenderReport(self.source(rid), moment, stamp, 1, 1)
            await self.send(rtcp.sender_report(told))
        await asyncio.sleep(0.01)

    def asked_keyframe(self, rid: str) -> int:
        """How often a keyframe of this layer was asked for."""
        asked = [m for m in self.control if isinstance(m, rtcp.KeyframeRequest)]
        return sum(m.ssrc == self.source(rid) for m in asked)


async def layered(house: House, rids: str = "lh", named: int = 3, **more: Any) -> LayeredPublisher:
    """A connected publisher of several layers."""
    peer = LayeredPublisher(rids, named, **more)
    house.peers.append(peer)
    await peer.connect(house.http, "/media/whip/r1/camera", token())
    await until(lambda: house.is_live("r1", "camera", peer))
    return peer


async def wish(
    house: House, viewer: RawViewer, video: object, member: int = 2, text: str | None = None
) -> httpx.Response:
    """POST a wish to the layer resource of a session."""
    bearer = text or token("r1", member, "watch")
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    return await house.http.post(f"{viewer.session}/layer", json={"video": video}, headers=headers)


def marks(viewer: RawViewer) -> list[str]:
    """Which layer each arrived picture packet is of, and its number there."""
    return [p.payload[-2:-1].decode() + str(p.payload[-1]) for p in viewer.of(120)]


class LosesOnce(Loss):
    """A line that loses every packet the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: list[int] = []

    def swallows(self, sequence: int) -> bool:
        """Whether it is new."""
        new = sequence not in self.lost
        if new:
            self.lost.append(sequence)
        return new
