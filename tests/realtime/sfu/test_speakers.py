"""Six people speak: what it costs those who listen, whom they hear, and who may speak at all."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from realtime.sfu import rtcp
from realtime.sfu.session import Viewer
from realtime.sfu.stream import is_stream
from tests.realtime.sfu.peers import House, token, until
from tests.realtime.sfu.stage import LOUD, QUIET, SILENT, SpeakingPeer, listener, speaker

pytestmark = pytest.mark.asyncio


async def talk(speakers: list[SpeakingPeer], packets: int, key: bool = False) -> None:
    """Everybody sends at the same time."""
    for _ in range(packets):
        for one in speakers:
            asked = [m for m in one.control if isinstance(m, rtcp.KeyframeRequest)]
            one.control = [m for m in one.control if m not in asked]
            await one.say(key or bool(asked))
        await asyncio.sleep(0.003)


def continues(numbers: list[int]) -> bool:
    """Whether sequence numbers have no gap."""
    return all(b - a & 0xFFFF == 1 for a, b in itertools.pairwise(numbers))


async def test_six_speakers_cost_a_listener_three_sounds_and_one_picture(house: House):
    speakers = [await speaker(house, member) for member in range(1, 7)]
    heard = await listener(house)
    await talk(speakers, 30)
    await until(lambda: heard.of(120))
    heard.packets.clear()
    await talk(speakers, 100)
    await asyncio.sleep(0.1)
    sent = 100 * (100 + len(b"\x10\x01\x00") + 200)
    """What one speaker sent; a listener gets 3 sounds of 100 bytes and one picture of 203."""
    assert heard.octets <= 100 * (3 * 100 + 260)
    assert heard.octets >= 0.9 * 100 * (3 * 100 + 203)
    assert heard.octets < 2 * sent, "of six who sent as much"
    assert {p.ssrc for p in heard.packets} == {*heard.sources("audio"), *heard.sources("video")}
    assert (len(heard.sources("audio")), len(heard.sources("video"))) == (3, 1)


async def test_a_place_goes_on_without_a_seam_when_somebody_else_takes_it(house: House):
    speakers = [await speaker(house, member) for member in range(1, 5)]
    heard = await listener(house)
    for one in speakers[:3]:
        one.level = SILENT
    speakers[0].level = LOUD
    speakers[3].level = SILENT
    await talk(speakers, 30)
    speakers[3].level = LOUD
    speakers[0].level = SILENT
    session = house.engine.streams[("r1", "speakers")]
    for seated in session.floor._speakers.values():
        seated.since -= 10  # they have been sitting for long
    session.floor._shown_since -= 10
    for _ in range(60):
        await talk(speakers, 5)
        if any(set(p.csrc) == {4} for p in heard.of(120)):
            break
    places = [heard.from_source(ssrc) for ssrc in heard.sources("audio")]
    changed = next(place for place in places if {4} in [set(p.csrc) for p in place])
    who = [p.csrc[0] for p in changed]
    assert sorted(who, key=lambda one: one == 4) == who, "first the other, then she"
    assert all(p.payload == bytes([p.csrc[0]]) * 100 for place in places for p in place)
    for place in [*places, heard.from_source(heard.sources("video")[0])]:
        assert continues([p.sequence_number for p in place])
    pictures = heard.of(120)
    turn = next(i for i, p in enumerate(pictures) if p.csrc == [4])
    assert pictures[turn].payload.startswith(b"\x10\x00"), "a keyframe"
    assert all(p.payload[-1] == p.csrc[0] for p in pictures)


async def test_nobody_hears_or_sees_herself(house: House):
    speakers = [await speaker(house, member) for member in (1, 2)]
    own = await listener(house, member=1)
    other = await listener(house, member=9)
    await talk(speakers, 40)
    await until(lambda: {p.csrc[0] for p in other.of(109)} == {1, 2})
    assert {p.csrc[0] for p in own.packets} == {2}


async def test_who_stops_leaves_her_place_to_others_and_the_stage_ends_with_the_last(house: House):
    speakers = [await speaker(house, member) for member in (1, 2)]
    heard = await listener(house)
    await talk(speakers, 10)
    await house.end(speakers[0], token("r1", 1, "speak"))
    heard.packets.clear()
    await talk(speakers[1:], 10)
    await until(lambda: len(heard.of(109)) >= 10)
    assert {p.csrc[0] for p in heard.of(109)} == {2}
    await house.end(speakers[1], token("r1", 2, "speak"))
    refused = await house.post("whep", token(act="watch"), await heard.offer(), "speakers")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_live")
    await house.end(heard, token("r1", 99, "watch"))
    assert not house.engine.streams


async def test_without_pictures_the_sounds_go_on_and_a_picture_comes_back(house: House):
    speakers = [await speaker(house, 1)]
    heard = await listener(house)
    await talk(speakers, 20)
    await until(lambda: heard.of(120))
    [view] = house.engine.sessions.within("r1", 99)
    assert isinstance(view, Viewer)
    view.ask("off", time.monotonic())
    await talk(speakers, 5)
    await asyncio.sleep(0.1)
    heard.packets.clear()
    await talk(speakers, 20)
    await until(lambda: len(heard.of(109)) >= 20)
    assert not heard.of(120)
    view.ask("low", time.monotonic())
    for _ in range(40):
        await talk(speakers, 5)
        if heard.of(120):
            break
    assert heard.of(120)[0].payload.startswith(b"\x10\x00"), "a keyframe first"


async def test_whose_turn_ends_is_silent_and_goes_on_watching(house: House):
    speakers = [await speaker(house, member) for member in (1, 2)]
    own = await listener(house, member=1)
    await talk(speakers, 10)
    assert house.engine.expel("r1", 1, speaking=True) == 1
    house.engine.voids.add("r1", 1, int(time.time()) + 600, time.time(), speaking=True)
    assert len(house.engine.sessions.within("r1", 1)) == 1
    own.packets.clear()
    await talk(speakers[1:], 20)
    await until(lambda: own.of(109))
    again = await speakers[0].offer()
    refused = await house.post("whip", token("r1", 1, "speak"), again, "speaker-1")
    assert (refused.status_code, refused.json()["code"]) == (401, "token_void")
    watching = await house.post("whep", token("r1", 1, "watch"), await own.offer(), "speakers")
    assert watching.status_code == 201


async def test_at_most_six_speak_and_a_reload_of_one_of_them_is_no_seventh(house: House):
    for member in range(1, 7):
        last = await speaker(house, member)
    again = await last.offer()
    full = await house.post("whip", token("r1", 7, "speak"), again, "speaker-7")
    assert (full.status_code, full.json()["code"]) == (409, "speakers_full")
    reload = await house.post("whip", token("r1", 6, "speak"), again, "speaker-6")
    assert reload.status_code == 201
    elsewhere = await house.post("whip", token("r2", 7, "speak"), again, "speaker-7", "r2")
    assert elsewhere.status_code == 201


@pytest.mark.parametrize(
    ("act", "member", "stream", "code"),
    [
        ("watch", 1, "speaker-1", "token_watch_only"),
        ("speak", 2, "speaker-1", "speaker_foreign"),
        ("publish", 2, "speaker-1", "speaker_foreign"),
        ("speak", 1, "camera", "token_speak_only"),
        ("speak", 1, "screen", "token_speak_only"),
        ("publish", 1, "speakers", "speakers_put_together"),
        ("speak", 1, "speakers", "speakers_put_together"),
    ],
)
async def test_who_may_not_publish_what(
    house: House, act: str, member: int, stream: str, code: str
):
    peer = SpeakingPeer(member)
    house.peers.append(peer)
    refused = await house.post("whip", token("r1", member, act), await peer.offer(), stream)
    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_the_answer_asks_a_speaker_for_her_level_and_for_a_codec_all_can_see(house: House):
    peer = await speaker(house, 1)
    assert "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n" in peer.answer
    assert "VP8/90000" in peer.answer
    peer.level = QUIET
    assert is_stream("speaker-1")
    assert not is_stream("speaker-0")
    assert not is_stream("speaker-")
