"""aiortc as its own examples forward: ``MediaRelay`` gives every viewer decoded frames, and each
viewer's connection encodes them anew. For the record, beside the other engines.

``python -m benchmarks.stock PORT ADDRESS`` is the server.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

from benchmarks.counting import Counter, only_address
from realtime.sfu.http import Request, Response


class Server:
    """ASGI: ``POST /publish`` and ``POST /watch`` with an offer."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._tracks: list[Any] = []
        self._peers: list[RTCPeerConnection] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer an offer."""
        request = Request(scope, receive)
        offer = (await request.body()).decode() if request.method == "POST" else ""
        if not offer:
            return await Response(204).send(send)
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._peers.append(peer)
        if request.path == "/publish":
            peer.on("track", self._tracks.append)
        else:
            for track in self._tracks:
                peer.addTrack(self._relay.subscribe(track))
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        answer = peer.localDescription.sdp.encode()
        return await Response(201, answer, {"Content-Type": "application/sdp"}).send(send)


class StockViewer(Counter):
    """Comes with an offer, as to us."""

    async def connect(self, http: httpx.AsyncClient) -> None:
        """Offer, ICE, DTLS; returns when the first packet is here."""
        await self.gather()
        self.asked = time.monotonic()
        transport = self.transport("active")  # aiortc would take that part itself
        offer = (
            "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE 0 1\n"
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=mid:0\n"
            "a=rtpmap:111 opus/48000/2\n" + transport +
            "m=video 9 UDP/TLS/RTP/SAVPF 96\nc=IN IP4 0.0.0.0\na=mid:1\n"
            "a=rtpmap:96 VP8/90000\n" + transport
        )  # fmt: skip
        answer = await http.post("/watch", content=offer.replace("\n", "\r\n"))
        await self.establish(answer.text)


async def publish(http: httpx.AsyncClient, peer: RTCPeerConnection) -> None:
    """Publish what ``peer`` offers."""
    answer = await http.post("/publish", content=peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
    await asyncio.sleep(1)


def start(address: str) -> tuple[subprocess.Popen[bytes], str]:
    """The server as a process of its own."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.stock", str(port), address]
    root = Path(__file__).resolve().parents[1]
    child = subprocess.Popen(command, cwd=root, stderr=subprocess.DEVNULL)
    return child, f"http://127.0.0.1:{port}"


async def ready(http: httpx.AsyncClient) -> None:
    """Until it answers."""
    for _ in range(200):
        try:
            await http.get("/")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise SystemExit("stock aiortc did not start")


if __name__ == "__main__":
    only_address(sys.argv[2])
    uvicorn.run(Server(), port=int(sys.argv[1]), log_level="warning", ws="none")
