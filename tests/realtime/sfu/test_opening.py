"""Where newcomers begin, what a retransmission looks like, and how it is agreed upon."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu import rtp, sdp
from realtime.sfu.answer import Accepted, write_answer
from realtime.sfu.cache import PacketCache
from realtime.sfu.keyframes import MAX_TRIES
from realtime.sfu.nack import MAX_REORDER_S, MAX_RETRY_S, MIN_RETRY_S, REORDER_S, NackGenerator
from realtime.sfu.opening import MAX_PACKETS, YOUNG_S, Opening
from realtime.sfu.rtcp import picture_loss
from realtime.sfu.uptrack import UpTrack
from tests.realtime.sfu.peers import VP8_DELTA, VP8_KEY
from tests.realtime.sfu.test_sdp import HEAD, LOCAL, VP8, video

U16 = st.integers(0, 0xFFFF)
RTX = "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"


def filled(first: int, count: int, without: int = -1) -> PacketCache:
    """A cache of so many packets, perhaps with a hole."""
    cache = PacketCache()
    for index in range(count):
        if index != without:
            cache.put(rtp.build(False, first + index & 0xFFFF, 9, 1, b"x"))
    return cache


@given(U16)
def test_a_newcomer_gets_everything_since_the_keyframe_but_what_is_missing(first: int):
    opening, cache = Opening(), filled(first, 20, without=7)
    opening.begins(first + 5 & 0xFFFF, 9, 1.0)
    found = opening.packets(cache, first + 20 & 0xFFFF, 1.0 + YOUNG_S)
    numbers = [rtp.uint16_diff(rtp.sequence_of(packet), first) for packet in found]
    assert numbers == [n for n in range(5, 20) if n != 7]


def test_an_old_keyframe_or_one_far_back_is_no_place_to_begin():
    opening, cache = Opening(), filled(0, 600)
    assert opening.packets(cache, 600, 0.0) == []
    opening.begins(10, 9, 1.0)
    assert opening.packets(cache, 20, 1.1 + YOUNG_S) == []
    assert opening.packets(cache, 11 + MAX_PACKETS, 1.0) == []
    assert opening.packets(filled(11, 9), 20, 1.0) == [], "its begin is missing"
    opening.forget()
    assert opening.packets(cache, 20, 1.0) == []


def test_a_keyframe_begins_with_its_first_packet_in_whatever_order_they_come():
    opening = Opening()
    for sequence in (0xFFFF, 1, 0xFFFE, 0):
        opening.begins(sequence, 77, 1.0)
    assert opening.sequence == 0xFFFE
    opening.begins(0xFF00, 5, 2.0)
    assert opening.sequence == 0xFFFE, "a late packet of an older keyframe"
    opening.begins(9, 99, 3.0)
    assert opening.sequence == 9


@given(st.booleans(), U16, st.integers(0, 2**32 - 1), U16, st.binary(max_size=50))
def test_a_retransmission_carries_the_whole_packet(
    marker: bool, sequence: int, timestamp: int, own: int, payload: bytes
):
    packet = rtp.build(marker, sequence, timestamp, 1, payload)
    again = rtp.retransmission(packet, 97, own, 2)
    header = rtp.parse(again)
    assert header is not None
    assert (header.payload_type, header.sequence, header.ssrc) == (97, own, 2)
    original = rtp.restored(header, memoryview(again), 96, 1)
    assert original is not None
    assert original[:5] == (marker, 96, sequence, timestamp, 1)
    assert again[original.start : original.end] == payload


def test_padding_on_the_stream_of_retransmissions_is_nothing():
    probe = rtp.HEADER.pack(0xA0, 97, 5, 6, 7) + b"\0\0\0\4"
    header = rtp.parse(probe)
    assert header is not None
    assert rtp.restored(header, memoryview(probe), 96, 1) is None


def test_retransmissions_are_agreed_upon_where_they_are_offered():
    offer = sdp.parse_offer(HEAD + video(VP8 + RTX, "recvonly"))
    codec = sdp.choose_watched(offer, {"video": "VP8"})["1"]
    assert codec.rtx == 97
    answer = write_answer(offer, {"1": Accepted(codec, 11, "camera", 12)}, LOCAL)
    assert "SAVPF 96 97\r\n" in answer
    assert "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" in answer
    assert "a=ssrc-group:FID 11 12\r\n" in answer
    assert "a=ssrc:12 cname:camera\r\n" in answer
    plain = sdp.parse_offer(HEAD + video(VP8, "recvonly"))
    codec = sdp.choose_watched(plain, {"video": "VP8"})["1"]
    answer = write_answer(plain, {"1": Accepted(codec, 11, "camera", 12)}, LOCAL)
    assert "rtx" not in answer
    assert "FID" not in answer


def test_a_delimiter_before_the_parameters_does_not_hide_a_keyframe():
    delimiter, parameters = b"\x00\x02\x09\x10", b"\x00\x02\x67\x42"
    assert rtp.starts_keyframe("H264", b"\x78" + delimiter + parameters)
    assert not rtp.starts_keyframe("H264", b"\x78" + delimiter)
    assert not rtp.starts_keyframe("H264", b"\x78\xff\xff")


def test_waits_follow_the_line():
    """A gap is left alone as long as packets overtake; a request is repeated after a round trip."""
    generator = NackGenerator()
    for index in range(0, 40, 2):
        now = index / 10
        generator.add(index + 1, now)
        generator.add(index, now + 0.03) if index else None
    assert REORDER_S < generator.grace <= MAX_REORDER_S
    for index in range(100, 200, 2):
        now = float(index)
        generator.add(index + 1, now)
        generator.due(now + 0.1)
        generator.add(index, now + 0.11)
    assert MIN_RETRY_S <= generator.retry < 0.05
    for index in range(300, 400, 2):
        now = float(index)
        generator.add(index + 1, now)
        generator.due(now + 0.1)
        generator.add(index, now + 0.6)
    assert 0.2 < generator.retry <= MAX_RETRY_S


class Ear:
    """An outlet that remembers."""

    def __init__(self) -> None:
        self.awaits_keyframe = False
        self.sent: list[tuple[int, bool]] = []

    def send(self, packets: Sequence[bytes], opens: bool = True) -> None:
        self.sent.append((len(packets), opens))

    def send_late(self, packet: bytes) -> None:
        self.sent.append((1, False))


def arrives(track: UpTrack, sequence: int, payload: bytes, now: float) -> None:
    """One frame of one packet."""
    packet = rtp.build(True, sequence, sequence * 3000, 5, payload)
    header = rtp.parse(packet)
    assert header is not None
    track.receive(memoryview(packet), header, now)


def keyframes_asked(track: UpTrack, start: float, seconds: float) -> int:
    """How often the publisher is asked, looking every 20 ms."""
    looks = [start + step / 50 for step in range(int(seconds * 50))]
    return sum(picture_loss(1, 5) in track.feedback(1, now) for now in looks)


def test_what_never_comes_is_given_up_for_a_keyframe():
    track = UpTrack("video", "VP8", Ear())
    arrives(track, 1, VP8_KEY, 0.0)
    arrives(track, 3, VP8_DELTA, 0.1)
    assert keyframes_asked(track, 0.1, 0.5) == 0
    assert keyframes_asked(track, 0.6, 1.4) >= 1
    assert track.source is not None
    assert track.source.nack.given_up == 1


def test_the_publisher_is_asked_while_somebody_waits_unless_she_is_silent():
    ear = Ear()
    track = UpTrack("video", "VP8", ear)
    arrives(track, 1, VP8_KEY, 0.0)
    arrives(track, 2, VP8_DELTA, 0.1)
    assert ear.sent == [(1, True), (1, False)]
    ear.awaits_keyframe = True
    assert keyframes_asked(track, 0.2, 0.8) == 2
    assert keyframes_asked(track, 9.0, 9.0) <= MAX_TRIES
    assert keyframes_asked(track, 18.0, 9.0) == 0
    arrives(track, 3, VP8_DELTA, 30.0)
    assert keyframes_asked(track, 30.0, 0.4) == 1
