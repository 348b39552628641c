"""RTCP: the few messages a forwarder reads and writes (RFC 3550 §6, RFC 4585, RFC 5104).

Parsing is lenient where the RFC allows unknown packets and strict about lengths: a compound that
contradicts itself is refused as a whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from realtime.sfu.rtp import uint16_add, uint16_diff, uint32_add

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
NACK = 1
PLI, FIR, APPLICATION = 1, 4, 15
MAX_BLOCK = 31
"""Most sources one report or goodbye can name (5-bit count)."""


class BadRtcp(ValueError):
    """The lengths inside a compound do not add up."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """When, on the sender's clock (NTP, 32.32 fixed point), a timestamp was sampled."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """How one source arrives at a receiver (RFC 3550 §6.4.1)."""

    ssrc: int
    fraction_lost: int
    total_lost: int
    highest: int
    jitter: int
    last_sr: int = 0
    since_sr: int = 0


@dataclass(frozen=True, slots=True)
class Nack:
    """A viewer misses these packets of ``ssrc`` (RFC 4585 §6.2.1)."""

    ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """A viewer cannot decode ``ssrc``: PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1)."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    """These sources end (RFC 3550 §6.6)."""

    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many bits a second a receiver thinks her line takes (REMB)."""

    bitrate: int


Message = SenderReport | ReportBlock | Nack | KeyframeRequest | Goodbye | Estimate


def parse(data: bytes) -> list[Message]:
    """All messages of a compound that a forwarder cares for.

    Raises:
        BadRtcp: a length points outside of the data, or the version is not 2.
    """
    messages: list[Message] = []
    for kind, count, body in _packets(data):
        try:
            messages.extend(_read(kind, count, body))
        except struct.error as short:
            raise BadRtcp("truncated") from short
    return messages


def _packets(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at < len(data):
        if len(data) - at < 4:
            raise BadRtcp("truncated header")
        first, kind, words = struct.unpack_from("!BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            raise BadRtcp("version or length")
        yield kind, first & 0x1F, _unpadded(first, data[at + 4 : end])
        at = end


def _unpadded(first: int, body: bytes) -> bytes:
    if not first & 0x20:
        return body
    if not body or not 0 < body[-1] <= len(body):
        raise BadRtcp("padding")
    return body[: -body[-1]]


def _read(kind: int, count: int, body: bytes) -> Iterable[Message]:
    if kind == SR:
        return (SenderReport(*struct.unpack_from("!IQIII", body)), *_blocks(body, 24, count))
    if kind == RR:
        return _blocks(body, 4, count)
    if kind == BYE:
        return (Goodbye(struct.unpack_from(f"!{count}I", body)),)
    if kind == RTPFB and count == NACK:
        return (Nack(struct.unpack_from("!4xI", body)[0], tuple(_lost(body))),)
    if kind == PSFB and count == APPLICATION:
        return _estimates(body)
    if kind == PSFB:
        return _keyframe_requests(count, body)
    return ()


def _blocks(body: bytes, at: int, count: int) -> list[ReportBlock]:
    blocks = []
    for index in range(count):
        ssrc, lost, *rest = struct.unpack_from("!IIIIII", body, at + 24 * index)
        total = lost & 0xFFFFFF
        signed = total - 0x1000000 if total & 0x800000 else total
        blocks.append(ReportBlock(ssrc, lost >> 24, signed, *rest))
    return blocks


def _lost(body: bytes) -> Iterator[int]:
    """Expand packet id and bit mask of following losses."""
    for at in range(8, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, at)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield uint16_add(first, bit + 1)


def _keyframe_requests(fmt: int, body: bytes) -> Iterable[KeyframeRequest]:
    if fmt == PLI:
        return (KeyframeRequest(struct.unpack_from("!4xI", body)[0]),)
    if fmt == FIR:
        entries = range(8, len(body) - 7, 8)
        return tuple(KeyframeRequest(struct.unpack_from("!I", body, at)[0]) for at in entries)
    return ()


def _estimates(body: bytes) -> Iterable[Estimate]:
    """REMB (draft-alvestrand-rmcat-remb-03 §2.2); other application messages mean nothing here."""
    if body[8:12] != b"REMB":
        return ()
    word = struct.unpack_from("!I", body, 12)[0]
    return (Estimate((word & 0x3FFFF) << (word >> 18 & 0x3F)),)


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def nack(sender: int, ssrc: int, lost: Iterable[int]) -> bytes:
    """Ask for packets again. ``lost`` is in order of sending; masks cover sixteen followers."""
    pairs: list[tuple[int, int]] = []
    for sequence in lost:
        ahead = uint16_diff(sequence, pairs[-1][0]) if pairs else 0
        if 1 <= ahead <= 16:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] | 1 << (ahead - 1))
        elif not pairs or ahead:
            pairs.append((sequence, 0))
    body = struct.pack("!II", sender, ssrc) + b"".join(struct.pack("!HH", *p) for p in pairs)
    return _packet(RTPFB, NACK, body)


