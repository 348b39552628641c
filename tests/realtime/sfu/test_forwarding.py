"""What one publishes, the others receive: over real ICE, DTLS and SRTP."""

from __future__ import annotations

import asyncio

import pytest

from realtime.sfu import rtcp
from realtime.sfu.app import App
from realtime.sfu.settings import Settings
from tests.realtime.sfu.peers import VP8_DELTA, VP8_KEY, House, open_house, token, until

pytestmark = pytest.mark.asyncio


async def test_two_viewers_get_sound_and_picture_in_their_own_numbering(house: House):
    publisher = await house.publisher()
    chrome = await house.viewer(codecs={"opus": 111, "VP8": 96})
    firefox = await house.viewer(codecs={"opus": 109, "VP8": 120}, member=3)
    await publisher.video(10)
    await publisher.audio(10)
    await until(lambda: len(chrome.packets) == 20 and len(firefox.packets) == 20)
    assert chrome.sequences(96) == firefox.sequences(120)
    assert [p.payload for p in firefox.of(120)] == [VP8_KEY] + [VP8_DELTA] * 9
    assert {p.ssrc for p in firefox.of(120)} == {firefox.ssrc("video")}
    assert {p.ssrc for p in firefox.of(109)} == {firefox.ssrc("audio")}


async def test_a_frame_of_many_packets_arrives_whole_and_in_order(house: House):
    publisher = await house.publisher()
    viewer = await house.viewer()
    timestamp = None
    for size in (1100, 1100, 1101, 1100, 40):
        packet = publisher.packet(VP8_KEY.ljust(size, b"x"), marker=int(size == 40))
        packet.timestamp = timestamp = timestamp or packet.timestamp
        await publisher.send(packet)
    await until(lambda: len(viewer.packets) == 5)
    numbers = viewer.sequences(120)
    assert [n - numbers[0] for n in numbers] == [0, 1, 2, 3, 4]
    assert [p.marker for p in viewer.packets] == [0, 0, 0, 0, 1]


async def test_a_frame_without_its_end_is_sent_after_a_short_wait(house: House):
    publisher = await house.publisher()
    viewer = await house.viewer()
    await publisher.send(publisher.packet(VP8_KEY, marker=0))
    await until(lambda: viewer.packets, within=0.5)


async def test_a_viewer_before_the_publisher_is_told_to_come_back(house: House):
    early = house.stranger()
    response = await house.post("whep", token(act="watch"), await early.offer())
    assert (response.status_code, response.headers["retry-after"]) == (409, "1")


async def test_camera_and_screen_are_two_streams(house: House):
    camera = await house.publisher()
    screen = await house.publisher("screen", codecs={"VP8": 96})
    sees_camera = await house.viewer("camera")
    sees_screen = await house.viewer("screen")
    assert "m=audio 0 " in sees_screen.answer
    await camera.video(3)
    await screen.video(5)
    await until(lambda: len(sees_camera.packets) == 3 and len(sees_screen.packets) == 5)


async def test_sender_reports_reach_viewers_with_our_source_and_clock(house: House):
    publisher = await house.publisher()
    viewer = await house.viewer()
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 3)
    sent = rtcp.SenderReport(publisher.ssrc["video"], 0x1122334455667788, 1002 * 3000, 3, 99)
    await publisher.send(rtcp.sender_report(sent))
    await until(lambda: any(isinstance(m, rtcp.SenderReport) for m in viewer.control))
    report = next(m for m in viewer.control if isinstance(m, rtcp.SenderReport))
    assert report.ssrc == viewer.ssrc("video")
    assert report.ntp == sent.ntp
    assert report.timestamp == viewer.packets[-1].timestamp


async def test_a_late_viewer_gets_the_clock_at_once(house: House):
    publisher = await house.publisher()
    await publisher.video(2)
    await until(lambda: house.engine.live[("r1", "camera")].received == 2)
    sent = rtcp.SenderReport(publisher.ssrc["video"], 5 << 32, 9, 3, 99)
    await publisher.send(rtcp.sender_report(sent))
    await asyncio.sleep(0.05)
    viewer = await house.viewer()
    await until(lambda: any(isinstance(m, rtcp.SenderReport) for m in viewer.control))


async def test_the_publisher_is_told_how_it_arrives(house: House):
    publisher = await house.publisher()
    publisher.loss.sequences = [1005] * 20
    await publisher.video(20)
    await until(lambda: any(isinstance(m, rtcp.ReportBlock) for m in publisher.control))
    block = next(m for m in publisher.control if isinstance(m, rtcp.ReportBlock))
    assert block.ssrc == publisher.ssrc["video"]
    assert block.highest & 0xFFFF == 1019
    assert block.total_lost == 1
    assert block.fraction_lost == 256 // 20


@pytest.mark.parametrize("segmented", [True, False])
async def test_with_and_without_segmented_sends_the_same_arrives(
    settings: Settings, segmented: bool
):
    house = await open_house(App(settings, segmented=segmented))
    publisher = await house.publisher()
    viewer = await house.viewer()
    packets = [publisher.packet(VP8_KEY.ljust(900, b"x"), marker=int(i == 5)) for i in range(6)]
    for packet in packets:
        packet.timestamp = packets[0].timestamp
        await publisher.send(packet)
    await until(lambda: len(viewer.packets) == 6)
    assert [p.payload for p in viewer.packets] == [p.payload for p in packets]
    await house.close()
