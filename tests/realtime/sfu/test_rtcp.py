"""RTCP written here is read by aiortc, and the other way round."""

from __future__ import annotations

import contextlib

from aiortc import rtp as aiortc_rtp
from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu import rtcp

U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
U64 = st.integers(0, (1 << 64) - 1)
BLOCKS = st.builds(
    rtcp.ReportBlock, U32, st.integers(0, 255), st.integers(-0x800000, 0x7FFFFF), U32, U32, U32, U32
)


@given(U32, U32, st.integers(0, 0xFFFF), st.sets(st.integers(0, 400), min_size=1, max_size=60))
def test_nacks_name_exactly_the_lost(sender: int, ssrc: int, base: int, offsets: set[int]):
    lost = [base + offset & 0xFFFF for offset in sorted(offsets)]
    data = rtcp.nack(sender, ssrc, lost)
    assert rtcp.parse(data) == [rtcp.Nack(ssrc, tuple(lost))]
    (theirs,) = aiortc_rtp.RtcpPacket.parse(data)
    assert [n & 0xFFFF for n in theirs.lost] == lost


@given(U32, st.lists(BLOCKS, max_size=4))
def test_receiver_reports_read_back(sender: int, blocks: list[rtcp.ReportBlock]):
    data = rtcp.receiver_report(sender, blocks)
    assert rtcp.parse(data) == blocks
    (theirs,) = aiortc_rtp.RtcpPacket.parse(data)
    assert [r.packets_lost for r in theirs.reports] == [b.total_lost for b in blocks]


@given(st.builds(rtcp.SenderReport, U32, U64, U32, U32, U32), U32, U32)
def test_rewritten_sender_reports_keep_the_clock(report: rtcp.SenderReport, ssrc: int, shift: int):
    (ours,) = rtcp.parse(rtcp.sender_report(rtcp.rewritten(report, ssrc, shift, 5, 6)))
    expected = rtcp.SenderReport(ssrc, report.ntp, report.timestamp + shift & 0xFFFFFFFF, 5, 6)
    assert ours == expected


@given(U32, st.integers(1, 1 << 40), st.lists(U32, max_size=3))
def test_bitrate_estimates_are_understood(sender: int, bitrate: int, ssrcs: list[int]):
    (packet,) = aiortc_rtp.RtcpPacket.parse(rtcp.bitrate_estimate(sender, bitrate, ssrcs))
    value, named = aiortc_rtp.unpack_remb_fci(packet.fci)
    assert named == ssrcs
    assert bitrate * (1 - 2**-17) <= value <= bitrate


@given(st.text(max_size=40))
def test_names_are_understood(name: str):
    packets = aiortc_rtp.RtcpPacket.parse(rtcp.source_name(9, name))
    assert packets[0].chunks[0].items[0] == (1, name.encode()[:255])


def test_a_full_intra_request_names_its_sources():
    fir = aiortc_rtp.RtcpPsfbPacket(fmt=4, ssrc=1, media_ssrc=0, fci=b"\0\0\0\x2a\1\0\0\0")
    assert rtcp.parse(bytes(fir)) == [rtcp.KeyframeRequest(42)]


def test_goodbyes_and_unknown_packets():
    bye = bytes(aiortc_rtp.RtcpByePacket(sources=[1, 2]))
    unknown = b"\x80\xcf\0\1abcd"
    assert rtcp.parse(unknown + bye) == [rtcp.Goodbye((1, 2))]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes):
    with contextlib.suppress(rtcp.BadRtcp):
        rtcp.parse(data)


@given(st.lists(st.sampled_from([200, 201, 203, 205, 206]), max_size=5), st.binary(max_size=60))
def test_any_body_is_read_or_refused(kinds: list[int], body: bytes):
    body = body[: len(body) // 4 * 4]
    data = b"".join(bytes([0x81, k]) + (len(body) // 4).to_bytes(2, "big") + body for k in kinds)
    with contextlib.suppress(rtcp.BadRtcp):
        rtcp.parse(data)
