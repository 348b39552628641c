"""What forwarding costs: CPU per packet at N viewers, and the time to the first packet.

Everything runs on 127.0.0.1: a media process, one publisher (picture and sound encoded by PyAV
when the benchmark starts) and N viewers with real ICE and DTLS that count datagrams without
decrypting them. CPU is that of the media process alone. *marginal* is what each packet more costs,
between the smallest count and this one. After that a C program does the least that the same work
can cost (``native/mediafloor.c``), for the largest count.

    python -m benchmarks.media [--viewers 20,60] [--seconds 4] [--no-floor]
"""

from __future__ import annotations

import argparse
import asyncio
import fractions
import itertools
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import httpx
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)

from benchmarks import media_floor
from benchmarks.counting import Counter, only_address
from benchmarks.programs import Missing
from realtime.tickets import MediaToken, sign

WIDTH, HEIGHT, FPS, BITRATE = 1280, 720, 30, 1_000_000
SECRET = secrets.token_hex(16)
ROOM = "bench"


def encoded(seconds: int = 2) -> tuple[list[av.Packet], list[av.Packet]]:
    """A loop of VP8 pictures (moving stripes) and of Opus sound."""
    video = av.CodecContext.create("libvpx", "w")
    video.width, video.height, video.pix_fmt, video.bit_rate = WIDTH, HEIGHT, "yuv420p", BITRATE
    video.time_base, video.framerate = fractions.Fraction(1, FPS), fractions.Fraction(FPS)
    video.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    pictures: list[av.Packet] = []
    for number in range(seconds * FPS):
        pictures += video.encode(picture(number))
    audio = av.CodecContext.create("libopus", "w")
    audio.sample_rate, audio.layout, audio.format = 48_000, "stereo", "s16"
    audio.time_base = fractions.Fraction(1, 48_000)
    sounds: list[av.Packet] = []
    for number in range(seconds * 50):
        sounds += audio.encode(sound(number))
    return pictures, sounds


