"""Loss, reordering, duplicates, wrap-around, and a publisher who comes back."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools

import pytest

from realtime.sfu import rtcp
from realtime.sfu.fanout import WRAP_GUARD
from tests.realtime.sfu.peers import VP8_DELTA, VP8_KEY, House, RawPublisher, RawViewer, until

pytestmark = pytest.mark.asyncio


async def paired(house: House, first: int = 1000) -> tuple[RawPublisher, RawViewer]:
    """A publisher and one viewer."""
    return await house.publisher(first=first), await house.viewer()


def nacks(peer: RawPublisher) -> list[int]:
    """What a publisher was asked to send again."""
    return [n for m in peer.control if isinstance(m, rtcp.Nack) for n in m.lost]


def rebased(numbers: list[int]) -> list[int]:
    """Sequence numbers counted from the first."""
    return [n - numbers[0] & 0xFFFF for n in numbers]


async def test_what_is_lost_on_the_way_in_is_asked_for_and_forwarded(house: House):
    publisher, viewer = await paired(house)
    packets = [publisher.packet(VP8_KEY)] + [publisher.packet(VP8_DELTA) for _ in range(11)]
    publisher.loss.sequences = [1004, 1005, 1009]
    for packet in packets:
        await publisher.send(packet)
    await until(lambda: {1004, 1005, 1009} <= set(nacks(publisher)))
    for index in (4, 5, 9):
        await publisher.send(packets[index])
    await until(lambda: len(viewer.packets) == 12)
    assert sorted(rebased(viewer.sequences(120))) == list(range(12))
    asked = len(nacks(publisher))
    await asyncio.sleep(0.2)
    assert len(nacks(publisher)) == asked, "it goes on asking for what has come"


async def test_who_publishes_hears_that_we_are_there(house: House, monkeypatch: pytest.MonkeyPatch):
    """Several times a second, also while there is nothing to report (RFC 3550 §6.4.2), with our
    name (§6.5): silence means that her way is dead. Viewers get no such thing."""
    publisher, viewer = await paired(house)
    heard = {peer: list[bytes]() for peer in (publisher, viewer)}

    for peer, told in heard.items():

        async def hear(data: bytes, told: list[bytes] = told) -> None:
            told.append(data)

        monkeypatch.setattr(peer.dtls, "_handle_rtcp_data", hear)
    await until(lambda: len(heard[publisher]) >= 5)
    assert {(data[:2], data[8:10]) for data in heard[publisher]} == {(b"\x80\xc9", b"\x81\xca")}
    assert heard[viewer] == []


async def test_a_lost_request_is_repeated_and_given_up_at_last(house: House):
    publisher, _ = await paired(house)
    publisher.loss.sequences = [1002]
    await publisher.video(5)
    await until(lambda: nacks(publisher).count(1002) >= 3)
    await asyncio.sleep(0.8)
    settled = nacks(publisher).count(1002)
    await asyncio.sleep(0.3)
    assert nacks(publisher).count(1002) == settled <= 8


async def test_reordering_within_the_grace_asks_for_nothing(house: House):
    publisher, viewer = await paired(house)
    packets = [publisher.packet(VP8_KEY)] + [publisher.packet(VP8_DELTA) for _ in range(7)]
    for index in (0, 2, 1, 3, 5, 6, 4, 7):
        await publisher.send(packets[index])
    await until(lambda: len(viewer.packets) == 8)
    await asyncio.sleep(0.1)
    assert sorted(rebased(viewer.sequences(120))) == list(range(8))
    assert nacks(publisher) == []


async def test_a_duplicate_is_forwarded_once(house: House):
    publisher, viewer = await paired(house)
    for packet in [publisher.packet(VP8_KEY), publisher.packet(VP8_DELTA)]:
        await publisher.send(packet)
        await publisher.send(packet)
    await publisher.video(1)
    await until(lambda: len(viewer.packets) == 3)
    await asyncio.sleep(0.05)
    assert rebased(viewer.sequences(120)) == [0, 1, 2]


async def test_what_a_viewer_loses_comes_from_the_cache(house: House):
    publisher = await house.publisher()
    viewer, other = await house.viewer(), await house.viewer(codecs={"opus": 111, "VP8": 98})
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 3)
    base = viewer.sequences(120)[0]
    viewer.loss.sequences = [base + 4, base + 5]
    other.loss.sequences = [base + 4]
    await publisher.video(6)
    await until(lambda: len(viewer.packets) == 7 and len(other.packets) == 8)
    await viewer.ask_again(base + 4, base + 5)
    await until(lambda: len(viewer.packets) == 9)
    assert sorted(rebased(viewer.sequences(120))) == list(range(9))
    assert {p.payload_type for p in viewer.packets} == {120}
    await other.ask_again(base + 4)
    await until(lambda: len(other.packets) == 9)
    assert {p.payload_type for p in other.packets} == {98}, "a cached packet was changed in place"
    assert other.of(98)[-1].payload == VP8_DELTA


async def test_nothing_older_than_a_viewers_first_packet_is_sent_to_it(house: House):
    publisher = await house.publisher()
    await publisher.video(5)
    track = house.engine.streams[("r1", "camera")].tracks["video"]
    track._opening.forget()  # its keyframe is old: she waits for the next one
    viewer = await house.viewer()
    first = track.sequence + 1
    viewer.loss.sequences = [first + 1]
    await publisher.video(3)
    await until(lambda: len(viewer.packets) == 2)
    await viewer.ask_again(first - 1, first - 2, first + 1)
    await until(lambda: len(viewer.packets) == 3)
    await asyncio.sleep(0.05)
    assert viewer.sequences(120) == [first, first + 2, first + 1]


async def test_keyframe_wishes_of_many_become_one_question(house: House):
    publisher = await house.publisher()
    await publisher.video(2)
    viewers = [await house.viewer(member=n) for n in range(2, 6)]
    for viewer in viewers * 3:
        await viewer.ask_keyframe()
    await asyncio.sleep(0.4)
    wishes = [m for m in publisher.control if isinstance(m, rtcp.KeyframeRequest)]
    assert 1 <= len(wishes) <= 2
    assert wishes[0].ssrc == publisher.ssrc["video"]


async def test_sequence_numbers_wrap_for_old_and_new_viewers(house: House):
    """The room's numbers are moved close to the wrap; both counters roll over in mid-stream."""
    publisher = await house.publisher(first=0xFFF0)
    house.engine.streams[("r1", "camera")].tracks["video"].sequence = 0xFFF0 - WRAP_GUARD
    early = await house.viewer()
    early.loss.sequences = [0xFFFF, 0]
    await publisher.video(WRAP_GUARD - 10)
    house.engine.streams[("r1", "camera")].tracks["video"]._opening.forget()
    late = await house.viewer(member=3)
    await publisher.video(25, pause=0.001)  # a keyframe shortly before the wrap: not for her
    await publisher.video(55, pause=0.001)
    await until(lambda: len(early.packets) == WRAP_GUARD + 68)
    await early.ask_again(0xFFFF, 0)
    await until(lambda: len(early.packets) == WRAP_GUARD + 70)
    numbers = early.sequences(120)
    assert sorted(rebased(numbers)) == list(range(WRAP_GUARD + 70))
    assert numbers[-2:] == [0xFFFF, 0]
    latest = late.sequences(120)
    assert latest, "the late viewer never found the roll-over counter"
    assert latest[0] == 0, "nobody may join in the last packets before a wrap"
    assert rebased(latest) == list(range(len(latest)))


