"""Which codec is chosen, what an answer says, and which offers are turned away."""

from __future__ import annotations

import pytest
from aiortc import sdp as aiortc_sdp
from aiortc.rtcdtlstransport import RTCDtlsFingerprint

from realtime.sfu import sdp
from realtime.sfu.answer import Accepted, Local, write_answer

HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
TRANSPORT = (
    "a=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    "a=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n"
)
VP8 = "a=rtpmap:96 VP8/90000\r\n"
H264_LOW = "a=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=0;profile-level-id=42e01f\r\n"
H264 = "a=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1;profile-level-id=4d001f\r\n"
H264_BASE = "a=rtpmap:99 H264/90000\r\na=fmtp:99 packetization-mode=1;profile-level-id=42e01f\r\n"
LOCAL = Local("uf", "pw" * 12, RTCDtlsFingerprint("sha-256", "CC"), ("10.0.0.1", "127.0.0.1"), 9000)


def audio(direction: str = "sendonly") -> str:
    line = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
    return line + f"a={direction}\r\n" + TRANSPORT


def video(codecs: str, direction: str = "sendonly") -> str:
    line = "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99\r\na=mid:1\r\n"
    return line + f"a={direction}\r\n" + TRANSPORT + codecs


def published(codecs: str) -> sdp.Codec:
    return sdp.choose_published(sdp.parse_offer(HEAD + audio() + video(codecs)))["1"]


@pytest.mark.parametrize("offered", [H264_BASE + VP8, VP8 + H264 + H264_BASE])
def test_h264_that_everybody_decodes_is_preferred(offered: str):
    assert published(offered).payload_type == 99


@pytest.mark.parametrize("offered", [VP8, H264 + VP8, H264_LOW + VP8])
def test_vp8_is_taken_where_h264_is_not_for_everybody(offered: str):
    assert published(offered).name == "VP8"


def test_h264_is_taken_when_it_is_all_there_is():
    assert published(H264_LOW + H264 + H264_BASE).payload_type == 99
    assert published(H264).fmtp.endswith("profile-level-id=4d001f")


def test_h264_without_fragments_is_not_enough():
    with pytest.raises(sdp.Unacceptable):
        published(H264_LOW)


def test_a_viewer_gets_the_publishers_codec():
    offer = sdp.parse_offer(HEAD + audio("recvonly") + video(VP8 + H264_BASE, "recvonly"))
    chosen = sdp.choose_watched(offer, {"audio": "opus", "video": "H264"})
    assert (chosen["0"].name, chosen["1"].payload_type) == ("opus", 99)
    with pytest.raises(sdp.Unacceptable):
        sdp.choose_watched(
            sdp.parse_offer(HEAD + video(VP8, "recvonly")), {"audio": "opus", "video": "H264"}
        )


def test_directions_must_fit():
    offer = sdp.parse_offer(HEAD + audio("recvonly"))
    with pytest.raises(sdp.Unacceptable):
        sdp.choose_published(offer)
    assert sdp.choose_watched(offer, {"audio": "opus"})


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("a=setup:actpass", "a=setup:passive", sdp.Unacceptable),
        ("a=rtcp-mux\r\n", "", sdp.Unacceptable),
        ("a=group:BUNDLE 0 1\r\n", "", sdp.Unacceptable),
        ("sha-256 AA", "md5 AA", sdp.Unacceptable),
        ("a=fingerprint:sha-256 AA:BB\r\n", "", sdp.BadOffer),
        ("a=ice-ufrag:abcd\r\n", "", sdp.BadOffer),
        ("a=ice-pwd:0123456789012345678901\r\n", "", sdp.BadOffer),
        ("a=mid:1", "a=mid:0", sdp.BadOffer),
        ("a=mid:1", "a=mid:1 a", sdp.BadOffer),
        ("m=video 9", "m=video x", sdp.BadOffer),
        ("a=rtpmap:96 VP8/90000", "a=rtpmap:96", sdp.BadOffer),
    ],
)
def test_what_cannot_be_answered_is_refused(before: str, after: str, error: type[Exception]):
    text = (HEAD + audio() + video(VP8)).replace(before, after)
    with pytest.raises(error):
        sdp.choose_published(sdp.parse_offer(text))


def test_an_answer_accepts_rejects_and_can_be_read():
    text = HEAD + audio("recvonly") + video(VP8, "recvonly")
    text += "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n"
    offer = sdp.parse_offer(text)
    chosen = sdp.choose_watched(offer, {"audio": "opus"})
    accepted = {mid: Accepted(codec, 77, "camera") for mid, codec in chosen.items()}
    answer = aiortc_sdp.SessionDescription.parse(write_answer(offer, accepted, LOCAL))
    heard, seen, data = answer.media
    assert (heard.port, heard.direction, heard.ssrc[0].ssrc) == (9000, "sendonly", 77)
    assert heard.ice is not None
    assert heard.ice.iceLite
    assert heard.dtls is not None
    assert heard.dtls.role == "server"
    assert [c.ip for c in heard.ice_candidates] == ["10.0.0.1", "127.0.0.1"]
    assert heard.ice_candidates[0].priority > heard.ice_candidates[1].priority
    assert (seen.port, seen.direction) == (0, "inactive")
    assert data.port == 0
    assert answer.group[0].items == ["0"]
