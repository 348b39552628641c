"""Frames that arrive whole and in time over lines that lose, reorder and repeat datagrams."""

from __future__ import annotations

import asyncio
import time

import pytest

from realtime.sfu import rtcp
from tests.realtime.sfu.bad_network import BadPublisher, BadViewer, Line
from tests.realtime.sfu.peers import House, token, until

pytestmark = pytest.mark.asyncio


async def publisher_on(house: House, line: Line, **options: int) -> BadPublisher:
    """A publisher on a bad line, live."""
    peer = BadPublisher(line, **options)
    house.peers.append(peer)
    await peer.connect(house.http, "/media/whip/r1/camera", token())
    await until(lambda: house.is_live("r1", "camera", peer))
    return peer


async def viewer_on(
    house: House, line: Line, member: int = 2, rtx: bool = True, seed: int = 2
) -> BadViewer:
    """A viewer on a bad line, connected."""
    peer = BadViewer(line, rtx, seed)
    house.peers.append(peer)
    await peer.connect(house.http, "/media/whep/r1/camera", token(member=member, act="watch"))
    return peer


@pytest.mark.parametrize(("loss", "wanted"), [(0.01, 0.999), (0.05, 0.98)])
async def test_frames_are_whole_in_time_under_loss_each_way(
    house: House, loss: float, wanted: float
):
    line = Line(loss)
    publisher = await publisher_on(house, line)
    modern = await viewer_on(house, line)
    plain = await viewer_on(house, line, member=3, rtx=False, seed=3)
    assert "ssrc-group:FID" in modern.answer
    assert "rtx" not in plain.answer
    await publisher.frames(300)
    await asyncio.sleep(0.4)
    figures = [viewer.in_time(publisher) for viewer in (modern, plain)]
    assert min(figures) >= wanted
    assert modern.retransmitted > 0
    assert plain.retransmitted == 0


async def test_reordered_and_repeated_datagrams_across_the_wraps(house: House):
    """Both counters roll over: the publisher's after 536 packets, the room's after 236."""
    line = Line(0.01, reordered=0.03, repeated=0.03)
    publisher = await publisher_on(house, line, first=65_000)
    house.engine.streams[("r1", "camera")].tracks["video"].sequence = 65_300
    viewer = await viewer_on(house, line)
    await publisher.frames(200)
    await asyncio.sleep(0.4)
    assert viewer.in_time(publisher) >= 0.99


async def test_packets_that_overtake_each_other_are_soon_not_asked_for(house: House):
    line = Line(reordered=0.2, late_s=0.025)
    publisher = await publisher_on(house, line)
    viewer = await viewer_on(house, Line())
    await publisher.frames(60)
    before = publisher.asked
    await publisher.frames(100)
    assert publisher.asked - before <= 20, "of about 100 reordered packets"
    await asyncio.sleep(0.2)
    assert viewer.in_time(publisher) == 1.0


async def test_nothing_that_came_is_forwarded_again_when_its_repair_comes_too(house: House):
    """The original, late, and its retransmission: two SRTP streams, so SRTP lets both pass."""
    publisher = await publisher_on(house, Line())
    viewer = await viewer_on(house, Line())
    await publisher.frames(3)
    for packet in list(publisher._kept.values()):
        await publisher.send(publisher._again(packet))
    await publisher.frames(1)
    await until(lambda: len(viewer.complete_at) == 4)
    assert viewer.repeats == 0
    session = house.engine.live[("r1", "camera")]
    assert session.received == 20


async def test_a_publisher_who_comes_back_on_a_bad_line(house: House):
    line = Line(0.02)
    first = await publisher_on(house, line)
    viewer = await viewer_on(house, line)
    await first.frames(50)
    again = await publisher_on(house, line, first=30_000, seed=9)
    again.sent_at = dict(first.sent_at)  # go on counting frames
    await again.frames(100)
    await asyncio.sleep(0.4)
    assert viewer.in_time(again) >= 0.98


async def test_sixty_who_join_in_two_seconds_cost_few_keyframes(house: House):
    """Each begins with a keyframe, most of them at once from the cache."""
    publisher = await publisher_on(house, Line())
    sending = asyncio.ensure_future(publisher.frames(220, packets=3))
    await asyncio.sleep(1.2)
    before = publisher.keyframes_asked
    joined: list[tuple[BadViewer, float]] = []

    async def join(index: int) -> None:
        await asyncio.sleep(index / 30)
        viewer = await viewer_on(house, Line(), member=10 + index)
        joined.append((viewer, time.monotonic()))

    await asyncio.gather(*(join(index) for index in range(60)))
    await sending
    await until(lambda: all(viewer.complete_at for viewer, _ in joined))
    waits = sorted(min(v.complete_at.values()) - at for v, at in joined)
    assert publisher.keyframes_asked - before <= 4
    assert waits[30] < 0.2
    for viewer, _ in joined:
        assert min(viewer.complete_at) in viewer.keys


async def test_sound_and_picture_keep_one_clock_when_the_publisher_comes_back(house: House):
    """A moment of her clock means the same moment of both kinds, before and after a reload."""
    viewer = None
    for first in (1000, 20_000):
        publisher = await house.publisher(first=first)
        viewer = viewer or await house.viewer()
        await publisher.video(3)
        await publisher.audio(3)
        seen = len(viewer.control)
        for kind, rate in (("video", 3000), ("audio", 960)):
            stamp = (publisher.next[kind] - 1) * rate & 0xFFFFFFFF
            report = rtcp.SenderReport(publisher.ssrc[kind], first << 32, stamp, 3, 99)
            await publisher.send(rtcp.sender_report(report))
        await until(lambda: len([m for m in viewer.control[seen:] if _of(m)]) == 2)  # noqa: B023
        reports = {m.ssrc: m for m in viewer.control[seen:] if isinstance(m, rtcp.SenderReport)}
        for kind, payload_type in (("video", 120), ("audio", 109)):
            report = reports[viewer.ssrc(kind)]
            assert report.ntp == first << 32
            assert report.timestamp == viewer.of(payload_type)[-1].timestamp


def _of(message: rtcp.Message) -> bool:
    return isinstance(message, rtcp.SenderReport)
