"""What the media process tells about every viewer, and to whom."""

from __future__ import annotations

import asyncio
import time

import httpx
import msgspec
import pytest

from realtime.media_stats import PATH, PURPOSE, MediaStats, StatsCall
from realtime.sealed import SIGNATURE, seal
from realtime.sfu import rtcp
from realtime.sfu.health import Clocks, Health
from realtime.sfu.picture import _h264_size
from realtime.sfu.statistics import told
from tests.realtime.sfu.bad_network import Line
from tests.realtime.sfu.peers import SECRET, House, until
from tests.realtime.sfu.test_bad_network import publisher_on, viewer_on

pytestmark = pytest.mark.asyncio


async def ask(house: House, room: str | None = None, **given: object) -> httpx.Response:
    """Ask as web does, or nearly so."""
    fields = {"sent": time.time(), "secret": SECRET, "purpose": PURPOSE, **given}
    body = msgspec.json.encode(StatsCall(sent=fields["sent"], room=room))  # type: ignore[arg-type]
    signature = seal(body, fields["secret"], fields["purpose"])  # type: ignore[arg-type]
    return await house.http.post(PATH, content=body, headers={SIGNATURE: signature})


async def test_every_viewers_arrival_is_told(house: House):
    publisher = await publisher_on(house, Line())
    viewer = await viewer_on(house, Line(0.05))
    await publisher.frames(100)
    ssrc = viewer.ssrc("video")
    clock = rtcp.SenderReport(publisher.ssrc["video"], 0x5555_6666_7777_8888, 0, 1, 1)
    line, publisher.line, viewer.line = viewer.line, Line(), Line()
    await publisher.send(rtcp.sender_report(clock))
    await until(lambda: any(isinstance(m, rtcp.SenderReport) for m in viewer.control))
    block = rtcp.ReportBlock(ssrc, 13, 40, 70_000, 900, 0x6666_7777, 655)
    await asyncio.sleep(0.05)
    await viewer.send(rtcp.receiver_report(7, [block]))
    await viewer.ask_keyframe()
    session = house.engine.sessions[viewer.session.rpartition("/")[2]]
    await until(lambda: session.downs["video"].health.wishes == 1)
    stats = msgspec.json.decode((await ask(house, "r1")).content, type=MediaStats)
    [seen] = stats.viewers
    video = next(track for track in seen.tracks if track.kind == "video")
    assert (seen.room, seen.stream, seen.member) == ("r1", "camera", 2)
    assert video.loss == pytest.approx(13 / 256, abs=1e-3)
    assert (video.lost, video.jitter_ms, video.plis) == (40, 10.0, 1)
    assert video.rtt_ms is not None
    assert 35 <= video.rtt_ms < 200
    assert video.nacks >= video.repaired > 0
    assert 500_000 < video.bitrate < 3_000_000  # 250 packets of 900 bytes a second, and the pauses
    [sent] = stats.publishers
    assert next(track for track in sent.tracks if track.kind == "video").packets == 500
    told = await house.healthz()
    assert told["packets_repaired"] == video.repaired
    assert told["keyframe_wishes"] >= 1
    assert line.loss
    other = msgspec.json.decode((await ask(house, "r2")).content, type=MediaStats)
    assert not other.viewers


async def test_only_who_has_the_secret_is_told(house: House):
    assert (await ask(house)).status_code == 200
    assert (await ask(house, secret=b"a guess of some length")).status_code == 403
    assert (await ask(house, purpose=b"control:")).status_code == 403
    assert (await ask(house, sent=time.time() - 3600)).status_code == 403
    assert (await house.http.get(PATH)).status_code == 405
    signed = {SIGNATURE: seal(b"{", SECRET, PURPOSE)}
    assert (await house.http.post(PATH, content=b"{", headers=signed)).status_code == 400


async def test_a_round_trip_is_measured_by_the_report_that_was_echoed():
    clocks, health = Clocks(), Health()
    for second in range(20):
        clocks.sent(rtcp.SenderReport(1, second << 32, 0, 0, 0), float(second))
    old, known = (rtcp.ReportBlock(1, 0, 0, 0, 0, at << 16, 32_768) for at in (3, 19))
    health.report(old, 90_000, clocks, 20.0)
    assert health.rtt_s is None
    health.report(known, 90_000, clocks, 19.6)
    assert health.rtt_s == pytest.approx(0.1)


async def test_the_size_and_pace_of_a_picture_are_told(house: House):
    publisher = await house.publisher()
    await house.viewer()
    await publisher.video(20)
    await until(lambda: told(house.engine, "r1").publishers[0].tracks[1].packets == 20)
    told_of = told(house.engine, "r1", viewers=False)
    [sent] = told_of.publishers
    video = next(track for track in sent.tracks if track.kind == "video")
    assert (video.width, video.height) == (320, 180)
    assert video.fps == pytest.approx(30, abs=1)
    assert (sent.watching, told_of.viewers) == (1, [])


# seq_parameter_sets high 1920×1080 and baseline 640×360, both cropped.
@pytest.mark.parametrize(
    ("sps", "size"),
    [
        ("67640028acd940780227e5c05a808080a0000003002000000781e30632c0", (1920, 1080)),
        ("6742c01eda0280bfe540", (640, 360)),
        ("67", None),
    ],
)
async def test_h264_says_its_size_in_the_parameter_set(sps: str, size: tuple[int, int] | None):
    unit = bytes.fromhex(sps)
    assert _h264_size(unit) == size
    together = b"\x78" + len(unit).to_bytes(2, "big") + unit + b"\x00\x02\x65\x88"
    assert _h264_size(together) == size
