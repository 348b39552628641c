"""The pure heart: headers, wrapping counters, runs, caches, who to ask and when."""

from __future__ import annotations

import struct

from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu import rtp
from realtime.sfu.cache import CACHE_PACKETS, PacketCache
from realtime.sfu.keyframes import MAX_TRIES, MIN_INTERVAL_S, KeyframeRequests
from realtime.sfu.nack import (
    MAX_MISSING,
    REORDER_S,
    RETRY_S,
    NackGenerator,
)
from realtime.sfu.nack import (
    MAX_TRIES as NACK_TRIES,
)
from realtime.sfu.reception import Reception
from realtime.sfu.rtcp import SenderReport

U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)


@given(U16, st.integers(-0x8000, 0x7FFF))
def test_uint16_distance_undoes_addition(a: int, d: int):
    assert rtp.uint16_diff(rtp.uint16_add(a, d), a) == d


@given(U32, st.integers(-0x80000000, 0x7FFFFFFF))
def test_uint32_distance_undoes_addition(a: int, d: int):
    assert rtp.uint32_diff(rtp.uint32_add(a, d), a) == d


def test_the_wrap_is_one_step():
    assert rtp.uint16_diff(0, 65_535) == 1
    assert rtp.uint16_diff(65_535, 0) == -1


@given(st.booleans(), U16, U32, U32, st.binary(max_size=300), st.integers(0, 127))
def test_built_packets_read_back(
    marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes, payload_type: int
):
    packet = rtp.build(marker, sequence, timestamp, ssrc, payload)
    typed = rtp.with_type(packet, payload_type)
    assert rtp.parse(typed) == (marker, payload_type, sequence, timestamp, ssrc, 12, len(typed))
    assert rtp.sequence_of(packet) == sequence
    assert packet[1] & 0x7F == 0, "the original was changed"


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes):
    header = rtp.parse(data)
    if header is not None:
        assert 12 <= header.start <= header.end <= len(data)
        rtp.starts_keyframe("VP8", data[header.start : header.end])
        rtp.starts_keyframe("H264", data[header.start : header.end])


