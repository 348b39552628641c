"""Encoded sound and pictures, from one WebRTC stack through the server into two others."""

from __future__ import annotations

import asyncio
import fractions
import math
from array import array

import pytest
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from av import AudioFrame, VideoFrame

from tests.realtime.sfu.peers import House, token, until

pytestmark = pytest.mark.asyncio

WIDTH, HEIGHT, FPS = 160, 96, 10


class Tone(MediaStreamTrack):
    """440 Hz."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(0.02)
        wave = (math.sin((self._at + i) * 440 * 2 * math.pi / 48_000) for i in range(960))
        frame = AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(array("h", (int(12_000 * level) for level in wave)).tobytes())
        frame.pts, frame.sample_rate = self._at, 48_000
        frame.time_base = fractions.Fraction(1, 48_000)
        self._at += 960
        return frame


class Pictures(MediaStreamTrack):
    """A brightness that grows from frame to frame."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(1 / FPS)
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, shade in zip(frame.planes, (self._count * 8 % 256, 128, 128), strict=True):
            plane.update(bytes([shade]) * plane.buffer_size)
        frame.pts, frame.time_base = self._count * 9_000, fractions.Fraction(1, 90_000)
        self._count += 1
        return frame


def energy(frame: AudioFrame) -> float:
    """Mean size of the samples (16 bit)."""
    samples = array("h", bytes(frame.planes[0]))[: frame.samples * len(frame.layout.channels)]
    return sum(map(abs, samples)) / len(samples)


def brightness(frame: VideoFrame) -> int:
    """The middle of the picture's luma plane."""
    return bytes(frame.planes[0])[frame.planes[0].line_size * HEIGHT // 2 + WIDTH // 2]


def connection() -> RTCPeerConnection:
    """A peer that asks no foreign server for its address."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def negotiate(house: House, peer: RTCPeerConnection, way: str, text: str) -> None:
    """Offer, POST, answer."""
    await peer.setLocalDescription(await peer.createOffer())
    response = await house.post(way, text, peer.localDescription.sdp)
    assert response.status_code == 201, response.text
    await peer.setRemoteDescription(RTCSessionDescription(response.text, "answer"))


async def watch(
    house: House, member: int
) -> tuple[RTCPeerConnection, list[VideoFrame], list[float]]:
    """A viewer that decodes: its pictures and the energy of what it hears."""
    peer, pictures, energies = connection(), [], []
    for kind in ("audio", "video"):
        peer.addTransceiver(kind, direction="recvonly")

    async def look(track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            if isinstance(frame, VideoFrame):
                pictures.append(frame)
            else:
                energies.append(energy(frame))

    tasks = []
    peer.on("track", lambda track: tasks.append(asyncio.ensure_future(look(track))))
    await negotiate(house, peer, "whep", token(member=member, act="watch"))
    peer.tasks = tasks
    return peer, pictures, energies


@pytest.mark.parametrize("codec", ["video/VP8", "video/H264"])
async def test_two_members_see_and_hear_the_lecturer(house: House, codec: str):
    lecturer = connection()
    lecturer.addTrack(Tone())
    lecturer.addTrack(Pictures())
    offered = [
        c
        for c in RTCRtpSender.getCapabilities("video").codecs
        if c.mimeType.lower() == codec.lower()
    ]
    lecturer.getTransceivers()[1].setCodecPreferences(offered)
    await negotiate(house, lecturer, "whip", token())
    await until(lambda: house.engine.live)
    members = [await watch(house, number) for number in (2, 3)]
    for _, pictures, energies in members:
        await until(lambda p=pictures, e=energies: len(p) >= 5 and len(e) >= 20, within=10)
        assert (pictures[-1].width, pictures[-1].height) == (WIDTH, HEIGHT)
        assert len(set(map(brightness, pictures))) > 2, "it stands still"
        assert max(energies) > 1_000
    for peer, _, _ in members:
        for task in peer.tasks:
            task.cancel()
        await peer.close()
    await lecturer.close()
    await until(lambda: not house.engine.sessions)
