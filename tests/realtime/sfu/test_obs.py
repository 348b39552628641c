"""A streaming program publishes: H264 and Opus, no simulcast, an offer in libdatachannel's way."""

from __future__ import annotations

import pytest

from tests.realtime.sfu.peers import House, RawPublisher, RawViewer, token, until

pytestmark = pytest.mark.asyncio

OFFER = """v=0
o=rtc 3767197920 0 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=group:LS 0 1
a=msid-semantic:WMS *
a=ice-options:ice2,trickle
a=fingerprint:{fingerprint}
a=ice-ufrag:{ufrag}
a=ice-pwd:{password}
a=setup:actpass
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=ssrc:{audio} cname:obs
a=ssrc:{audio} msid:stream stream-audio
a=msid:stream stream-audio
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;maxaveragebitrate=160000;stereo=1;sprop-stereo=1;useinbandfec=1
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:1
a=sendonly
a=ssrc:{video} cname:obs
a=ssrc:{video} msid:stream stream-video
a=msid:stream stream-video
a=rtcp-mux
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtcp-fb:96 goog-remb
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
"""


class Obs(RawPublisher):
    """Sends what OBS sends; no candidates in the offer and none later."""

    def __init__(self) -> None:
        super().__init__({"opus": 111, "H264": 96})

    async def offer(self) -> str:
        await self._gatherer.gather()
        ice = self._gatherer.getLocalParameters()
        digest = self.dtls.getLocalParameters().fingerprints[0]
        text = OFFER.format(
            fingerprint=f"{digest.algorithm} {digest.value}",
            ufrag=ice.usernameFragment,
            password=ice.password,
            **self.ssrc,
        )
        return text.replace("\n", "\r\n")


async def test_a_streaming_program_is_seen_and_heard(house: House):
    publisher = Obs()
    house.peers.append(publisher)
    await publisher.connect(house.http, "/media/whip/r1/camera", token())
    assert "a=rtpmap:96 H264/90000" in publisher.answer
    assert "profile-level-id=42e01f" in publisher.answer
    await until(lambda: house.is_live("r1", "camera", publisher))
    viewer: RawViewer = await house.viewer(codecs={"opus": 109, "H264": 120})
    await publisher.send(publisher.packet(b"\x65keyframe" * 8))
    await publisher.send(publisher.packet(b"\x41" + b"x" * 50))
    await publisher.audio(2)
    await until(lambda: len(viewer.of(120)) == 2 and len(viewer.of(109)) == 2)
    assert (await house.end(publisher)).status_code == 200


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "{}", "Bearer bearer {}", "Bearer  {}"])
async def test_the_word_before_the_key_may_be_missing_or_doubled(house: House, form: str):
    publisher = Obs()
    house.peers.append(publisher)
    headers = {"Authorization": form.format(token()), "Content-Type": "application/sdp; charset=x"}
    path, offer = "/media/whip/r1/camera", await publisher.offer()
    answer = await house.http.post(path, content=offer, headers=headers)
    assert answer.status_code == 201
    headers = {"Authorization": form.format(token())}
    assert (await house.http.delete(answer.headers["location"], headers=headers)).status_code == 200


@pytest.mark.parametrize("form", ["Basic {}", "{} {}", "Bearer", ""])
async def test_other_words_are_no_key(house: House, form: str):
    headers = {"Authorization": form.format(token(), "x"), "Content-Type": "application/sdp"}
    answer = await house.http.post("/media/whip/r1/camera", content="v=0", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
