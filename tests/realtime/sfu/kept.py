"""What tests of recordings and of live HLS share: the calls that ask media to keep something."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import msgspec

from realtime.media_control import RECORD_PATH, RECORD_PURPOSE, RecordCall
from realtime.sealed import SIGNATURE, seal
from tests.realtime.sfu.films import FilmPublisher
from tests.realtime.sfu.peers import SECRET, House, token, until


def now() -> int:
    """A run that begins now."""
    return int(time.time() * 1000)


def call(run: int, on: bool = True, **fields: Any) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call as web makes it."""
    given = {"id": uuid.uuid4().hex, "sent": time.time(), "room": "r1", "run": run, "on": on}
    body = msgspec.json.encode(RecordCall(**given | fields))
    return body, {SIGNATURE: seal(body, SECRET, RECORD_PURPOSE)}


async def tell(house: House, run: int, on: bool = True, **fields: Any) -> httpx.Response:
    body, headers = call(run, on, **fields)
    return await house.http.post(RECORD_PATH, content=body, headers=headers)


async def record(house: House, root: Path, run: int) -> Path:
    """Begin; the folder once media records."""
    assert (await tell(house, run)).status_code == 202
    folder = root / "r1" / str(run)
    await until(lambda: (folder / "index.json").exists() and "r1" in house.engine.taps.rooms)
    return folder


async def finish(house: House, folder: Path) -> dict[str, Any]:
    """Stop, once what was sent has arrived; the index when all is closed."""
    await asyncio.sleep(0.1)
    await tell(house, int(folder.name), on=False)
    await until(lambda: "r1" not in house.engine.taps.rooms)
    assert index(folder)["state"] == "stopped"
    return index(folder)


def index(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "index.json").read_bytes())
    return told


def pieces(told: dict[str, Any], kind: str = "video") -> list[dict[str, Any]]:
    """The pieces of one kind, in order."""
    return [piece for piece in told["pieces"] if piece["kind"] == kind]


async def publisher(
    house: House, stream: str = "camera", peer: FilmPublisher | None = None, **options: Any
) -> FilmPublisher:
    """Somebody who can show a film."""
    peer = peer or FilmPublisher(**options)
    house.peers.append(peer)
    await peer.connect(house.http, f"/media/whip/r1/{stream}", token())
    await until(lambda: house.is_live("r1", stream, peer))
    return peer