@given(st.integers(0, 15), st.binary(max_size=20), st.integers(0, 9), st.binary(min_size=1))
def test_csrcs_extensions_and_padding_are_left_out(
    sources: int, extension: bytes, padding: int, payload: bytes
):
    extension = extension[: len(extension) // 4 * 4]
    first = 0x90 | sources | (0x20 if padding else 0)
    data = struct.pack("!BBHII", first, 96, 1, 2, 3) + b"csrc" * sources
    data += struct.pack("!HH", 0x1234, len(extension) // 4) + extension + payload
    data += bytes(padding - 1) + bytes([padding]) if padding else b""
    header = rtp.parse(data)
    assert header is not None
    assert data[header.start : header.end] == payload
    assert RtpPacket.parse(data).payload == payload


@given(st.lists(st.integers(12, 1400), max_size=120), st.integers(1, 64))
def test_runs_cover_all_packets_and_fit_one_segmented_send(sizes: list[int], most: int):
    runs = rtp.split_runs(sizes, 16, 65_000, most)
    assert [i for run in runs for i in run] == list(range(len(sizes)))
    for run in runs:
        lengths = [sizes[i] for i in run]
        assert len(set(lengths[:-1])) <= 1
        assert lengths[-1] <= lengths[0]
        assert len(run) <= most
        assert sum(lengths) + 16 * len(run) <= 65_000


def test_vp8_keyframes():
    plain, delta = b"\x10\x00", b"\x10\x01"
    with_picture_id = b"\x90\x80\x81\x23\x00"
    everything = b"\x90\xe0\x81\x23\x05\x20\x00"
    assert all(rtp.starts_keyframe("VP8", p) for p in (plain, with_picture_id, everything))
    assert not any(rtp.starts_keyframe("VP8", p) for p in (delta, b"\x00\x00", b"\x11\x00", b""))


def test_h264_keyframes():
    single, parameter_set, stap = b"\x65", b"\x67", b"\x78\x00\x05\x67\x00"
    fragment_start, fragment_middle = b"\x7c\x85", b"\x7c\x05"
    assert all(
        rtp.starts_keyframe("H264", p) for p in (single, parameter_set, stap, fragment_start)
    )
    assert not any(rtp.starts_keyframe("H264", p) for p in (b"\x61", fragment_middle, b"\x78"))


@given(U16, st.integers(1, 3000))
def test_the_cache_holds_exactly_the_last_packets(first: int, count: int):
    cache = PacketCache()
    numbers = [rtp.uint16_add(first, i) for i in range(count)]
    for number in numbers:
        cache.put(rtp.build(False, number, 0, 1, b"x"))
    for number in numbers[-CACHE_PACKETS:]:
        packet = cache.get(number)
        assert packet is not None
        assert rtp.sequence_of(packet) == number
    assert all(cache.get(number) is None for number in numbers[:-CACHE_PACKETS])


@given(st.lists(st.integers(1, 60), unique=True, max_size=30), st.randoms())
def test_exactly_the_missing_are_asked_for(lost: list[int], random):
    arrivals = [n for n in range(1, 61) if n not in lost]
    generator = NackGenerator()
    generator.add(0, 0.0)
    for index in range(0, len(arrivals), 4):  # reordered within small windows
        window = arrivals[index : index + 4]
        random.shuffle(window)
        for number in window:
            generator.add(number, 0.0)
    generator.add(61, 0.0)
    assert generator.due(0.0) == []
    assert generator.due(REORDER_S) == sorted(lost)
    assert generator.due(REORDER_S) == []
    for number in lost:
        generator.add(number, 1.0)
    assert len(generator) == 0


def test_asking_ends():
    generator = NackGenerator()
    generator.add(1, 0.0)
    generator.add(3, 0.0)
    asked = [generator.due(REORDER_S + i * (RETRY_S + 0.001)) for i in range(20)]
    assert asked[:NACK_TRIES] == [[2]] * NACK_TRIES
    assert not any(asked[NACK_TRIES:])
    assert generator.given_up == 1


def test_a_huge_hole_wants_a_keyframe_instead():
    generator = NackGenerator()
    assert generator.add(1, 0.0)
    assert not generator.add(MAX_MISSING + 10, 0.0)
    assert generator.due(9.0) == []


def test_keyframes_are_asked_for_seldom_and_until_they_come():
    requests = KeyframeRequests()
    assert not requests.due(0.0)
    for _ in range(50):
        requests.want()
    assert requests.due(0.0)
    requests.want()
    assert not requests.due(MIN_INTERVAL_S / 2)
    assert requests.due(MIN_INTERVAL_S)
    requests.seen()
    assert not requests.due(99.0)
    requests.want()
    assert [requests.due(100.0 + i) for i in range(20)].count(True) == MAX_TRIES


@given(U16, st.lists(st.booleans(), min_size=1, max_size=300))
def test_loss_is_counted_across_the_wrap(first: int, kept: list[bool]):
    reception = Reception(7, 90_000)
    arrived = [i for i, keep in enumerate(kept) if keep or i == 0]
    for index in arrived:
        number = rtp.uint16_add(first, index)
        reception.packet(reception.extend(number), index * 3000, index / 30)
    report = reception.report(9.0)
    assert report is not None
    expected = arrived[-1] + 1
    assert report.total_lost == expected - len(arrived)
    assert report.fraction_lost == report.total_lost * 256 // expected
    assert report.highest & 0xFFFF == rtp.uint16_add(first, arrived[-1])
    assert report.highest >> 16 == (first + arrived[-1]) >> 16
    assert report.jitter == 0


def test_jitter_follows_uneven_arrival():
    reception = Reception(7, 90_000)
    for index in range(200):
        late = 0.01 if index % 2 else 0.0
        reception.packet(reception.extend(index), index * 3000, index / 30 + late)
    assert 800 <= reception.jitter <= 900  # 10 ms at 90 kHz


def test_the_last_sender_report_is_echoed_with_its_age():
    reception = Reception(7, 90_000)
    reception.packet(reception.extend(5), 0, 0.0)
    reception.sender_report(SenderReport(7, 0x11112222_33334444, 0, 0, 0), 1.0)
    report = reception.report(1.5)
    assert report is not None
    assert (report.last_sr, report.since_sr) == (0x22223333, 32_768)
