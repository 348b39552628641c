"""What recording costs, and how soon a class can be seen again.

Two parts. A media process gets N publishers (720p30 H264 of about 1 Mbit/s, and Opus) over real
ICE, DTLS and RTP; its CPU is measured without and with recording, in turns. Then the recorder's own
thread is given every packet of a whole class of 90 minutes, as fast as it takes them, and is told
to stop: what counts is the time until web hears that the files are closed. After that the same
files are treated as if the process had been killed.

    python -m benchmarks.recording [--publishers 4] [--seconds 8] [--minutes 90]
"""

from __future__ import annotations

import argparse
import asyncio
import fractions
import functools
import itertools
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import aioice.ice
import av
import httpx
from aiortc.codecs.h264 import H264Encoder

from benchmarks.media import BITRATE, FPS, HEIGHT, WIDTH, encoded, picture
from realtime.media_control import RECORD_PATH
from realtime.sfu import rtcp, rtp
from realtime.sfu.recording import index, mend
from realtime.sfu.recording.recorder import Recorder
from realtime.sfu.recording.track import AudioTrack, VideoTrack
from tests.realtime.sfu.kept import call
from tests.realtime.sfu.peers import RawPublisher, token
from tests.realtime.sfu.process import start

TICK_S = os.sysconf("SC_CLK_TCK")
GOP_S = 6
"""As often as the recorder asks for a keyframe."""


