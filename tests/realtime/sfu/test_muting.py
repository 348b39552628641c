"""A muted speaker: her sound reaches nobody, her picture everybody, whatever her page does."""

from __future__ import annotations

import time
import uuid

import httpx
import msgspec
import pytest

from realtime.media_control import (
    MUTE_PATH,
    MUTE_PURPOSE,
    PURPOSE,
    SPOT_PATH,
    SPOT_PURPOSE,
    MuteCall,
    SpotCall,
)
from realtime.sealed import SIGNATURE, seal
from realtime.sfu import streams
from tests.realtime.sfu.peers import SECRET, House, until
from tests.realtime.sfu.stage import Listener, listener, speaker
from tests.realtime.sfu.test_speakers import talk

pytestmark = pytest.mark.asyncio


async def tell(
    house: House, member: int, on: bool, purpose: bytes = MUTE_PURPOSE
) -> httpx.Response:
    call = MuteCall(id=uuid.uuid4().hex, sent=time.time(), room="r1", member=member, on=on)
    body = msgspec.json.encode(call)
    sealed = {SIGNATURE: seal(body, SECRET, purpose)}
    return await house.http.post(MUTE_PATH, content=body, headers=sealed)


def sounding(heard: Listener) -> set[int]:
    """Whose sound arrived."""
    return {who for packet in heard.of(109) for who in packet.csrc}


async def test_a_muted_speaker_is_seen_and_not_heard_until_she_is_allowed(house: House):
    speakers = [await speaker(house, member) for member in (1, 2)]
    heard = await listener(house)
    await talk(speakers, 30)
    await until(lambda: sounding(heard) == {1, 2})
    assert (await tell(house, 1, on=True)).status_code == 204
    heard.packets.clear()
    await talk(speakers, 30)
    await until(lambda: len(heard.of(109)) >= 25)
    assert sounding(heard) == {2}
    assert heard.of(120), "pictures go on"
    assert (await tell(house, 1, on=False)).status_code == 204
    for _ in range(20):
        await talk(speakers, 10)
        if sounding(heard) == {1, 2}:
            break
    assert sounding(heard) == {1, 2}


async def test_who_comes_anew_stays_muted_until_her_turn_ends(house: House):
    assert (await tell(house, 1, on=True)).status_code == 204
    own, other = await speaker(house, 1), await speaker(house, 2)
    heard = await listener(house)
    await talk([own, other], 30)
    await until(lambda: len(heard.of(109)) >= 25)
    assert sounding(heard) == {2}
    house.engine.streams.forget_mutes("r1", None)
    for _ in range(20):
        await talk([own, other], 10)
        if sounding(heard) == {1, 2}:
            break
    assert sounding(heard) == {1, 2}


async def test_only_web_may_mute_and_the_list_has_an_end(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    assert (await tell(house, 1, on=True, purpose=PURPOSE)).status_code == 403
    monkeypatch.setattr(streams, "MOST_MUTED", 2)
    for member in (1, 2, 3):
        house.engine.streams.mute("r1", member, True)
    assert [house.engine.streams.opened(("r1", f"speaker-{n}")).muted for n in (1, 2, 3)] == [
        False, True, True,
    ]  # fmt: skip


async def show(house: House, member: int | None, purpose: bytes = SPOT_PURPOSE) -> httpx.Response:
    call = SpotCall(id=uuid.uuid4().hex, sent=time.time(), room="r1", member=member)
    body = msgspec.json.encode(call)
    sealed = {SIGNATURE: seal(body, SECRET, purpose)}
    return await house.http.post(SPOT_PATH, content=body, headers=sealed)


async def test_a_speaker_is_shown_whoever_speaks(house: House):
    speakers = [await speaker(house, member) for member in (1, 2)]
    heard = await listener(house)
    await talk(speakers, 30)
    await until(lambda: heard.of(120))
    [loud] = {who for packet in heard.of(120)[-5:] for who in packet.csrc}
    other = 3 - loud
    assert (await show(house, other, PURPOSE)).status_code == 403
    assert (await show(house, other)).status_code == 204
    for wanted in (other, loud):
        if wanted == loud:
            assert (await show(house, loud)).status_code == 204
        for _ in range(20):
            heard.packets.clear()
            await talk(speakers, 10)
            if {who for packet in heard.of(120) for who in packet.csrc} == {wanted}:
                break
        assert {who for packet in heard.of(120) for who in packet.csrc} == {wanted}
    house.engine.streams.forget_mutes("r1", loud)
    assert house.engine.streams.opened(("r1", "speakers")).floor.pinned is None