def picture_loss(sender: int, ssrc: int) -> bytes:
    """Ask for a keyframe (PLI)."""
    return _packet(PSFB, PLI, struct.pack("!II", sender, ssrc))


def sender_report(report: SenderReport) -> bytes:
    """A sender report without report blocks: we receive nothing from viewers."""
    fields = (report.ssrc, report.ntp, report.timestamp, report.packets, report.octets)
    return _packet(SR, 0, struct.pack("!IQIII", *fields))


def receiver_report(sender: int, blocks: Iterable[ReportBlock]) -> bytes:
    """How the sources of a publisher arrive here."""
    packed = b"".join(map(_pack_block, blocks))
    return _packet(RR, len(packed) // 24, struct.pack("!I", sender) + packed)


def _pack_block(block: ReportBlock) -> bytes:
    total = max(-0x800000, min(0x7FFFFF, block.total_lost)) & 0xFFFFFF
    lost = block.fraction_lost << 24 | total
    rest = (block.highest, block.jitter, block.last_sr, block.since_sr)
    return struct.pack("!IIIIII", block.ssrc, lost, *rest)


def source_name(ssrc: int, name: str) -> bytes:
    """The SDES packet with the canonical name that each compound carries (RFC 3550 §6.5)."""
    text = name.encode()[:255]
    chunk = struct.pack("!IBB", ssrc, 1, len(text)) + text + b"\0"
    return _packet(SDES, 1, chunk + b"\0" * (-len(chunk) % 4))


def bitrate_estimate(sender: int, bits_per_second: int, ssrcs: list[int]) -> bytes:
    """Tell a publisher how much we take (REMB, draft-alvestrand-rmcat-remb-03 §2.2)."""
    exponent = max(0, bits_per_second.bit_length() - 18)
    mantissa = bits_per_second >> exponent
    words = struct.pack("!II", sender, 0) + b"REMB"
    words += struct.pack("!I", len(ssrcs) << 24 | exponent << 18 | mantissa)
    return _packet(PSFB, APPLICATION, words + struct.pack(f"!{len(ssrcs)}I", *ssrcs))


def rewritten(
    report: SenderReport, ssrc: int, shift: int, packets: int, octets: int
) -> SenderReport:
    """The publisher's report as viewers must see it: our SSRC, our timestamps, our counts.

    The NTP time stays the publisher's, so that sound and picture keep their common clock.
    """
    timestamp = uint32_add(report.timestamp, shift)
    return SenderReport(ssrc, report.ntp, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)


def shifted(compound: bytes, shift: int) -> bytes:
    """A compound that begins with a sender report, whose timestamp is moved on by ``shift``."""
    if not shift:
        return compound
    timestamp = uint32_add(int.from_bytes(compound[16:20], "big"), shift)
    return compound[:16] + timestamp.to_bytes(4, "big") + compound[20:]