@functools.cache
def film() -> list[list[bytes]]:
    """RTP payloads of the frames of six seconds."""
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = fractions.Fraction(1, FPS), fractions.Fraction(FPS)
    encoder.bit_rate, encoder.gop_size, encoder.max_b_frames = BITRATE, GOP_S * FPS, 0
    encoder.options = {
        "profile": "baseline", "tune": "zerolatency", "preset": "ultrafast",
        "maxrate": str(BITRATE), "bufsize": str(BITRATE // 2),
    }  # fmt: skip
    packer = H264Encoder()
    return [
        packer.pack(packet)[0]
        for number in range(GOP_S * FPS)
        for packet in encoder.encode(picture(number))
    ]


@functools.cache
def sound() -> list[bytes]:
    """Opus packets of two seconds."""
    return [bytes(packet) for packet in encoded(2)[1]]


class Publisher(RawPublisher):
    """Sends the film for ever; from its keyframe when it is asked for one."""

    def __init__(self) -> None:
        super().__init__({"opus": 111, "H264": 102})
        self.packets = self.octets = self.place = 0

    async def play(self) -> None:
        began = time.monotonic()
        for number in itertools.count():
            await asyncio.sleep(max(0.0, began + number / FPS - time.monotonic()))
            payloads = film()[self.place % len(film())]
            self.place += 1
            for at, payload in enumerate(payloads):
                packet = self.packet(payload, marker=int(at == len(payloads) - 1))
                packet.timestamp = number * 90_000 // FPS
                await self._count(packet)
            for at in range(number * 50 // FPS, (number + 1) * 50 // FPS):
                packet = self.packet(sound()[at % len(sound())], "audio", 0)
                packet.timestamp = at * 960
                await self._count(packet)

    async def _on_rtcp(self, data: bytes) -> None:
        if any(isinstance(message, rtcp.KeyframeRequest) for message in rtcp.parse(data)):
            self.place = 0

    async def _count(self, packet: Any) -> None:
        self.packets += 1
        self.octets += len(packet.payload)
        await self.send(packet)


def cpu(pid: int) -> float:
    """Seconds of CPU of a process, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK_S


async def live(publishers: int, seconds: float, root: Path) -> None:
    """CPU of the media process without and with recording, twice each, in turns."""
    aioice.ice.get_host_addresses = lambda *_, **__: ["127.0.0.1"]
    child, port = start(
        MEDIA_RECORDINGS=str(root), MEDIA_ANNOUNCED_ADDRESS="127.0.0.1", MEDIA_MAX_ROOMS="64"
    )
    shares: dict[bool, list[float]] = {False: [], True: []}
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            peers = [Publisher() for _ in range(publishers)]
            for number, peer in enumerate(peers):
                await peer.connect(http, f"/media/whip/r{number}/camera", token(f"r{number}"))
            playing = [asyncio.create_task(peer.play()) for peer in peers]
            await asyncio.sleep(1)
            run = int(time.time() * 1000)
            for on in (False, True, False, True):
                for number in range(publishers):
                    body, headers = call(run, on, room=f"r{number}")
                    await http.post(RECORD_PATH, content=body, headers=headers)
                await asyncio.sleep(0.5)
                before, began = cpu(child.pid), time.monotonic()
                packets = sum(peer.packets for peer in peers)
                octets = sum(peer.octets for peer in peers)
                await asyncio.sleep(seconds)
                passed = time.monotonic() - began
                shares[on].append(100 * (cpu(child.pid) - before) / passed)
                packets = sum(peer.packets for peer in peers) - packets
                octets = sum(peer.octets for peer in peers) - octets
            for task in playing:
                task.cancel()
    finally:
        child.terminate()
        child.wait()
    for number in range(publishers):
        found = index.read(root / f"r{number}" / str(run))
        assert found is not None
        assert sum(piece.duration for piece in found.pieces) > 3.5 * seconds, "it was not recorded"
    off, on_ = (sum(found) / len(found) for found in (shares[False], shares[True]))
    print("| publishers | packets/s each | Mbit/s each | % of a core, off | on | each publisher |")
    print("|---|---|---|---|---|---|")
    rate = packets / passed / publishers
    bits = octets * 8 / passed / publishers / 1e6
    each = (on_ - off) / publishers
    print(f"| {publishers} | {rate:.0f} | {bits:.2f} | {off:.1f} | {on_:.1f} | {each:.2f} % |")


def packets(seconds: int) -> Any:
    """(kind, packet, seconds) of a whole class, in order."""
    numbers = {"video": 0, "audio": 0}
    for frame in range(seconds * FPS):
        payloads = film()[frame % len(film())]
        for at, payload in enumerate(payloads):
            stamp = frame * 90_000 // FPS & 0xFFFFFFFF
            marker = at == len(payloads) - 1
            yield (
                "video",
                rtp.build(marker, numbers["video"] & 0xFFFF, stamp, 1, payload),
                frame / FPS,
            )
            numbers["video"] += 1
        for at in range(frame * 50 // FPS, (frame + 1) * 50 // FPS):
            stamp = at * 960 & 0xFFFFFFFF
            payload = sound()[at % len(sound())]
            yield "audio", rtp.build(False, numbers["audio"] & 0xFFFF, stamp, 2, payload), at / 50
            numbers["audio"] += 1


def whole(minutes: int, root: Path) -> None:
    """Record a class, stop, and see how long that takes; then mend what a kill would leave."""
    told = threading.Event()
    recorder = Recorder(root, 0, lambda *_: told.set())
    recorder.start()
    recorder.begin("r1", int(time.time() * 1000))
    tracks = {"video": VideoTrack("H264", lambda: None), "audio": AudioTrack()}
    for kind, track in tracks.items():
        recorder.join(("r1", "camera"), kind, track)
    told.wait(5)
    told.clear()
    film(), sound()
    began, before, base = time.monotonic(), time.process_time(), time.time()
    count = 0
    for kind, packet, at in packets(minutes * 60):
        recorder.inbox.packet(tracks[kind].packet, packet, base + at)
        count += 1
        while recorder.inbox.waiting > 20_000:
            time.sleep(0.01)
    while recorder.inbox.waiting:
        time.sleep(0.01)
    fed, used = time.monotonic() - began, time.process_time() - before
    began = time.monotonic()
    recorder.end("r1", "ended")
    told.wait(60)
    closed = time.monotonic() - began
    folder = next(root.glob("r1/*"))
    found = index.read(folder)
    assert found is not None
    for piece in found.pieces:
        assert abs(piece.duration - minutes * 60) < 1, piece
        assert (folder / piece.playlist).read_text().endswith("#EXT-X-ENDLIST\n")
    size = sum(path.stat().st_size for path in folder.iterdir())
    began = time.monotonic()
    for piece in found.pieces:
        mend.mended(folder, piece)
    mended = time.monotonic() - began
    recorder.close()
    print("| class | packets | MB | fed in | CPU, of real time | stop → closed | mending |")
    print("|---|---|---|---|---|---|---|")
    share = 100 * used / (minutes * 60)
    print(
        f"| {minutes} min | {count:,} | {size / 1e6:.0f} | {fed:.0f} s | {share:.2f} % of a core "
        f"| {closed:.2f} s | {mended:.2f} s |"
    )


def main() -> int:
    """Both parts."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--publishers", type=int, default=4)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--minutes", type=int, default=90)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="liveclass-recording-") as folder:
        asyncio.run(live(given.publishers, given.seconds, Path(folder) / "live"))
        print()
        whole(given.minutes, Path(folder) / "whole")
    return 0


if __name__ == "__main__":
    sys.exit(main())
