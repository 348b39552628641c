"""Stand-ins for web processes: a bus on an event loop of its own, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import redis

from realtime.bus import Parcel
from realtime.redis_bus import RedisBus
from tests.services import find_redis, free_port

READY = 10.0


def durable(room: str, seq: int, data: bytes = b"{}") -> Parcel:
    return Parcel(kind="durable", room=room, seq=seq, data=data)


def until(condition: Callable[[], bool], seconds: float = READY) -> bool:
    """Wait for ``condition``; whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return condition()


class Station:
    """One process: what its hub got (own parcels too), and which rooms it was told to doubt."""

    def __init__(self, *urls: str, prefix: str = "liveclass0") -> None:
        self.got: list[Parcel] = []
        self.times: list[float] = []
        self.doubts: list[str] = []
        self.here: list[Parcel] = []
        self.here_doubts: list[str] = []
        self.bus = RedisBus(list(urls), prefix)
        self.bus.listen(self.here.append, self.here_doubts.append)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self.call(lambda: self.bus.attach(self.loop, self._receive, self.doubts.append))

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(self.bus.wait_closed())
        self.left = [task.get_name() for task in asyncio.all_tasks(self.loop)]
        self.loop.close()

    def _receive(self, parcel: Parcel) -> None:
        self.got.append(parcel)
        self.times.append(time.monotonic())

    def call(self, work: Callable[[], object]) -> None:
        """Run ``work`` on the loop and wait for it."""
        done = threading.Event()

        def act() -> None:
            work()
            done.set()

        self.loop.call_soon_threadsafe(act)
        assert done.wait(READY)

    def open(self, *rooms: str) -> Station:
        """Open rooms and wait until they are subscribed."""
        for room in rooms:
            self.call(lambda room=room: self.bus.open(room))
        assert until(lambda: set(rooms) <= set(self.here_doubts)), "not subscribed in time"
        self.doubts.clear()
        return self

    def seqs(self, room: str = "r") -> list[int]:
        """What came for one room."""
        return [parcel.seq for parcel in self.got if parcel.room == room]

    def close(self) -> None:
        """Detach and end; nothing may be left."""
        if self._thread.is_alive():
            self.call(self.bus.detach)
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(READY)
            assert not self._thread.is_alive()
            assert self.left == []


@contextlib.contextmanager
def stations(count: int, *urls: str) -> Iterator[list[Station]]:
    """So many processes on the same servers."""
    made: list[Station] = []
    try:
        made += [Station(*urls) for _ in range(count)]
        yield made
    finally:
        for station in made:
            station.close()


class OwnRedis:
    """A server that can be killed and comes back empty on its port."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        quiet = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(
            [find_redis(), "--port", str(self.port), *quiet], stdout=subprocess.DEVNULL
        )
        assert until(self._answers)

    def kill(self) -> None:
        """SIGKILL: nothing is said to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(READY)
            self._process = None

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=2)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.RedisError), self.client() as client:
            return bool(client.ping())
        return False


@contextlib.contextmanager
def own_redis() -> Iterator[OwnRedis]:
    server = OwnRedis()
    try:
        yield server
    finally:
        server.kill()
