"""Answers, written by hand: short, ICE-lite, bundled, one codec a section (RFC 3264, RFC 8829)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiortc.rtcdtlstransport import RTCDtlsFingerprint

from realtime.sfu.extensions import LEVEL
from realtime.sfu.sdp import CLOCK_RATES, FEEDBACK, Codec, Offer, Section
from realtime.sfu.simulcast import Simulcast


@dataclass(frozen=True, slots=True)
class Local:
    """Our side of an answer: where packets go and how we prove who we are."""

    ufrag: str
    password: str
    fingerprint: RTCDtlsFingerprint
    addresses: tuple[str, ...]
    port: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A section we take: its codec and, towards viewers, the source they will see."""

    codec: Codec
    ssrc: int | None = None
    name: str = ""
    rtx_ssrc: int | None = None
    """The source of retransmissions, when the codec has a type for them."""
    layers: Simulcast | None = None
    """Of a picture that comes in several sizes."""
    level: int | None = None
    """The id under which the sender shall say how loud it is (RFC 6464)."""


def write_answer(offer: Offer, accepted: Mapping[str, Accepted], local: Local) -> str:
    """The answer to ``offer``: accepted sections by mid, all others rejected with port 0.

    Towards viewers sections carry ``a=ssrc`` and one common stream id, so that sound and picture
    are played in step.
    """
    lines = [
        "v=0",
        f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=ice-options:ice2 trickle",
        "a=group:BUNDLE " + " ".join(s.mid for s in offer.sections if s.mid in accepted),
        "a=msid-semantic: WMS *",
    ]
    for section in offer.sections:
        take = accepted.get(section.mid)
        lines += _rejected(section) if take is None else _taken(section, take, local)
    return "\r\n".join(lines) + "\r\n"


def _rejected(section: Section) -> list[str]:
    """Port 0 (RFC 3264 §6) and inactive, which some clients look at instead."""
    head = f"m={section.kind} 0 {section.protocol} {section.format}"
    return [head, "c=IN IP4 0.0.0.0", f"a=mid:{section.mid}", "a=inactive"]


def _taken(section: Section, take: Accepted, local: Local) -> list[str]:
    payload_type, name, rtx = take.codec.payload_type, take.codec.name, take.codec.rtx
    formats = f"{payload_type}" if rtx is None else f"{payload_type} {rtx}"
    channels = "/2" if section.kind == "audio" else ""
    lines = [
        f"m={section.kind} {local.port} UDP/TLS/RTP/SAVPF {formats}",
        f"c=IN IP{6 if ':' in local.addresses[0] else 4} {local.addresses[0]}",
        f"a=mid:{section.mid}",
        "a=recvonly" if take.ssrc is None else "a=sendonly",
        "a=rtcp-mux",
        "a=rtcp-mux-only",
        "a=rtcp-rsize",
        "a=setup:passive",
        f"a=ice-ufrag:{local.ufrag}",
        f"a=ice-pwd:{local.password}",
        f"a=fingerprint:{local.fingerprint.algorithm} {local.fingerprint.value}",
        f"a=rtpmap:{payload_type} {name}/{CLOCK_RATES[name]}{channels}",
    ]
    if take.codec.fmtp:
        lines.append(f"a=fmtp:{payload_type} {take.codec.fmtp}")
    lines += [f"a=rtcp-fb:{payload_type} {kind}" for kind in FEEDBACK[section.kind]]
    if rtx is not None:
        lines += [f"a=rtpmap:{rtx} rtx/{CLOCK_RATES[name]}", f"a=fmtp:{rtx} apt={payload_type}"]
    layers = [] if take.layers is None else take.layers.lines()
    if take.level is not None:
        layers.append(f"a=extmap:{take.level} {LEVEL}")
    return lines + layers + _source(section.kind, take) + _candidates(local)


def _source(kind: str, take: Accepted) -> list[str]:
    if take.ssrc is None:
        return []
    msid = f"{take.name} {take.name}-{kind}"
    sources, groups = [take.ssrc], []
    if take.codec.rtx is not None and take.rtx_ssrc is not None:
        sources.append(take.rtx_ssrc)
        groups.append(f"a=ssrc-group:FID {take.ssrc} {take.rtx_ssrc}")
    told = (f"cname:{take.name}", f"msid:{msid}")
    lines = [f"a=ssrc:{source} {what}" for source in sources for what in told]
    return [f"a=msid:{msid}", *groups, *lines]


def _candidates(local: Local) -> list[str]:
    """Host candidates, the first address preferred (RFC 8445 §5.1.2.1)."""
    rank: Callable[[int], int] = lambda index: 126 << 24 | (65_535 - index) << 8 | 255  # noqa: E731
    lines = [
        f"a=candidate:{index + 1} 1 udp {rank(index)} {address} {local.port} typ host"
        for index, address in enumerate(local.addresses)
    ]
    return [*lines, "a=end-of-candidates"]