async def test_a_publisher_who_comes_back_continues_the_numbers(house: House):
    first, viewer = await paired(house)
    await first.video(5)
    await until(lambda: len(viewer.packets) == 5)
    await house.end(first)
    again = await house.publisher(first=40_000)
    await again.video(5)
    await again.audio(2)
    await until(lambda: len(viewer.packets) == 12)
    assert rebased(viewer.sequences(120)) == list(range(10))
    times = [p.timestamp for p in viewer.of(120)]
    ahead = [b - a & 0xFFFFFFFF for a, b in itertools.pairwise(times)]
    assert all(0 < step < 90_000 * 10 for step in ahead)
    assert len({p.ssrc for p in viewer.of(120)}) == 1


async def test_a_reload_replaces_the_publisher_without_a_gap(house: House):
    first, viewer = await paired(house)
    await first.video(3)
    second = await house.publisher(first=7)
    with contextlib.suppress(ConnectionError):  # it may have heard the goodbye already
        await first.video(3)
    await second.video(3)
    await until(lambda: len(viewer.packets) >= 6)
    assert rebased(viewer.sequences(120)) == list(range(6))
    assert len(house.engine.live) == 1


async def test_viewers_who_cannot_decode_the_new_codec_are_ended(house: House):
    publisher, _ = await paired(house)
    await house.end(publisher)
    await house.publisher(codecs={"opus": 111, "H264": 102})
    await until(lambda: house.engine.stats()["viewers"] == 0)
    viewer = await house.viewer(codecs={"opus": 111, "H264": 106})
    assert "H264/90000" in viewer.answer


async def test_a_viewer_that_was_refused_video_is_ended_when_video_comes(house: House):
    publisher = await house.publisher(codecs={"opus": 111})
    viewer = await house.viewer()
    assert "m=video 0 " in viewer.answer
    await publisher.audio(3)
    await until(lambda: len(viewer.packets) == 3)
    await house.publisher()
    await until(lambda: house.engine.stats()["viewers"] == 0)


async def test_a_route_without_segmentation_falls_back_to_single_sends(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    publisher, viewer = await paired(house)
    stream = house.engine.streams[("r1", "camera")]
    outlet = stream.outlets["video"]
    real = house.engine.ice.sock

    class NoSegments:
        """The socket on a card that cannot segment."""

        def sendmsg(self, *_: object) -> int:
            raise OSError(errno.EIO, "no UDP_SEGMENT here")

        def sendto(self, data: memoryview, address: tuple[str, int]) -> int:
            return real.sendto(data, address)

    monkeypatch.setattr(outlet, "_sock", NoSegments())
    for _ in range(2):
        frame = [publisher.packet(VP8_KEY.ljust(800, b"x"), marker=int(i == 3)) for i in range(4)]
        for packet in frame:
            packet.timestamp = frame[0].timestamp
            await publisher.send(packet)
    await until(lambda: len(viewer.packets) == 8)
    assert rebased(viewer.sequences(120)) == list(range(8))
    assert house.engine.stats()["packets_dropped"] == 0


async def test_a_full_socket_drops_and_counts(house: House, monkeypatch: pytest.MonkeyPatch):
    publisher, viewer = await paired(house)

    class Full:
        """A socket without room."""

        def sendto(self, *_: object) -> int:
            raise BlockingIOError

        sendmsg = sendto

    outlet = house.engine.streams[("r1", "camera")].outlets["video"]
    with monkeypatch.context() as patch:
        patch.setattr(outlet, "_sock", Full())
        await publisher.video(3)
        await until(lambda: outlet.dropped == 3)
    await publisher.video(2)
    await until(lambda: len(viewer.packets) == 2)
