"""What is published is kept: playable, in step, on the room's clock, and only when asked for."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from realtime.sfu.app import App
from realtime.sfu.recording import track
from realtime.sfu.settings import Settings
from tests.realtime.sfu.films import Seen, heard, pictures, seen, sounds
from tests.realtime.sfu.kept import (
    call,
    finish,
    index,
    now,
    pieces,
    publisher,
    record,
    tell,
)
from tests.realtime.sfu.layers import layered
from tests.realtime.sfu.peers import SECRET, House, open_house, until

pytestmark = pytest.mark.asyncio


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest_asyncio.fixture
async def house(root: Path) -> AsyncIterator[House]:
    opened = await open_house(App(Settings(secret=SECRET, udp_port=0, recordings=root, reserve=0)))
    yield opened
    await opened.close()


def files(root: Path) -> dict[str, int]:
    """Every file below, and its size."""
    return {str(path): path.stat().st_size for path in root.rglob("*")}


def in_step(
    folder: Path, told: dict[str, Any], zero: float, exact: float = 0.05
) -> tuple[Seen, list[float]]:
    """Decode the first piece of each kind: every frame and beep is where the film had it, and to
    within 50 ms where the other is.

    Args:
        zero: unix seconds of the film's begin; exact: seconds that the room's clock may be off.
            A film that is shown too fast seems to come over a line that becomes faster.
    """
    picture, sound = pieces(told)[0], pieces(told, "audio")[0]
    video, audio = seen(folder / picture["file"]), heard(folder / sound["file"])
    begin = zero - told["began"]
    off = [
        (picture["start"] + at - begin - number / 25, number / 25) for at, number in video.frames
    ]
    assert max(abs(error) for error, _ in off) < exact
    beeps = [sound["start"] + at - begin for at in audio.beeps]
    for at in beeps:
        second = round(at)
        error = min(off, key=lambda one: abs(one[1] - second))[0]
        assert at - second == pytest.approx(error, abs=0.05)
    assert audio.seconds == pytest.approx(sound["duration"], abs=0.001)
    return video, beeps


@pytest.mark.parametrize(("codec", "speed"), [("H264", 1), ("VP8", 3)])
async def test_a_class_is_kept_as_it_was(house: House, root: Path, codec: str, speed: int):
    folder = await record(house, root, now())
    lecturer = await publisher(house, codec=codec)
    await lecturer.show(pictures(codec, 4), sounds(4), speed=speed)
    told = await finish(house, folder)
    assert len(told["pieces"]) == 2
    video, beeps = in_step(folder, told, lecturer.zero, 0.05 if speed == 1 else 0.2)
    assert video.numbers == list(range(100))
    assert len(beeps) == 4
    kept = pieces(told)[0]
    assert (kept["width"], kept["height"], kept["closed"]) == (320, 180, True)
    assert kept["duration"] == pytest.approx(4, abs=0.2)


async def test_its_playlist_names_every_byte_and_begins_at_keyframes(house: House, root: Path):
    folder = await record(house, root, now())
    lecturer = await publisher(house)
    await lecturer.show(pictures("H264", 8, gop=50), sounds(8), speed=4)
    told = await finish(house, folder)
    for piece in told["pieces"]:
        lines = (folder / piece["playlist"]).read_text()
        assert lines.endswith("#EXT-X-ENDLIST\n")
        ranges = [(int(at), int(size)) for size, at in re.findall(r"(\d+)@(\d+)", lines)]
        size = (folder / piece["file"]).stat().st_size
        assert [at for at, _ in ranges] == [0] + [at + size for at, size in ranges[:-1]]
        assert sum(ranges[-1]) == size
        seconds = [float(text) for text in re.findall(r"#EXTINF:([\d.]+)", lines)]
        assert sum(seconds) == pytest.approx(piece["duration"], abs=0.001)
        assert max(seconds) <= 8
        if piece["kind"] == "video":
            decodes_alone(folder / piece["file"], ranges)


def decodes_alone(file: Path, ranges: list[tuple[int, int]]) -> None:
    """Each segment gives its pictures to a decoder that has seen its head only."""
    data = file.read_bytes()
    head = data[: ranges[0][1]]
    found: list[int] = []
    for at, size in ranges[1:]:
        alone = file.with_name("alone.mp4")
        alone.write_bytes(head + data[at : at + size])
        found += seen(alone).numbers
        alone.unlink()
    assert found == seen(file).numbers


async def test_nothing_is_written_unless_it_is_asked_for(house: House, root: Path):
    lecturer = await publisher(house)
    await lecturer.show(pictures("H264", 4), sounds(4), until=1, speed=4)
    assert not files(root.parent)
    folder = await record(house, root, now())
    await lecturer.show(pictures("H264", 4), sounds(4), begin=1, until=2, speed=4)
    await finish(house, folder)
    before = files(root)
    assert len(before) == 2 + 5
    await lecturer.show(pictures("H264", 4), sounds(4), begin=2, until=4, speed=4)
    await asyncio.sleep(0.3)
    assert files(root) == before


async def test_losses_leave_no_broken_picture_and_no_time_out_of_step(house: House, root: Path):
    """Three packets of a hundred are lost for good, others are late, and all counters wrap."""
    folder = await record(house, root, now())
    lecturer = await publisher(house, first=65_500, stamps=(2**32 - 90_000, 2**32 - 48_000))
    chance = random.Random(5)  # noqa: S311
    lecturer.filter = lambda packet: chance.random() > 0.03
    late: list[Any] = []

    async def shuffled(packet: Any, send: Any = lecturer.send) -> None:
        """Every seventh packet overtakes the one before it."""
        late.append(packet)
        if len(late) % 7:
            while late:
                await send(late.pop())

    lecturer.send = shuffled  # type: ignore[method-assign]
    await lecturer.show(pictures("H264", 8, gop=12), sounds(8), speed=3)
    await asyncio.sleep(0.8)
    told = await finish(house, folder)
    assert len(told["pieces"]) == 2
    video, beeps = in_step(folder, told, lecturer.zero, 0.2)
    assert video.numbers == sorted(set(video.numbers))
    assert len(video.numbers) > 80
    assert len(beeps) == 8
    assert pieces(told)[0]["duration"] == pytest.approx(8, abs=0.6)
    assert lecturer.keyframes_asked


async def test_a_publisher_is_asked_for_keyframes_all_the_time(
    house: House, root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(track, "KEY_EVERY_S", 0.2)
    monkeypatch.setattr(track, "ASK_S", 0.2)
    await record(house, root, now())
    lecturer = await publisher(house)
    await lecturer.show(pictures("H264", 4, gop=1000), sounds(4), until=3, speed=1.5)
    assert lecturer.keyframes_asked >= 2


async def test_a_repaired_packet_is_in_the_picture(house: House, root: Path):
    folder = await record(house, root, now())
    lecturer = await publisher(house)
    kept: list[Any] = []
    lecturer.filter = lambda packet: packet.sequence_number % 50 != 7 or bool(kept.append(packet))
    showing = asyncio.ensure_future(lecturer.show(pictures("H264", 4), sounds(4), speed=2))
    while not showing.done():
        await asyncio.sleep(0.1)
        while kept:
            await lecturer.send(kept.pop())
    told = await finish(house, folder)
    video, _ = in_step(folder, told, lecturer.zero, 0.2)
    assert video.numbers == list(range(100))


async def test_a_short_absence_is_bridged_and_a_long_one_is_not(
    house: House, root: Path, monkeypatch: pytest.MonkeyPatch
):
    """Bridged is what is shorter than three seconds; here less, to be quick."""
    monkeypatch.setattr(track, "GAP_S", 1.8)
    film, sound = pictures("H264", 4), sounds(4)
    folder = await record(house, root, now())
    first = await publisher(house)
    await house.viewer(codecs={"opus": 109, "H264": 120})
    await first.show(film, sound, until=1)
    await first.close()
    again = await publisher(house, first=30_000, stamps=(77, 88), ahead=-5000)
    again.zero = first.zero
    await asyncio.sleep(max(0.0, 2 - (now() / 1000 - first.zero)))
    await again.show(film, sound, begin=2, until=3)
    told = index(folder)
    assert len(told["pieces"]) == 2
    await again.close()
    await asyncio.sleep(2.2)
    third = await publisher(house, first=9)
    third.zero = now() / 1000 - 3
    await third.show(film, sound, begin=3, until=4)
    told = await finish(house, folder)
    assert len(pieces(told)) == len(pieces(told, "audio")) == 2
    bridged, later = (seen(folder / piece["file"]) for piece in pieces(told))
    assert bridged.numbers == [*range(25), *range(50, 75)]
    assert later.numbers == list(range(75, 100))
    begin = first.zero - told["began"]
    start = pieces(told)[0]["start"]
    for at, number in bridged.frames:
        assert start + at == pytest.approx(begin + number / 25, abs=0.05)
    sounded = heard(folder / pieces(told, "audio")[0]["file"])
    assert sounded.seconds == pytest.approx(3, abs=0.1)
    assert len(sounded.beeps) == 2
    assert pieces(told)[1]["start"] == pytest.approx(third.zero + 3 - told["began"], abs=0.1)


async def test_another_size_of_the_picture_plays_on(house: House, root: Path):
    folder = await record(house, root, now())
    lecturer = await publisher(house)
    small, large = pictures("H264", 2), pictures("H264", 4, 480, 270)
    await lecturer.show(small, sounds(4), until=2, speed=3)
    await lecturer.show(large, sounds(4), begin=2, until=4, speed=3)
    told = await finish(house, folder)
    assert len(pieces(told)) == 1
    kept = pieces(told)[0]
    assert (kept["width"], kept["height"]) == (480, 270)
    video = seen(folder / kept["file"])
    assert video.numbers == list(range(100))
    assert video.sizes == [(320, 180)] * 50 + [(480, 270)] * 50
    lines = (folder / kept["playlist"]).read_text()
    assert lines.count("#EXT-X-MAP") == 2
    assert lines.count("#EXT-X-DISCONTINUITY\n") == 1
    second = lines.rpartition('BYTERANGE="')[2].partition('"')[0]
    size, at = (int(part) for part in second.split("@"))
    alone = folder / "alone.mp4"
    data = (folder / kept["file"]).read_bytes()
    alone.write_bytes(data[at : at + size] + data[at + size :])
    assert seen(alone).numbers == list(range(50, 100))


async def test_the_small_picture_is_kept_while_the_large_one_does_not_come(
    house: House, root: Path
):
    """A publisher who is short of bandwidth sends the small size only."""
    folder = await record(house, root, now())
    lecturer = await layered(house)
    for number in range(50):
        await lecturer.tick("lh" if not number else "", pause=0.03)
    for _ in range(100):
        asked = lecturer.asked_keyframe("l")
        await lecturer.tick("l" if asked else "", only="l", pause=0.03)
    assert lecturer.asked_keyframe("l")
    told = await finish(house, folder)
    (kept,) = pieces(told)
    assert kept["duration"] > 4
    data = (folder / kept["file"]).read_bytes()
    assert re.search(rb"\x00h[\x00-\xff]", data)
    assert len(re.findall(rb"\x00l[\x00-\xff]", data)) > 10


async def test_another_codec_is_another_piece(house: House, root: Path):
    folder = await record(house, root, now())
    for codec, begin in (("H264", 0), ("VP8", 1)):
        lecturer = await publisher(house, codec=codec)
        await lecturer.show(pictures(codec, 4), sounds(4), begin=begin, until=begin + 1, speed=2)
    told = await finish(house, folder)
    assert [piece["codec"][:4] for piece in pieces(told)] == ["avc1", "vp8"]
    assert [piece["mime"] for piece in pieces(told)] == ["video/mp4", "video/webm"]
    for piece, begin in zip(pieces(told), (0, 25), strict=True):
        assert seen(folder / piece["file"]).numbers == list(range(begin, begin + 25))


async def test_a_stopped_recording_goes_on_and_ends_with_the_class(house: House, root: Path):
    film, sound = pictures("H264", 4), sounds(4)
    run = now()
    folder = await record(house, root, run)
    lecturer = await publisher(house)
    await lecturer.show(film, sound, until=1, speed=4)
    await finish(house, folder)
    await record(house, root, run)
    await tell(house, run)
    await lecturer.show(film, sound, begin=1, until=2, speed=4)
    house.engine.taps.end("r1")
    await until(lambda: index(folder)["state"] == "ended")
    told = index(folder)
    assert [seen(folder / piece["file"]).numbers for piece in pieces(told)] == [
        list(range(25)), list(range(25, 50)),
    ]  # fmt: skip
    assert told["ended"] >= told["began"]


async def test_only_web_says_what_is_recorded(house: House, root: Path):
    body, headers = call(now())
    wrong = await house.http.post("/control/record", content=body)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "signature_wrong")
    assert (await house.http.post("/control/record", content=body, headers=headers)).is_success
    again = await house.http.post("/control/record", content=body, headers=headers)
    assert again.status_code == 409
    for fields in ({"room": "../../etc"}, {"room": ""}, {"run": 0}, {"run": 1 << 60}):
        refused = await tell(house, **{"run": now()} | fields)
        assert refused.status_code == 400, fields
    await until(lambda: files(root))
    assert sorted(path.name for path in root.parent.glob("kept/*")) == ["r1"]