def picture(number: int) -> av.VideoFrame:
    """Stripes and grain, so that a frame needs several packets."""
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for index, plane in enumerate(frame.planes):
        row = bytes((x * 3 + number * 5) % 200 for x in range(plane.line_size))
        grain = os.urandom(plane.buffer_size // 400)
        flat = (row * (plane.height // 2)) if index == 0 else bytes([128]) * plane.buffer_size
        plane.update((flat + grain).ljust(plane.buffer_size, b"\x60")[: plane.buffer_size])
    frame.pts, frame.time_base = number, fractions.Fraction(1, FPS)
    return frame


def sound(number: int) -> av.AudioFrame:
    """Noise, which Opus cannot make small."""
    frame = av.AudioFrame(format="s16", layout="stereo", samples=960)
    frame.planes[0].update(os.urandom(frame.planes[0].buffer_size))
    frame.pts, frame.sample_rate = number * 960, 48_000
    frame.time_base = fractions.Fraction(1, 48_000)
    return frame


class Loop(MediaStreamTrack):
    """Plays encoded packets for ever at their pace; aiortc only packs them into RTP."""

    def __init__(self, kind: str, packets: list[av.Packet], pace: float) -> None:
        super().__init__()
        self.kind = kind
        self._packets = itertools.cycle(packets)
        self._pace = pace
        self._start: float | None = None
        self._count = 0

    async def recv(self) -> av.Packet:
        self._start = self._start or time.monotonic()
        due = self._start + self._count * self._pace
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        packet = next(self._packets)
        packet.pts = int(self._count * self._pace / packet.time_base)
        self._count += 1
        return packet


class Viewer(Counter):
    """Comes by WHEP."""

    async def connect(self, http: httpx.AsyncClient, member: int, stream: str = "camera") -> None:
        """WHEP, ICE, DTLS; returns when the first packet is here."""
        await self.gather()
        self.asked = time.monotonic()
        await self.establish(await post(http, "whep", self._offer(), member, "watch", stream))

    def _offer(self) -> str:
        transport = self.transport("actpass")
        head = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0 1\n"
        audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111\na=mid:0\na=rtpmap:111 opus/48000/2\n"
        video = "m=video 9 UDP/TLS/RTP/SAVPF 96\na=mid:1\na=rtpmap:96 VP8/90000\n"
        return (head + audio + transport + video + transport).replace("\n", "\r\n")


async def post(
    http: httpx.AsyncClient, way: str, offer: str, member: int, act: str, stream: str = "camera"
) -> str:
    """One WHIP or WHEP request; the answer."""
    token = MediaToken(room=ROOM, member=member, act=act, exp=int(time.time()) + 600)
    headers = {
        "Authorization": f"Bearer {sign(token, SECRET.encode())}",
        "Content-Type": "application/sdp",
    }
    response = await http.post(f"/media/{way}/{ROOM}/{stream}", content=offer, headers=headers)
    assert response.status_code == 201, response.text
    return response.text


def media_process(address: str = "127.0.0.1", **extra: str) -> tuple[subprocess.Popen[bytes], str]:
    """The server under test; ``address`` is announced, ``extra`` goes into its environment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    env = {
        **os.environ,
        "MEDIA_SECRET": SECRET,
        "MEDIA_HTTP_PORT": str(port),
        "MEDIA_UDP_PORT": "0",
        "MEDIA_ANNOUNCED_ADDRESS": address,
        "MEDIA_HOOK_URL": "",
        "LIVECLASS_PARENT_PID": str(os.getpid()),
        **extra,
    }
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "realtime.sfu"]
    child = subprocess.Popen(
        command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return child, f"http://127.0.0.1:{port}"


async def ready(http: httpx.AsyncClient) -> None:
    """Until the server answers."""
    for _ in range(200):
        try:
            await http.get("/media/healthz")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise SystemExit("the media process did not start")


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, to the nanosecond (Linux)."""
    tasks: Iterator[Path] = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


async def lecturer_peer(silent: bool = False) -> RTCPeerConnection:
    """A lecturer whose picture and sound cost this process as little as possible, with an offer.

    ``silent``: without sound, as a screen is.
    """
    pictures, sounds = await asyncio.to_thread(encoded)
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    if not silent:
        peer.addTrack(Loop("audio", sounds, 0.02))
    peer.addTrack(Loop("video", pictures, 1 / FPS))
    vp8 = [one for one in RTCRtpSender.getCapabilities("video").codecs if "VP8" in one.mimeType]
    video = next(one for one in peer.getTransceivers() if one.kind == "video")
    video.setCodecPreferences(vp8)  # the pictures are: our server would take H264 first
    await peer.setLocalDescription(await peer.createOffer())
    return peer


async def publish(http: httpx.AsyncClient) -> RTCPeerConnection:
    """Let the lecturer publish; returns when packets flow."""
    peer = await lecturer_peer()
    answer = await post(http, "whip", peer.localDescription.sdp, 1, "publish")
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    for _ in range(100):
        if (await http.get("/media/healthz")).json()["packets_in"] > 50:
            return peer
        await asyncio.sleep(0.1)
    raise SystemExit("nothing was published")


@dataclass(frozen=True)
class Row:
    """One measurement: rates are per second of the whole process."""

    viewers: int
    packets: float
    cpu: float
    first_ms: float

    def against(self, least: Row) -> str:
        """A line of the table; ``least`` is the row with the fewest viewers."""
        more = self.packets - least.packets
        marginal = f"{(self.cpu - least.cpu) / more * 1e6:>11.2f}" if more > 0 else f"{'-':>11}"
        return (
            f"{self.viewers:>7} {self.packets / self.viewers:>11.0f} {self.cpu * 100:>7.1f}"
            f" {self.cpu / max(self.packets, 1) * 1e6:>10.2f} {marginal} {self.first_ms:>15.0f}"
        )


async def measure(pid: int, viewers: list[Viewer], seconds: float) -> Row:
    """One row of the table."""
    sent, cpu, began = sum(v.packets for v in viewers), cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(seconds)
    packets = sum(v.packets for v in viewers) - sent
    used, passed = cpu_seconds(pid) - cpu, time.monotonic() - began
    first = statistics.median(v.first_ms for v in viewers)
    return Row(len(viewers), packets / passed, used / passed, first)


async def run(counts: list[int], seconds: float) -> None:
    """Connect viewers in small groups, measuring at each count."""
    child, url = media_process()
    viewers: list[Viewer] = []
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            await ready(http)
            lecturer = await publish(http)
            print("viewers pkt/s each   cpu % us/packet us marginal first packet ms")
            least: Row | None = None
            for count in counts:
                while len(viewers) < count:
                    fresh = [Viewer() for _ in range(min(5, count - len(viewers)))]
                    members = itertools.count(len(viewers) + 2)
                    pairs = zip(fresh, members, strict=False)
                    await asyncio.gather(*(v.connect(http, m) for v, m in pairs))
                    viewers += fresh
                await asyncio.sleep(0.5)
                row = await measure(child.pid, viewers, seconds)
                least = least or row
                print(row.against(least))
            await asyncio.gather(*(viewer.close() for viewer in viewers))
            await lecturer.close()
    finally:
        child.terminate()
        child.wait(5)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--viewers", default="20,60", help="counts, ascending")
    parser.add_argument("--seconds", type=float, default=4.0, help="measured time per count")
    parser.add_argument("--no-floor", action="store_true", help="without the C program")
    given = parser.parse_args()
    counts = [int(number) for number in given.viewers.split(",")]
    only_address("127.0.0.1")
    asyncio.run(run(counts, given.seconds))
    if not given.no_floor:
        try:
            least = media_floor.measured(max(counts), given.seconds)
            print(
                f"{max(counts):>7} C floor (copy, AES-GCM, segmented send) {least:>6.2f} us/packet"
            )
        except Missing as missing:
            print(missing)


if __name__ == "__main__":
    main()
