"""Debian's Janus with its VideoRoom, run beside us: started, published into, and watched.

Janus is installed (``apt-get install janus``) or fetched and unpacked into ``.cache/debian``. It
listens on this machine's address only, forgets everything, and is one thread for all viewers
(``event_loops = 1``), which costs it least.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc import sdp as aiortc_sdp

from benchmarks.counting import Counter
from benchmarks.programs import Missing
from tools import system

ROOM, FEED = 1234, 77
EVENT_S = 15.0
FLOWING_S = 1.0
"""From connected to a feed that can be joined."""
CONFIGURATION = """
general: {{
  configs_folder = "{run}"
  plugins_folder = "{plugins}"
  transports_folder = "{transports}"
  event_loops = 1
  debug_level = 2
}}
nat: {{ ice_enforce_list = "{address}" }}
plugins: {{ disable = "{unwanted_plugins}" }}
transports: {{ disable = "{unwanted_transports}" }}
"""
HTTP = 'general: {{ http = true\n port = {port}\n ip = "127.0.0.1"\n https = false }}\n'


def own_address() -> str:
    """This machine's address: Janus does not use the loopback for media."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def program() -> tuple[Path, Path]:
    """Janus and the folder of its modules.

    Raises:
        Missing: it cannot be had here.
    """
    if found := shutil.which("janus"):
        return Path(found), next(Path("/usr/lib").glob("*/janus"))
    unpacked = system.UNPACKED / "usr/bin/janus"
    if not unpacked.is_file():
        try:
            system.unpack(["janus"])
        except Exception as failure:
            raise Missing(f"Janus is left out (apt-get install janus): {failure}") from None
    return unpacked, next((system.UNPACKED / "usr/lib").glob("*/janus"))


@contextlib.contextmanager
def running() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Janus and the address of its HTTP interface."""
    janus, modules = program()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="liveclass-janus-") as run:
        _configure(Path(run), modules, port)
        child = subprocess.Popen(
            [janus, "-F", run, "-C", f"{run}/janus.jcfg"],
            env={**os.environ, **system.libraries_of(janus)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield child, f"http://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait(10)


def _configure(run: Path, modules: Path, port: int) -> None:
    told = {
        "run": run, "address": own_address(),
        "plugins": modules / "plugins", "transports": modules / "transports",
        "unwanted_plugins": _others(modules / "plugins", "libjanus_videoroom.so"),
        "unwanted_transports": _others(modules / "transports", "libjanus_http.so"),
    }  # fmt: skip
    (run / "janus.jcfg").write_text(CONFIGURATION.format(**told))
    (run / "janus.transport.http.jcfg").write_text(HTTP.format(port=port))
    (run / "janus.plugin.videoroom.jcfg").write_text("general: {}\n")


def _others(folder: Path, wanted: str) -> str:
    return ",".join(sorted({one.name for one in folder.glob("*.so")} - {wanted}))


class Session:
    """One HTTP session with Janus; its handles' events come by long poll."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._events: dict[int, asyncio.Queue[dict[str, Any]]] = {}
        self._path = ""
        self._polling: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Wait until Janus answers, then begin."""
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                found = await self._post("/janus", {"janus": "create"})
                self._path = f"/janus/{found['data']['id']}"
                self._polling = asyncio.create_task(self._poll())
                return
            await asyncio.sleep(0.05)
        raise SystemExit("Janus did not start")

    def close(self) -> None:
        """Stop listening."""
        if self._polling is not None:
            self._polling.cancel()

    async def attach(self) -> int:
        """A handle in the VideoRoom."""
        told = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        handle = int((await self._post(self._path, told))["data"]["id"])
        self._events[handle] = asyncio.Queue()
        return handle

    async def ask(self, handle: int, body: dict[str, Any], jsep: object = None) -> dict[str, Any]:
        """A message and its answer, whichever way that comes."""
        told = {"janus": "message", "body": body, **({"jsep": jsep} if jsep else {})}
        answer = await self._post(f"{self._path}/{handle}", told)
        if answer["janus"] == "success":
            return answer
        return await asyncio.wait_for(self._events[handle].get(), EVENT_S)

    async def _post(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(path, json={**told, "transaction": secrets.token_hex(6)})
        found: dict[str, Any] = answer.json()
        return found

    async def _poll(self) -> None:
        while True:
            answer = await self._http.get(self._path, params={"maxev": "20"}, timeout=60)
            told = answer.json()
            for event in told if isinstance(told, list) else [told]:
                queue = self._events.get(event.get("sender"))
                if event.get("janus") == "event" and queue is not None:
                    queue.put_nowait(event)


async def publish(session: Session, peer: RTCPeerConnection) -> None:
    """Make the room and publish what ``peer`` offers."""
    handle = await session.attach()
    made = {"request": "create", "room": ROOM, "bitrate": 0, "videocodec": "vp8"}
    await session.ask(handle, {**made, "audiocodec": "opus"})
    await session.ask(handle, {"request": "join", "ptype": "publisher", "room": ROOM, "id": FEED})
    offer = {"type": "offer", "sdp": peer.localDescription.sdp}
    told = await session.ask(handle, {"request": "configure", "audio": True, "video": True}, offer)
    await peer.setRemoteDescription(RTCSessionDescription(told["jsep"]["sdp"], "answer"))
    for _ in range(100):
        if peer.connectionState == "connected":
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(FLOWING_S)


class JanusViewer(Counter):
    """Subscribes to the lecturer's feed; Janus makes the offer."""

    def __init__(self) -> None:
        super().__init__(controlling=False)

    async def connect(self, session: Session) -> None:
        """Join, answer, ICE, DTLS; returns when the first packet is here."""
        await self.gather()
        handle = await session.attach()
        joined = {"request": "join", "ptype": "subscriber", "room": ROOM}
        told = await session.ask(handle, {**joined, "streams": [{"feed": FEED}]})
        offer = told["jsep"]["sdp"]
        answer = {"type": "answer", "sdp": self._answer(offer)}
        await session.ask(handle, {"request": "start"}, answer)
        await self.establish(offer)

    def _answer(self, offer: str) -> str:
        sections = aiortc_sdp.SessionDescription.parse(offer).media
        mids = " ".join(section.rtp.muxId for section in sections)
        lines = f"v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\na=group:BUNDLE {mids}\n"
        for section in sections:
            codec = section.rtp.codecs[0]
            number = codec.payloadType
            name = codec.mimeType.partition("/")[2]
            channels = "/2" if section.kind == "audio" else ""
            lines += f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {number}\nc=IN IP4 0.0.0.0\n"
            lines += f"a=mid:{section.rtp.muxId}\na=rtpmap:{number} {name}/{codec.clockRate}"
            lines += f"{channels}\n"
            lines += f"a=rtcp-fb:{number} nack\na=rtcp-fb:{number} nack pli\n" * (
                section.kind == "video"
            )
            lines += self.transport("active")
        return lines.replace("\n", "\r\n")
