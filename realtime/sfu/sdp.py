"""Offers: what they say and what we take of it (RFC 3264, RFC 8829, RFC 9725 §4.2 and WHEP).

Parsing is aiortc's; its mistakes on broken input (asserts, KeyError, …) become ``BadOffer``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiortc import sdp as aiortc_sdp
from aiortc.rtcdtlstransport import X509_DIGEST_ALGORITHMS, RTCDtlsFingerprint
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from realtime.sfu import simulcast
from realtime.sfu.extensions import LEVEL, MAX_ID
from realtime.sfu.simulcast import Simulcast

MAX_SECTIONS = 8
VIDEO_CODECS = ("VP8", "H264")
"""What a publisher may send; which of them is taken says ``_preferred``."""
AUDIO_CODECS = ("opus",)
CLOCK_RATES = {"opus": 48_000, "VP8": 90_000, "H264": 90_000}

TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~]{1,64}")
"""RFC 8866 §9: what may be repeated in our answer without a second look."""
ICE_CHARS = re.compile(r"[A-Za-z0-9+/=_\-]{1,256}")
PROFILE_LEVEL = re.compile(r"[0-9A-Fa-f]{6}")
CONSTRAINED_BASELINE = ("42e0", "42c0")
FEEDBACK = {"video": ("nack", "nack pli", "ccm fir", "goog-remb"), "audio": ()}
PARSE_ERRORS = (
    AssertionError, AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError,
)  # fmt: skip


class OfferRefused(Exception):
    """Base: ``status`` is the HTTP answer, ``code`` is stable, the text is for the developer."""

    status = 400
    code = "offer_invalid"


class BadOffer(OfferRefused):
    """Not an SDP offer, or one that contradicts itself."""


class Unacceptable(OfferRefused):
    """A proper offer that we cannot answer in full (RFC 9725 §4.4.2-4.4.4: 422 rather than a part).

    Not 406, which in WHEP says that a counter-offer follows.
    """

    status = 422
    code = "offer_unacceptable"


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec as one peer numbers it; ``fmtp`` holds only parameters that we understand."""

    name: str
    payload_type: int
    fmtp: str = ""
    rtx: int | None = None
    """The payload type of its retransmissions (RFC 4588), if the peer has one."""


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line of an offer."""

    kind: str
    mid: str
    protocol: str
    format: str
    direction: str
    open: bool
    rtcp_mux: bool
    codecs: tuple[Codec, ...]
    stream: str = ""
    """The MediaStream it belongs to (RFC 8830); empty when it does not say."""
    layers: Simulcast | None = None
    """The sizes of one picture that it sends side by side."""
    level: int | None = None
    """The id of the extension that says how loud a packet is (RFC 6464)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What we need of a peer's offer."""

    sections: tuple[Section, ...]
    bundle: frozenset[str]
    ufrag: str
    password: str
    fingerprints: tuple[RTCDtlsFingerprint, ...]

    def by_kind(self, chosen: Mapping[str, Codec]) -> dict[str, Codec]:
        """Codec by kind of the chosen sections."""
        return {s.kind: chosen[s.mid] for s in self.sections if s.mid in chosen}

    def layers(self, mid: str) -> Simulcast | None:
        """The sizes in which a section sends its picture, when there are several."""
        return next((s.layers for s in self.sections if s.mid == mid), None)


def parse_offer(text: str) -> Offer:
    """Read an offer.

    Raises:
        BadOffer: broken, or without what ICE and DTLS need.
        Unacceptable: proper, but asks us to start the DTLS handshake.
    """
    try:
        description = aiortc_sdp.SessionDescription.parse(text)
    except PARSE_ERRORS as wrong:
        raise BadOffer("this is not a session description") from wrong
    if not 0 < len(description.media) <= MAX_SECTIONS:
        raise BadOffer("an offer has one to eight media sections")
    texts = aiortc_sdp.grouplines(text)[1]
    sections = tuple(map(_section, description.media, texts))
    if len({section.mid for section in sections}) != len(sections):
        raise BadOffer("two sections share one mid")
    bundle = {str(i) for g in description.group if g.semantic == "BUNDLE" for i in g.items}
    lead = next((m for m in description.media if m.rtp.muxId in bundle), description.media[0])
    return Offer(sections, frozenset(bundle), *_credentials(lead), _fingerprints(lead))


