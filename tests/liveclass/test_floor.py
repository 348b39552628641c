"""Who may speak: whom the host asks, nobody at the moment, or whoever raises a hand."""

from __future__ import annotations

from liveclass.acts.models import Act
from liveclass.rooms import actions as rooms
from liveclass.rooms.models import Hand, Participation, Room, Speaker
from liveclass.snapshot import room_state
from liveclass.speaking import actions as speaking
from realtime.protocol.events import FloorRuled, StageArranged
from tests.liveclass.world import World, make_member, refused


def test_only_the_staff_decide_and_everybody_is_told(world: World) -> None:
    for who in (world.ann, world.bob):
        assert refused(world, speaking.rule, who, "everyone") == "staff_only"
    world.do(speaking.rule, world.assistant, "nobody")
    assert [one.floor for one in world.events(FloorRuled)] == ["nobody"]
    assert room_state(world.bob).floor == "nobody"
    assert world.do(speaking.rule, world.host, "nobody") == 0
    assert [one.kind for one in Act.objects.all()] == ["floor_changed"]
    world.start()
    world.end()
    assert refused(world, speaking.rule, world.host, "invited") == "class_ended"


def test_nobody_is_asked_at_the_moment(world: World) -> None:
    world.start()
    world.do(speaking.ask_to_speak, world.bob)
    world.do(speaking.rule, world.host, "nobody")
    assert refused(world, speaking.ask_to_speak, world.ann) == "hands_closed"
    assert [one.member_id for one in Hand.objects.all()] == [world.bob.member]
    world.do(speaking.invite_speaker, world.host, world.bob.member)
    world.do(speaking.ask_to_speak, world.assistant)
    world.do(speaking.rule, world.host, "invited")
    world.do(speaking.ask_to_speak, world.ann)
    assert Hand.objects.filter(member=world.ann.member).exists()


def test_whoever_raises_a_hand_has_a_place_while_there_is_one(world: World) -> None:
    world.start()
    world.do(speaking.rule, world.host, "everyone")
    for who in (world.ann, world.ann, world.bob):
        world.do(speaking.ask_to_speak, who)
    assert [one.person.id for one in room_state(world.host).speakers] == [
        world.ann.member, world.bob.member,
    ]  # fmt: skip
    assert not Hand.objects.exists()
    world.do(speaking.end_speaking, world.bob)
    for number in range(speaking.MOST_SPEAKERS - 1):
        other = make_member(f"m{number}")
        Speaker.objects.create(room=world.room, member=other, since=Room.objects.get().started_at)
    world.do(speaking.ask_to_speak, world.bob)
    assert Speaker.objects.count() == speaking.MOST_SPEAKERS
    assert [one.member_id for one in Hand.objects.all()] == [world.bob.member]


def test_before_the_start_and_for_the_staff_a_hand_is_a_hand(world: World) -> None:
    world.do(speaking.rule, world.host, "everyone")
    world.do(speaking.ask_to_speak, world.ann)
    world.start()
    world.do(speaking.ask_to_speak, world.assistant)
    assert Hand.objects.count() == 2
    assert not Speaker.objects.exists()


def test_who_was_sent_out_takes_no_place(world: World) -> None:
    world.start()
    world.enter(world.ann)
    world.do(speaking.rule, world.host, "everyone")
    Participation.objects.filter(member=world.ann.member).update(
        removed_at=Room.objects.get().started_at, removed_by=world.host.member
    )
    assert refused(world, speaking.ask_to_speak, world.ann) == "removed"


def test_what_is_large_is_the_staffs_and_everybodys(world: World) -> None:
    assert refused(world, rooms.arrange, world.ann, "camera") == "staff_only"
    assert world.do(rooms.arrange, world.host, "slides") == 0
    world.do(rooms.arrange, world.assistant, "speakers")
    assert [one.layout for one in world.events(StageArranged)] == ["speakers"]
    assert room_state(world.bob).layout == "speakers"
    world.start()
    world.end()
    assert refused(world, rooms.arrange, world.host, "camera") == "class_ended"
