"""Recordings outlive the process that writes them, and a full disk does not end the class."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
import pytest_asyncio

from realtime.media_control import RECORD_PATH
from realtime.sfu.recording import recorder
from realtime.sfu.recording.recorder import Recorder
from tests.realtime.sfu.films import FilmPublisher, heard, pictures, seen, sounds
from tests.realtime.sfu.fleet import Fleet, open_fleet
from tests.realtime.sfu.kept import call, index, now, pieces
from tests.realtime.sfu.peers import RawViewer, token, until
from tests.realtime.sfu.process import start
from tests.realtime.sfu.test_hooks import Listener

pytestmark = pytest.mark.asyncio


@dataclass
class Media:
    """A media process, and who talks to it."""

    child: subprocess.Popen[bytes]
    http: httpx.AsyncClient

    async def record(self, run: int) -> None:
        body, headers = call(run)
        assert (await self.http.post(RECORD_PATH, content=body, headers=headers)).is_success


@pytest_asyncio.fixture
async def ear() -> AsyncIterator[Listener]:
    """Who hears the hooks."""
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    yield listener
    server.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@contextlib.asynccontextmanager
async def media(root: Path, ear: Listener, **extra: str) -> AsyncIterator[Media]:
    own = {
        "MEDIA_RECORDINGS": str(root),
        "MEDIA_RECORDINGS_RESERVE_MB": "0",
        "MEDIA_ANNOUNCED_ADDRESS": "127.0.0.1",
        "MEDIA_HOOK_URL": f"http://127.0.0.1:{ear.port}/",
    }
    child, port = await asyncio.to_thread(start, **own | extra)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            yield Media(child, http)
    finally:
        child.kill()
        child.wait()


def states(ear: Listener) -> list[Any]:
    return [event["state"] for event in ear.events if event["event"] == "recording"]


async def test_what_a_killed_process_has_written_plays_and_the_next_one_goes_on(
    root: Path, ear: Listener
):
    run = now()
    folder = root / "r1" / str(run)
    film, sound = pictures("H264", 8), sounds(8)
    async with media(root, ear) as first:
        await first.record(run)
        lecturer = FilmPublisher()
        await lecturer.connect(first.http, "/media/whip/r1/camera", token())
        await asyncio.sleep(0.3)
        await lecturer.show(film, sound, until=2.6)
        first.child.kill()
        killed = time.time()
        first.child.wait()
        await lecturer.vanish()
    assert index(folder)["state"] == "recording"
    for piece in index(folder)["pieces"]:
        readable = until_when(folder / piece["file"], piece["kind"])
        assert killed - (run / 1000 + piece["start"] + readable) < 2, piece["kind"]
    async with media(root, ear) as second:
        await until(lambda: all(piece["closed"] for piece in index(folder)["pieces"]))
        for piece in index(folder)["pieces"]:
            playlist = (folder / piece["playlist"]).read_text()
            assert playlist.endswith("#EXT-X-ENDLIST\n")
            listed = sum(float(line[8:-1]) for line in playlist.split() if "EXTINF" in line)
            assert listed == pytest.approx(piece["duration"], abs=0.01)
            assert listed > 0.6
            with av.open(str(folder / piece["file"])) as source:
                assert source.duration == pytest.approx(piece["duration"] * 1e6, abs=1e4)
        await second.record(run)
        await until(lambda: states(ear) == ["recording", "recording"])
        again = FilmPublisher(first=5)
        again.zero = lecturer.zero
        await again.connect(second.http, "/media/whip/r1/camera", token())
        await asyncio.sleep(0.3)
        again.zero += 0.3
        await again.show(film, sound, begin=5, until=6)
        second.child.terminate()
        await asyncio.to_thread(second.child.wait, 5)
        await again.vanish()
    told = index(folder)
    assert [piece["closed"] for piece in told["pieces"]] == [True] * 4
    assert seen(folder / pieces(told)[1]["file"]).numbers == list(range(125, 150))


def until_when(file: Path, kind: str) -> float:
    """Seconds of a file that can be decoded."""
    if kind == "audio":
        return heard(file).seconds
    frames = seen(file).frames
    assert [number for _, number in frames] == list(range(frames[0][1], frames[0][1] + len(frames)))
    return frames[-1][0] + 0.04


@pytest_asyncio.fixture
async def fleet(root: Path, ear: Listener) -> AsyncIterator[Fleet]:
    """Two workers that record."""
    opened = await open_fleet(
        MEDIA_RECORDINGS=str(root), MEDIA_RECORDINGS_RESERVE_MB="0",
        MEDIA_HOOK_URL=f"http://127.0.0.1:{ear.port}/",
    )  # fmt: skip
    yield opened
    await opened.close()


async def test_when_a_worker_dies_its_sibling_goes_on_with_the_run(
    root: Path, ear: Listener, fleet: Fleet
):
    run = now()
    folder = root / "r1" / str(run)
    film, sound = pictures("H264", 8), sounds(8)
    lecturer = await fleet._insist(FilmPublisher, "/media/whip/r1/camera", token())
    assert isinstance(lecturer, FilmPublisher)
    showing = asyncio.ensure_future(lecturer.show(film, sound))
    body, headers = call(run)
    assert (await fleet.http.post(RECORD_PATH, content=body, headers=headers)).status_code == 202
    await until(lambda: (folder / "index.json").exists() and pieces(index(folder)))
    await asyncio.sleep(1)
    fleet.kill(fleet.worker_of(lecturer))
    showing.cancel()
    await until(lambda: states(ear) == ["recording", "recording"])
    again = await fleet._insist(FilmPublisher, "/media/whip/r1/camera", token())
    assert isinstance(again, FilmPublisher)
    showing = asyncio.ensure_future(again.show(film, sound))
    await until(lambda: len(pieces(index(folder))) == 2)
    showing.cancel()
    first, second = pieces(index(folder))
    assert first["closed"]
    assert first["duration"] > 0.3
    assert second["start"] > first["start"] + first["duration"]


async def test_a_run_that_nobody_goes_on_with_is_ended(root: Path, monkeypatch: pytest.MonkeyPatch):
    told: list[tuple[str, int, str]] = []
    first = Recorder(root, 0, lambda *event: told.append(event))
    first.start()
    first.begin("r1", 5)
    await until(lambda: told)
    other = Recorder(root, 0, lambda *event: told.append(("other", *event[1:])))
    monkeypatch.setattr(recorder, "CLAIM_S", 0.0)
    other.start()
    await asyncio.sleep(0.4)
    assert told == [("r1", 5, "recording")], "a run that is being written is nobody else's"
    await asyncio.to_thread(first.close)
    await asyncio.to_thread(other.close)
    assert index(root / "r1" / "5")["state"] == "recording"
    third = Recorder(root, 0, lambda *event: told.append(event))
    third.start()
    await until(lambda: told[1:] == [("r1", 5, "ended")])
    assert index(root / "r1" / "5")["state"] == "ended"
    await asyncio.to_thread(third.close)


WEIGHT = b"\x06\x05\xff\xff\xff\xff" + bytes(range(1, 256)) * 4 + b"\x80"
"""A unit of supplemental information that means nothing: 1 kB for the disk, none for decoders."""


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path | None]:
    """A file system of 260 kB, where this account may make one."""
    place = tmp_path / "tiny"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=260k", "tmpfs", str(place)])
    yield place if made.returncode == 0 else None
    if made.returncode == 0:
        subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_full_disk_stops_the_recording_and_not_the_class(
    root: Path, tiny: Path | None, ear: Listener
):
    """On a real file system that is full, or with a limit to the size of files (EFBIG)."""
    run = now()
    root = tiny or root
    folder = root / "r1" / str(run)
    film = [frame[:-1] + [WEIGHT] * 3 + frame[-1:] for frame in pictures("H264", 8)]
    sound = sounds(8)
    async with media(root, ear) as server:
        if tiny is None:
            resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE, (120_000, 120_000))
        await server.record(run)
        lecturer = FilmPublisher()
        await lecturer.connect(server.http, "/media/whip/r1/camera", token())
        viewer = RawViewer({"opus": 109, "H264": 120})
        await asyncio.sleep(0.3)
        await lecturer.show(film, sound, until=0.2)
        await viewer.connect(server.http, "/media/whep/r1/camera", token(member=2, act="watch"))
        await lecturer.show(film, sound, begin=0.2, until=8, speed=3)
        await until(lambda: states(ear) == ["recording", "disk_full"])
        before = len(viewer.packets)
        await lecturer.show(film, sound, begin=1, until=2, speed=4)
        await until(lambda: len(viewer.packets) > before + 50)
        told = index(folder)
        assert told["state"] == "disk_full"
        assert all(piece["closed"] for piece in told["pieces"])
        kept = pieces(told)[0]
        numbers = seen(folder / kept["file"]).numbers
        assert numbers == list(range(len(numbers)))
        assert len(numbers) / 25 == pytest.approx(kept["duration"], abs=0.6)
        assert len(numbers) > 25
        sizes = sum(path.stat().st_size for path in folder.iterdir())
        await asyncio.sleep(0.3)
        assert sum(path.stat().st_size for path in folder.iterdir()) == sizes
        await lecturer.vanish()
        await viewer.vanish()


async def test_a_disk_with_less_than_the_reserve_is_left_alone(root: Path, ear: Listener):
    async with media(root, ear, MEDIA_RECORDINGS_RESERVE_MB="1048576") as server:
        await server.record(now())
        await until(lambda: states(ear) == ["disk_full"])