def _section(media: aiortc_sdp.MediaDescription, lines: list[str]) -> Section:
    formats = str(media.fmt[0]) if media.fmt else ""
    for text in (media.kind, media.rtp.muxId or "0", formats):
        if not TOKEN.fullmatch(text):
            raise BadOffer("a section's kind, mid or format is not a token")
    return Section(
        kind=media.kind,
        mid=media.rtp.muxId or "0",
        protocol=media.profile,
        format=formats,
        direction=media.direction or "sendrecv",
        open=media.port != 0,
        rtcp_mux=media.rtcp_mux,
        codecs=tuple(_codecs(media.rtp.codecs)),
        stream=(media.msid or "").partition(" ")[0],
        layers=simulcast.offered(lines, _extmap(media)),
        level=_extmap(media).get(LEVEL) if media.kind == "audio" else None,
    )


def _extmap(media: aiortc_sdp.MediaDescription) -> dict[str, int]:
    """Ids by URI of the header extensions that fit the one-byte form."""
    return {
        extension.uri: extension.id
        for extension in media.rtp.headerExtensions
        if extension.id is not None and 0 < extension.id <= MAX_ID
    }


def _codecs(offered: Iterable[RTCRtpCodecParameters]) -> Iterable[Codec]:
    """The codecs we know, in the peer's order; H264 only with packetization-mode=1."""
    known = {name.lower(): name for name in VIDEO_CODECS + AUDIO_CODECS}
    offered = tuple(offered)
    repairs = dict(_repairs(offered))
    for codec in offered:
        name = known.get(codec.mimeType.partition("/")[2].lower())
        number = codec.payloadType
        if name is None or codec.clockRate != CLOCK_RATES[name] or number is None or number > 127:
            continue
        fmtp = _fmtp(name, codec)
        if fmtp is not None:
            yield Codec(name, number, fmtp, repairs.get(number))


def _repairs(offered: Iterable[RTCRtpCodecParameters]) -> Iterable[tuple[int, int]]:
    """Payload types with that of their retransmissions (RFC 4588 §8.1: ``apt``)."""
    for codec in offered:
        of, number = codec.parameters.get("apt"), codec.payloadType
        if codec.mimeType.lower() != "video/rtx" or codec.clockRate != CLOCK_RATES["VP8"]:
            continue
        if isinstance(of, int) and number is not None and 0 <= of < 128 > number != of:
            yield of, number


def _fmtp(name: str, codec: RTCRtpCodecParameters) -> str | None:
    """Parameters to answer with; None when this variant is not one we forward."""
    if name == "opus":
        stereo = ";stereo=1" if codec.parameters.get("stereo") == 1 else ""
        return "minptime=10;useinbandfec=1" + stereo
    if name != "H264":
        return ""
    level = str(codec.parameters.get("profile-level-id", "42e01f"))
    if str(codec.parameters.get("packetization-mode")) != "1" or not PROFILE_LEVEL.fullmatch(level):
        return None
    return f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={level}"


def _credentials(media: aiortc_sdp.MediaDescription) -> tuple[str, str]:
    """User name fragment and password of the peer's ICE agent (RFC 8839 §5.4)."""
    found = (media.ice.usernameFragment, media.ice.password) if media.ice else (None, None)
    ufrag, password = (text or "" for text in found)
    if not ICE_CHARS.fullmatch(ufrag) or not ICE_CHARS.fullmatch(password):
        raise BadOffer("the offer has no ICE credentials")
    return ufrag, password


def _fingerprints(media: aiortc_sdp.MediaDescription) -> tuple[RTCDtlsFingerprint, ...]:
    if media.dtls is None or not media.dtls.fingerprints:
        raise BadOffer("the offer has no DTLS fingerprint or setup attribute")
    if media.dtls.role == "server":
        raise Unacceptable("this server is the passive side of DTLS: offer actpass or active")
    usable = [f for f in media.dtls.fingerprints if f.algorithm.lower() in X509_DIGEST_ALGORITHMS]
    if not usable:
        raise Unacceptable("no fingerprint uses a digest we know")
    return tuple(usable)


def _usable(offer: Offer, directions: tuple[str, ...]) -> Iterable[Section]:
    """The first open section of each kind that flows the right way."""
    seen: set[str] = set()
    for section in offer.sections:
        if section.kind in seen or section.kind not in FEEDBACK or not section.open:
            continue
        if section.direction in directions:
            seen.add(section.kind)
            yield section


