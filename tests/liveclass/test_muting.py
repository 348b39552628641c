"""Muted by the staff: who may, who may undo it, and what media is told."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from liveclass.rooms.models import Speaker
from liveclass.snapshot import room_state
from liveclass.speaking import actions as speaking
from liveclass.speaking import muting
from realtime import media_control
from realtime.protocol.events import SpeakersChanged
from tests.liveclass.world import World, refused

Told = list[tuple[str, int, bool]]


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Whose sound media was told to drop, or to forward again."""
    found: Told = []
    monkeypatch.setattr(media_control, "mute", lambda *call: found.append(call))
    monkeypatch.setattr(media_control, "hush", lambda code, member: None)
    return found


@pytest.fixture
def talking(world: World) -> World:
    """Ann and Bob speak."""
    world.start()
    for one in (world.ann, world.bob):
        world.do(speaking.invite_speaker, world.host, one.member)
    world.heard.clear()
    return world


def states(world: World) -> list[str]:
    return [one.muted for one in room_state(world.bob).speakers]


def test_the_staff_mute_one_and_she_may_turn_it_on_again(talking: World, told: Told) -> None:
    world, ann = talking, talking.ann.member
    assert refused(world, muting.mute, world.bob, ann) == "staff_only"
    assert refused(world, muting.mute, world.ann) == "staff_only"
    assert (told, states(world)) == ([], ["no", "no"])
    world.do(muting.mute, world.assistant, ann)
    assert states(world) == ["asked", "no"]
    assert [one.muted for one in world.events(SpeakersChanged)[-1].speakers] == ["asked", "no"]
    world.do(muting.mute, world.host, ann)
    assert told == [(world.code, ann, True)], "what is so already is told once"
    assert refused(world, muting.unmute, world.bob, ann) == "staff_only"
    world.do(muting.unmute, world.ann)
    assert told[1:] == [(world.code, ann, False)]
    assert states(world) == ["no", "no"]


def test_all_are_muted_until_the_staff_allow_it(talking: World, told: Told) -> None:
    world, ann, bob = talking, talking.ann.member, talking.bob.member
    world.do(muting.mute, world.host, None, True)
    assert states(world) == ["held", "held"]
    assert told == [(world.code, ann, True), (world.code, bob, True)]
    assert refused(world, muting.unmute, world.ann) == "speaker_held"
    assert states(world) == ["held", "held"]
    world.do(muting.unmute, world.host, ann)
    assert states(world) == ["no", "held"]
    assert told[2:] == [(world.code, ann, False)]


def test_who_does_not_speak_is_no_mistake_and_a_new_turn_is_heard(
    talking: World, told: Told
) -> None:
    world, ann = talking, talking.ann.member
    world.do(muting.mute, world.host, ann, True)
    world.do(speaking.end_speaking, world.ann)
    world.do(muting.unmute, world.ann)
    world.do(muting.mute, world.host, ann)
    assert len(told) == 1
    world.do(speaking.invite_speaker, world.host, ann)
    assert sorted(states(world)) == ["no", "no"]
    world.end()
    assert refused(world, muting.mute, world.host, ann) == "class_ended"


def test_media_that_has_forgotten_it_is_told_again(talking: World, told: Told) -> None:
    world, ann = talking, talking.ann.member
    world.do(muting.mute, world.host, ann)
    with world.capture(execute=True):
        speaking.heard(world.code, ann, published=True)
        speaking.heard(world.code, world.bob.member, published=True)
    assert told == [(world.code, ann, True)] * 2


def test_the_database_knows_what_muted_can_be(talking: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Speaker.objects.update(muted="?")
