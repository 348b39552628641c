"""Peers on a bad line that behave like browsers: they lose, reorder and repeat datagrams of their
own, ask for what is missing, answer such questions, and count the frames that came in time."""

from __future__ import annotations

import asyncio
import contextlib
import random
import struct
import time
from dataclasses import dataclass

from aiortc.rtp import RtpPacket, is_rtcp

from realtime.sfu import rtcp
from tests.realtime.sfu.peers import VP8_DELTA, VP8_KEY, RawPublisher, RawViewer

TAIL = struct.Struct("!IBB")
"""At the end of each packet: number of the frame, of the packet in it, of packets in it."""
CONTINUED = b"\x00"
"""VP8 descriptor of a packet that does not begin a partition."""
RTX = {96: 97, 120: 121}


@dataclass(frozen=True)
class Line:
    """How bad it is: chances per datagram, for SRTP and SRTCP, each way."""

    loss: float = 0.0
    reordered: float = 0.0
    repeated: float = 0.0
    late_s: float = 0.008
    """How much later a reordered datagram is sent."""


class _OnLine:
    """What both peers share."""

    line: Line
    chance: random.Random
    rtx: bool

    def _lost(self) -> bool:
        return self.chance.random() < self.line.loss

    async def _unlost(self) -> bytes:
        while True:
            data: bytes = await self._arrivals()  # type: ignore[attr-defined]
            if not 128 <= data[0] < 192 or not self._lost():
                return data

    async def send(self, packet: RtpPacket | bytes) -> None:
        """Send over the bad line."""
        data = packet if isinstance(packet, bytes) else packet.serialize()
        if self._lost():
            return
        if not is_rtcp(data) and self.chance.random() < self.line.reordered:
            asyncio.get_running_loop().call_later(self.line.late_s, self._later, data)
            return
        for _ in range(1 + (self.chance.random() < self.line.repeated)):
            with contextlib.suppress(ConnectionError):
                await self.dtls._send_rtp(data)  # type: ignore[attr-defined]

    def _later(self, data: bytes) -> None:
        self._late = asyncio.ensure_future(self.dtls._send_rtp(data))  # type: ignore[attr-defined]

    async def offer(self) -> str:
        """The offer, with a type for retransmissions."""
        text: str = await super().offer()  # type: ignore[misc]
        for media, rtx in RTX.items() if self.rtx else ():
            text = text.replace(f"SAVPF {media}\r\n", f"SAVPF {media} {rtx}\r\n").replace(
                f"a=rtpmap:{media} VP8/90000\r\n",
                f"a=rtpmap:{media} VP8/90000\r\n"
                f"a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={media}\r\n",
            )
        return text


class BadPublisher(_OnLine, RawPublisher):
    """Sends frames of several packets, keeps them, and sends them again when asked."""

    def __init__(self, line: Line, rtx: bool = True, first: int = 1000, seed: int = 1) -> None:
        self.line, self.rtx, self.chance = line, rtx, random.Random(seed)  # noqa: S311
        super().__init__(first=first)
        self.sent_at: dict[int, float] = {}
        self.asked = 0
        self.keyframes_asked = 0
        self._kept: dict[int, RtpPacket] = {}
        self._key = True
        self._repairs = 7000

    async def frames(self, count: int, packets: int = 5, fps: float = 50.0) -> None:
        """Send frames at a steady pace; a keyframe first and whenever asked."""
        began, first = time.monotonic(), len(self.sent_at)
        for number in range(first, first + count):
            key, self._key = self._key, False
            template = self.packet(b"")
            self.next["video"] = template.sequence_number
            for index in range(packets):
                head = (VP8_KEY if key else VP8_DELTA) if index == 0 else CONTINUED
                body = head.ljust(900, b"x") + TAIL.pack(number, index, packets)
                packet = self.packet(body, marker=int(index == packets - 1))
                packet.timestamp = number * 1800
                self._kept[packet.sequence_number] = packet
                await self.send(packet)
            self.sent_at[number] = time.monotonic()
            await asyncio.sleep(max(0.0, began + (number + 1 - first) / fps - time.monotonic()))

    async def _on_rtcp(self, data: bytes) -> None:
        for message in rtcp.parse(data):
            self.control.append(message)
            if isinstance(message, rtcp.KeyframeRequest):
                self.keyframes_asked += 1
                self._key = True
            for sequence in message.lost if isinstance(message, rtcp.Nack) else ():
                self.asked += 1
                if sequence in self._kept:
                    await self.send(self._again(self._kept[sequence]))

    def _again(self, packet: RtpPacket) -> RtpPacket:
        if not self.rtx:
            return packet
        self._repairs += 1
        return RtpPacket(
            payload_type=97,
            marker=packet.marker,
            sequence_number=self._repairs & 0xFFFF,
            timestamp=packet.timestamp,
            ssrc=self.ssrc["video"] + 1,
            payload=packet.sequence_number.to_bytes(2, "big") + packet.payload,
        )


