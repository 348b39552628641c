"""Joining layers: the arithmetic, for all places where counters wrap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu import extensions, rtcp, rtp, simulcast
from realtime.sfu.rtcp import SenderReport
from realtime.sfu.splice import (
    LEAST_STEP_S,
    PLAIN,
    Splice,
    Timeline,
    continued,
    is_later,
    offset,
    spliced,
)
from tests.realtime.sfu.layers import numbers, vp8, with_rid
from tests.realtime.sfu.peers import RawPublisher

U8, U15, U16 = st.integers(0, 0xFF), st.integers(0, 0x7FFF), st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
RATE = 90_000


def packet(sequence: int, timestamp: int, picture: int = 0, base: int = 0) -> bytes:
    """A VP8 packet of a layer."""
    return rtp.build(True, sequence, timestamp, 7, vp8(True, picture, base, b"rest"))


@given(U16, U32, U15, U8, U16, U32, U15, U8, st.integers(-100_000, 100_000))
def test_the_first_packet_of_a_layer_follows_the_last_of_the_other(
    s1: int, t1: int, p1: int, b1: int, s2: int, t2: int, p2: int, b2: int, ahead: int
):
    last, first = packet(s1, t1, p1, b1), packet(s2, t2, p2, b2)
    shift = rtp.uint32_diff(rtp.uint32_add(t1, ahead), t2)
    splice = continued(last, first, shift, RATE, "VP8")
    header = rtp.parse(joined := spliced(first, 96, splice, "VP8"))
    assert header is not None
    assert (header.payload_type, header.marker, header.ssrc) == (96, True, 7)
    assert header.sequence == s1 + 1 & 0xFFFF
    step = rtp.uint32_diff(header.timestamp, t1)
    assert step == max(ahead, int(LEAST_STEP_S * RATE))
    assert numbers(joined[12:]) == (p1 + 1 & 0x7FFF, b1 + 1 & 0xFF)
    assert joined[-4:] == b"rest"
    assert len(joined) == len(first)
    assert is_later(first, splice.timestamp, last)


@given(U16, U32, st.binary(max_size=9))
def test_what_has_no_picture_numbers_is_left_as_it_is(sequence: int, stamp: int, payload: bytes):
    splice = Splice(3, 5, 7, 9)
    plain = rtp.build(False, sequence, stamp, 7, b"\x10" + payload)
    for codec in ("VP8", "H264"):
        assert spliced(plain, 96, splice, codec)[12:] == b"\x10" + payload
    assert spliced(plain, 0, PLAIN, "VP8") == plain


@given(st.binary(max_size=12))
def test_a_descriptor_that_is_cut_off_is_not_read_beyond_its_end(payload: bytes):
    whole = rtp.build(False, 1, 1, 7, b"\x90" + payload)
    assert len(spliced(whole, 96, Splice(1, 1, 1, 1), "VP8")) == len(whole)
    continued(whole, whole, 0, RATE, "VP8")


def test_a_picture_number_of_seven_bits_stays_one():
    short = rtp.build(False, 1, 1, 7, b"\x90\xc0\x7f\x05\x00rest")
    assert spliced(short, 96, Splice(0, 0, 1, 1), "VP8")[12:] == b"\x90\xc0\x00\x06\x00rest"


@given(U32, U32, st.floats(-1.9, 1.9), st.integers(0, 2**63))
def test_the_clock_of_the_publisher_decides_and_arrival_where_it_says_nothing(
    old: int, new: int, delay: float, ntp: int
):
    """The same moment on both layers; one of them came later by ``delay``."""
    first = Timeline(old, 10.0, SenderReport(1, ntp, old, 0, 0))
    later = SenderReport(1, ntp + (1 << 32), new + RATE & 0xFFFFFFFF, 0, 0)
    second = Timeline(new, 10.0 + delay, later)
    assert (
        abs(rtp.uint32_diff(offset(first, second, RATE) & 0xFFFFFFFF, old - new & 0xFFFFFFFF)) < 2
    )
    second.report = None
    told = rtp.uint32_diff(offset(first, second, RATE) & 0xFFFFFFFF, old - new & 0xFFFFFFFF)
    assert abs(told - delay * RATE) < 2


def test_a_clock_that_contradicts_arrival_is_not_believed():
    first = Timeline(1000, 10.0, SenderReport(1, 0, 1000, 0, 0))
    second = Timeline(1000, 10.0, SenderReport(1, 9 << 32, 1000, 0, 0))
    assert offset(first, second, RATE) == 0


@given(U32, U32)
def test_a_sender_report_is_told_in_the_time_of_the_viewer(stamp: int, shift: int):
    compound = rtcp.sender_report(SenderReport(9, 1 << 40, stamp, 3, 4)) + rtcp.source_name(9, "c")
    (report,) = rtcp.parse(rtcp.shifted(compound, shift))
    assert report == SenderReport(9, 1 << 40, stamp + shift & 0xFFFFFFFF, 3, 4)


@given(st.integers(1, 2**46))
def test_an_estimate_is_read_as_it_is_written(bitrate: int):
    (found,) = rtcp.parse(rtcp.bitrate_estimate(1, bitrate, [2]))
    assert isinstance(found, rtcp.Estimate)
    assert bitrate * (1 - 2**-17) <= found.bitrate <= bitrate


@given(st.sampled_from(["l", "h", "abcdefgh12345678"]), st.integers(1, 14))
def test_the_name_of_a_layer_is_found_in_a_packet(rid: str, number: int):
    named = with_rid(RawPublisher().packet(b"payload"), rid, number)
    assert extensions.value(named, number) == rid.encode()
    assert extensions.value(named, number % 14 + 1) is None
    assert extensions.value(RawPublisher().packet(b"payload").serialize(), number) is None


def test_the_form_with_two_bytes_is_read_too():
    body = b"\x10\x00\x00\x01" + b"\x0a\x01h\x00"
    head = rtp.HEADER.pack(0x90, 96, 1, 1, 1)
    assert extensions.value(head + body, 10) == b"h"


@given(st.binary(max_size=40))
def test_extensions_that_lie_are_no_extensions(body: bytes):
    head = rtp.HEADER.pack(0x90, 96, 1, 1, 1)
    for start in (b"", b"\xbe\xde", b"\x10\x00"):
        for number in (1, 10, 14):
            extensions.value(head + start + body, number)


EXTMAP = {extensions.RID: 10}


def test_layers_are_taken_in_the_order_of_the_offer_up_to_three():
    lines = [f"a=rid:{rid} send" for rid in "abcd"] + ["a=simulcast:send a,x;~b;c;d"]
    found = simulcast.offered(lines, EXTMAP)
    assert found is not None
    assert found.rids == ("a", "b", "c")
    assert found.lines() == [
        f"a=extmap:10 {extensions.RID}", "a=rid:a recv", "a=rid:b recv", "a=rid:c recv",
        "a=simulcast:recv a;b;c",
    ]  # fmt: skip


def test_who_says_how_large_the_layers_are_is_believed():
    """RFC 8851 §5: restrictions of the offer come before its order."""
    told = {"h": "max-fps=30;max-width=1280;max-height=720", "l": "max-width=320;max-height=180"}
    lines = [f"a=rid:{rid} send {limits}" for rid, limits in told.items()]
    found = simulcast.offered([*lines, "a=simulcast:send h;l"], EXTMAP)
    assert found is not None
    assert found.rids == ("l", "h")
    half = [lines[0], "a=rid:l send max-width=320", "a=simulcast:send h;l"]
    found = simulcast.offered(half, EXTMAP)
    assert found is not None
    assert found.rids == ("h", "l")


def test_what_is_no_simulcast_that_can_be_taken_apart():
    rids = ["a=rid:a send", "a=rid:b send"]
    assert simulcast.offered([*rids, "a=simulcast:send a;b"], {}) is None, "no way to tell packets"
    assert simulcast.offered([*rids, "a=simulcast:recv a;b"], EXTMAP) is None
    assert simulcast.offered(["a=rid:a send", "a=simulcast:send a;b"], EXTMAP) is None
    assert simulcast.offered([*rids, "a=simulcast:send a;a"], EXTMAP) is None
    odd = ["a=rid:a send", "a=rid:b;c send", "a=simulcast:send a;b;c"]
    assert simulcast.offered(odd, EXTMAP) is None