def _checked(offer: Offer, chosen: dict[str, Codec]) -> dict[str, Codec]:
    """Refuse what cannot run over one bundled, multiplexed transport."""
    if not chosen:
        raise Unacceptable("no section with a codec and direction that fit")
    if len(chosen) > 1 and not chosen.keys() <= offer.bundle:
        raise Unacceptable("sections must be bundled")
    if not all(s.rtcp_mux for s in offer.sections if s.mid in chosen):
        raise Unacceptable("RTCP must be multiplexed")
    return chosen


def choose_published(offer: Offer, only: str = "") -> dict[str, Codec]:
    """Codec by mid of what a publisher sends: Opus; H264, or VP8 where H264 is not for everybody.

    Args:
        only: the one video codec that is taken.

    Raises:
        Unacceptable: nothing usable, or a section that cannot be forwarded: then none is.
    """
    _require_one_stream(offer)
    chosen = {}
    for section in _usable(offer, ("sendonly", "sendrecv")):
        codec = _preferred(section, only)
        if codec is None:
            raise Unacceptable(f"no codec of the {section.kind} section can be forwarded")
        chosen[section.mid] = codec
    return _checked(offer, chosen)


def _require_one_stream(offer: Offer) -> None:
    """One MediaStream, at most one track of a kind, nothing that we would have to reject alone
    (RFC 9725 §4.4.2, §4.4.3)."""
    sending = [s for s in offer.sections if s.open and s.direction in ("sendonly", "sendrecv")]
    if len({s.kind for s in sending}) != len(sending):
        raise Unacceptable("at most one track of a kind can be published")
    if len({s.stream for s in sending} - {"", "-"}) > 1:
        raise Unacceptable("all tracks must belong to one stream")
    if not all(s.kind in FEEDBACK for s in sending):
        raise Unacceptable("only audio and video can be published")


def _preferred(section: Section, only: str) -> Codec | None:
    """The codec to publish with. H264 that every browser decodes comes first, because recordings
    and HLS take it as it is (docs/decisions/0009); VP8 next; H264 of another profile last."""
    if section.kind == "audio":
        return next((codec for codec in section.codecs if codec.name in AUDIO_CODECS), None)
    names = (only,) if only else VIDEO_CODECS
    video = [codec for codec in section.codecs if codec.name in names]
    return min(video, key=_rank, default=None)


def _rank(codec: Codec) -> int:
    if codec.name == "VP8":
        return 1
    return 0 if _is_constrained_baseline(codec) else 2


def _is_constrained_baseline(codec: Codec) -> bool:
    """The H264 profile that every browser decodes."""
    return codec.fmtp.rpartition("=")[2].lower().startswith(CONSTRAINED_BASELINE)


def choose_watched(offer: Offer, live: Mapping[str, str]) -> dict[str, Codec]:
    """Codec by mid of what a viewer gets. ``live`` is the codec name by kind of what is published.

    Kinds that are not published are left out: the answer rejects their sections.

    Raises:
        Unacceptable: nothing in common, or the viewer cannot decode a kind that is live.
    """
    chosen = {}
    for section in _usable(offer, ("recvonly", "sendrecv")):
        name = live.get(section.kind)
        if name is None:
            continue
        same = [codec for codec in section.codecs if codec.name == name]
        if not same:
            raise Unacceptable(f"the {section.kind} is {name}, which was not offered")
        chosen[section.mid] = next(filter(_is_constrained_baseline, same), same[0])
    return _checked(offer, chosen)


def choose_places(offer: Offer, places: Mapping[str, str]) -> dict[str, tuple[str, Codec]]:
    """Place and codec by mid for a viewer of several sources of a kind (``speakers``).

    Args:
        places: codec by name of the place, ``<kind>-<number>``; sections are filled in their order.

    Raises:
        Unacceptable: no section fits.
    """
    free = dict(places)
    chosen: dict[str, tuple[str, Codec]] = {}
    for section in offer.sections:
        if not section.open or section.direction not in ("recvonly", "sendrecv"):
            continue
        name = next((name for name in free if name.startswith(f"{section.kind}-")), None)
        codec = next((c for c in section.codecs if name and c.name == free[name]), None)
        if name is not None and codec is not None:
            chosen[section.mid] = name, codec
            del free[name]
    _checked(offer, {mid: codec for mid, (_, codec) in chosen.items()})
    return chosen
