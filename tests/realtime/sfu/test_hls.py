"""The fall-back over plain HTTP: a stream as HLS, from memory, for who was let in."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from realtime.sfu.app import App
from realtime.sfu.recording import live, passes, taps
from realtime.sfu.recording.samples import OPUS, Sample
from realtime.sfu.settings import Settings
from tests.realtime.sfu.films import FilmPublisher, heard, pictures, seen, sounds
from tests.realtime.sfu.kept import publisher
from tests.realtime.sfu.peers import SECRET, House, open_house, token, until

pytestmark = pytest.mark.asyncio
PLACE = "/media/hls/r1/camera/"


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    kept = tmp_path / "kept"
    opened = await open_house(App(Settings(secret=SECRET, udp_port=0, recordings=kept)))
    yield opened
    await opened.close()


async def show(house: House, **options: object) -> tuple[FilmPublisher, asyncio.Future[None]]:
    """A lecturer who shows a film, twice as fast."""
    lecturer = await publisher(house, **options)
    film, sound = pictures(lecturer.codec, 16), sounds(16)
    return lecturer, asyncio.ensure_future(lecturer.show(film, sound, until=9, speed=2))


async def ask(house: House, text: str | None = None, place: str = PLACE) -> httpx.Response:
    """Ask for the first playlist with a token in the header."""
    given = token(act="watch", member=2) if text is None else text
    headers = {"Authorization": f"Bearer {given}"}
    return await house.http.get(f"{place}index.m3u8", headers=headers)


def passed(answer: httpx.Response) -> str:
    """The folder that the first playlist leads to."""
    found = re.search(r"^(\S+)/video\.m3u8$", answer.text, re.MULTILINE)
    assert found, answer.text
    return PLACE + found[1] + "/"


async def fetched(house: House, folder: str, kind: str) -> tuple[str, io.BytesIO]:
    """The playlist and all that it names."""
    listing = (await house.http.get(f"{folder}{kind}.m3u8")).text
    names = re.findall(r'URI="([^"]+)"', listing) + re.findall(r"^\w+-\d+\.m4s$", listing, re.M)
    parts = [await house.http.get(folder + name) for name in names]
    assert all(part.status_code == 200 for part in parts)
    assert {part.headers["content-type"] for part in parts} == {f"{kind}/mp4"}
    assert {part.headers["access-control-allow-origin"] for part in parts} == {"*"}
    assert all("max-age" in part.headers["cache-control"] for part in parts)
    return listing, io.BytesIO(b"".join(part.content for part in parts))


async def test_the_last_seconds_play_in_step_and_nothing_is_on_the_disk(
    house: House, tmp_path: Path
):
    _, showing = await show(house)
    first = await ask(house)
    assert first.status_code == 200, first.text
    assert first.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert first.headers["cache-control"] == "no-store"
    assert re.search(r'CODECS="avc1\.\w{6},opus"', first.text)
    await showing
    await asyncio.sleep(0.3)
    listing, pictured = await fetched(house, passed(first), "video")
    sounding, sounded = await fetched(house, passed(first), "audio")
    for text in (listing, sounding):
        seconds = [float(found) for found in re.findall(r"#EXTINF:([\d.]+)", text)]
        assert len(seconds) >= 3, text
        assert all(1.8 < one < 4 for one in seconds)
    video, audio = seen(pictured), heard(sounded)
    assert video.numbers == list(range(video.numbers[0], video.numbers[0] + len(video.numbers)))
    starts = {text: dated(text) for text in (listing, sounding)}
    flash = next(at for at, number in video.frames if number % 25 == 0) - video.frames[0][0]
    beats = {(starts[sounding] + at - starts[listing] - flash + 0.5) % 1 for at in audio.beeps}
    assert all(abs(beat - 0.5) < 0.1 for beat in beats), beats
    assert not list((tmp_path / "kept").glob("**/*"))


def dated(listing: str) -> float:
    """Seconds of the first segment in its minute."""
    return float(re.findall(r"DATE-TIME:[\dT:-]+:(\d\d\.\d+)Z", listing)[0])


async def test_a_playlist_is_a_window_that_moves():
    sink = live.LiveSink("audio", 0)
    for number in range(50 * 30):
        if number == 50 * 10:
            sink.cut()
        sink.sample(Sample(number * 960, 960, b"x" * 80, True, OPUS))
    text = live.media_playlist("audio", sink.shown)
    assert re.findall(r"audio-(\d+)\.m4s", text) == [str(number) for number in range(8, 14)]
    assert "#EXT-X-MEDIA-SEQUENCE:8\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in text
    assert len(sink.shown.segments) == live.KEPT
    before = live.media_playlist("audio", sink.shown._replace(segments=sink.shown.segments[:4]))
    assert "DISCONTINUITY\n" not in before
    for number in range(50 * 30, 50 * 34):
        sink.sample(Sample(number * 960, 960, b"x" * (live.MOST_BYTES // 150), True, OPUS))
    assert sum(len(one.data) for one in sink.shown.segments) <= live.MOST_BYTES


async def test_who_may_not_watch_gets_nothing(house: House):
    _, showing = await show(house)
    for text, status in (
        ("", 401),
        ("nonsense", 401),
        (token(act="watch", lives=-5), 401),
        (token(room="r2", act="watch"), 403),
    ):
        assert (await ask(house, text)).status_code == status
    for name in ("video.m3u8", "video-init0.mp4", "video-0.m4s"):
        refused = await house.http.get(f"{PLACE}aGuessedPass/{name}")
        assert (refused.status_code, refused.json()["code"]) == (404, "pass_unknown")
    by_query = await house.http.get(f"{PLACE}index.m3u8?token={token(act='watch')}")
    assert by_query.status_code == 200
    assert token(act="watch")[:20] not in by_query.text
    elsewhere = passed(by_query).replace("camera", "screen")
    assert (await house.http.get(f"{elsewhere}video.m3u8")).status_code == 404
    assert (await house.http.get(f"{passed(by_query)}video-99999.m4s")).status_code == 404
    assert (await house.http.post(f"{PLACE}index.m3u8")).status_code == 405
    assert (await house.http.options(f"{PLACE}index.m3u8")).status_code == 200
    showing.cancel()


async def test_who_is_sent_away_polls_no_more(house: House):
    _, showing = await show(house)
    gone, stays = [passed(await ask(house, token(act="watch", member=m))) for m in (2, 3)]
    house.engine.taps.passes.expel("r1", 2)
    assert (await house.http.get(f"{gone}video.m3u8")).status_code == 404
    assert (await house.http.get(f"{stays}video.m3u8")).status_code == 200
    showing.cancel()


async def test_one_person_has_so_many_players_and_no_more(house: House):
    _, showing = await show(house)
    opened = [passed(await ask(house)) for _ in range(passes.PER_MEMBER + 1)]
    states = [(await house.http.get(f"{one}video.m3u8")).status_code for one in opened]
    assert states == [404] + [200] * passes.PER_MEMBER
    showing.cancel()


async def test_nothing_is_kept_when_nobody_polls_any_more(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(taps, "LOOK_S", 0.1)
    monkeypatch.setattr(passes, "IDLE_S", 0.5)
    _, showing = await show(house)
    track = house.engine.streams[("r1", "camera")].tracks["video"]
    assert track.tap is None
    await ask(house)
    assert track.tap is not None
    await until(lambda: track.tap is None)
    assert not house.engine.taps.live
    showing.cancel()


async def test_what_hls_has_not_is_said(house: House):
    nothing = await ask(house)
    assert (nothing.status_code, nothing.headers["retry-after"]) == (409, "1")
    _, showing = await show(house, codec="VP8")
    refused = await ask(house)
    assert (refused.status_code, refused.json()["code"]) == (409, "hls_codec")
    assert (await ask(house, place="/media/hls/r1/other/")).status_code == 404
    showing.cancel()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_the_sound_alone_brings_no_picture(house: House, codec: str):
    """For who saves data; also of a class whose picture HLS does not have."""
    _, showing = await show(house, codec=codec)
    headers = {"Authorization": f"Bearer {token(act='watch', member=2)}"}
    first = await house.http.get(f"{PLACE}index.m3u8?only=audio", headers=headers)
    assert first.status_code == 200, first.text
    assert "video" not in first.text
    assert 'CODECS="opus"\n' in first.text
    found = re.search(r"^(\S+/audio\.m3u8)$", first.text, re.MULTILINE)
    assert found, first.text
    assert (await house.http.get(PLACE + found[1])).status_code == 200
    await showing
