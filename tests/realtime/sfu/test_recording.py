"""What is published is kept: playable, in step, on the room's clock, and only when asked for."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from realtime.media_control import RECORD_PATH, RECORD_PURPOSE, RecordCall
from realtime.sealed import SIGNATURE, seal
from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu.films import FilmPublisher, heard, pictures, seen, sounds
from tests.realtime.sfu.peers import SECRET, House, open_house, token, until

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings(secret=SECRET, udp_port=0, recordings=tmp_path / "kept", reserve=0)
    opened = await open_house(App(settings))
    yield opened
    await opened.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "kept"


async def tell(house: House, run: int, on: bool = True, **fields: Any) -> httpx.Response:
    given = {"id": uuid.uuid4().hex, "sent": time.time(), "room": "r1", "run": run, "on": on}
    body = msgspec.json.encode(RecordCall(**given | fields))
    headers = {SIGNATURE: seal(body, SECRET, RECORD_PURPOSE)}
    return await house.http.post(RECORD_PATH, content=body, headers=headers)


async def record(house: House, root: Path, run: int) -> Path:
    """Begin; the folder once media says that it records."""
    assert (await tell(house, run)).status_code == 202
    folder = root / "r1" / str(run)
    await until(lambda: (folder / "index.json").exists() and "r1" in house.engine.taps.rooms)
    return folder


async def finish(house: House, folder: Path) -> dict[str, Any]:
    """Stop; the index once all is closed."""
    await tell(house, int(folder.name), on=False)
    await until(lambda: index(folder)["state"] == "stopped")
    return index(folder)


def index(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "index.json").read_bytes())
    return told


async def publisher(house: House, stream: str = "camera", **options: Any) -> FilmPublisher:
    peer = FilmPublisher(**options)
    house.peers.append(peer)
    await peer.connect(house.http, f"/media/whip/r1/{stream}", token())
    await until(lambda: house.is_live("r1", stream, peer))
    return peer


def now() -> int:
    return int(time.time() * 1000)


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_a_class_is_kept_as_it_was(house: House, root: Path, codec: str):
    film, sound = pictures(codec, 4), sounds(4)
    folder = await record(house, root, now())
    lecturer = await publisher(house, codec=codec)
    await lecturer.show(film, sound)
    told = await finish(house, folder)
    pieces = {piece["kind"]: piece for piece in told["pieces"]}
    assert len(told["pieces"]) == 2
    video, audio = seen(folder / pieces["video"]["file"]), heard(folder / pieces["audio"]["file"])
    assert video.numbers == list(range(100))
    assert set(video.sizes) == {(320, 180)}
    assert audio.seconds == pytest.approx(4, abs=0.05)
    zero = lecturer.zero - told["began"]
    for at, number in video.frames:
        assert pieces["video"]["start"] + at == pytest.approx(zero + number / 25, abs=0.05)
    for second, at in enumerate(audio.beeps):
        flash = pieces["video"]["start"] + video.frames[second * 25][0]
        assert pieces["audio"]["start"] + at == pytest.approx(flash, abs=0.05)
    assert len(audio.beeps) == 4
