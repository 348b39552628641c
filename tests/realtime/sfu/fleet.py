"""Several real media workers behind their front, and peers that come and go as browsers do."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from realtime.sfu import rtcp
from tests.platform_process import children_of
from tests.realtime.sfu import process
from tests.realtime.sfu.peers import VP8_DELTA, VP8_KEY, RawPeer, RawPublisher, RawViewer, token

INSIST_S = 10.0


class Lecturer(RawPublisher):
    """Sends 50 frames a second, and a keyframe when asked."""

    _asked = 0

    def go(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                wishes = sum(isinstance(one, rtcp.KeyframeRequest) for one in self.control)
                key, self._asked = wishes > self._asked or not self.next["sent"], wishes
                await self.send(self.packet(VP8_KEY if key else VP8_DELTA))
                self.next["sent"] += 1
                await asyncio.sleep(0.02)

    def __init__(self, **options: int) -> None:
        super().__init__(**options)
        self.next["sent"] = 0
        self._task: asyncio.Task[None] | None = None

    async def vanish(self) -> None:
        if self._task:
            self._task.cancel()
        await super().vanish()


class Fleet:
    """The media program with several workers."""

    def __init__(self, child: subprocess.Popen[bytes], port: int) -> None:
        self.child = child
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        self.peers: list[RawPeer] = []

    async def told(self) -> dict[str, object]:
        return (await self.http.get("/media/healthz")).json()

    async def all_up(self) -> None:
        for _ in range(300):
            if (await self.told())["ok"]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("not every worker came up")

    async def lecturer(self, room: str, **options: int) -> Lecturer:
        """A publisher who comes back until a worker takes her, as pages do."""
        peer = await self._insist(
            lambda: Lecturer(**options), f"/media/whip/{room}/camera", token(room)
        )
        assert isinstance(peer, Lecturer)
        peer.go()
        return peer

    async def viewer(self, room: str, member: int = 2) -> RawViewer:
        """A viewer who comes back until the stream is live."""
        text = token(room, member, "watch")
        peer = await self._insist(RawViewer, f"/media/whep/{room}/camera", text)
        assert isinstance(peer, RawViewer)
        return peer

    async def _insist(self, make: Callable[[], RawPeer], url: str, text: str) -> RawPeer:
        deadline = time.monotonic() + INSIST_S
        while True:
            peer = make()
            self.peers.append(peer)
            try:
                return await peer.connect(self.http, url, text)
            except (AssertionError, TimeoutError, ConnectionError):
                assert time.monotonic() < deadline, "no worker took the peer"
                await asyncio.sleep(0.1)

    async def status_of(self, peer: RawPeer, text: str) -> int:
        """What its session's address answers, as soon as the front knows."""
        for _ in range(100):
            headers = {"Authorization": f"Bearer {text}"}
            status = (await self.http.get(peer.session, headers=headers)).status_code
            if status < 500:
                return status
            await asyncio.sleep(0.02)
        raise AssertionError("the front never knew")

    def worker_of(self, peer: RawPeer) -> int:
        return int(peer.session.rpartition("/")[2].partition("-")[0])

    def kill(self, worker: int) -> None:
        """SIGKILL one worker."""
        for pid in children_of(self.child.pid):
            with contextlib.suppress(OSError):
                environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                if f"MEDIA_WORKER={worker}".encode() in environment:
                    os.kill(pid, signal.SIGKILL)

    async def close(self) -> None:
        for peer in self.peers:
            await peer.vanish()
        await self.http.aclose()
        self.child.terminate()
        await asyncio.to_thread(self.child.wait, 5)


async def open_fleet(**extra: str) -> Fleet:
    child, port = await asyncio.to_thread(lambda: process.start(MEDIA_WORKERS="2", **extra))
    fleet = Fleet(child, port)
    await fleet.all_up()
    return fleet