class BadViewer(_OnLine, RawViewer):
    """Asks for what is missing, repeatedly; notes when each frame was complete."""

    def __init__(self, line: Line, rtx: bool = True, seed: int = 2) -> None:
        self.line, self.rtx, self.chance = line, rtx, random.Random(seed)  # noqa: S311
        super().__init__()
        self.complete_at: dict[int, float] = {}
        self.keys: list[int] = []
        self.retransmitted = 0
        self.repeats = 0
        self.asked = 0
        self._parts: dict[int, set[int]] = {}
        self._missing: dict[int, tuple[float, int]] = {}
        self._highest: int | None = None
        self._asking = asyncio.ensure_future(self._ask())

    async def _on_rtp(self, data: bytes, arrival_time_ms: int) -> None:
        packet = RtpPacket.parse(data)
        if packet.payload_type == 121:
            self.retransmitted += 1
            packet.sequence_number = int.from_bytes(packet.payload[:2], "big")
            packet.payload = packet.payload[2:]
        elif packet.payload_type != 120:
            return
        self._note(packet.sequence_number)
        frame, index, count = TAIL.unpack(packet.payload[-TAIL.size :])
        if index == 0 and packet.payload.startswith(VP8_KEY):
            self.keys.append(frame)
        parts = self._parts.setdefault(frame, set())
        self.repeats += index in parts
        parts.add(index)
        if len(parts) == count:
            self.complete_at.setdefault(frame, time.monotonic())

    def _note(self, sequence: int) -> None:
        """Remember the gap before a packet that is ahead."""
        if self._highest is None:
            self._highest = sequence
            return
        ahead = (sequence - self._highest + 0x8000 & 0xFFFF) - 0x8000
        self._missing.pop(sequence, None)
        for step in range(1, ahead):
            self._missing[self._highest + step & 0xFFFF] = (time.monotonic() + 0.01, 0)
        if ahead > 0:
            self._highest = sequence

    async def _ask(self) -> None:
        """Every 10 ms; each packet at most ten times, 60 ms apart."""
        while True:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            due = [n for n, (when, tries) in self._missing.items() if when <= now and tries < 10]
            for number in due:
                self._missing[number] = (now + 0.06, self._missing[number][1] + 1)
            if due:
                self.asked += len(due)
                await self.ask_again(*due)

    async def close(self) -> None:
        """Ask no more, hang up."""
        self._asking.cancel()
        await super().close()

    def in_time(self, publisher: BadPublisher, limit_s: float = 0.2) -> float:
        """The part of the frames since its first that was complete ``limit_s`` after sending."""
        wanted = [n for n in publisher.sent_at if n >= min(self._parts)]
        good = [
            n for n in wanted
            if self.complete_at.get(n, 9e9) - publisher.sent_at[n] <= limit_s
        ]  # fmt: skip
        return len(good) / len(wanted)
