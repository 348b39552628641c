"""Who may speak: whom the host asks, nobody at the moment, or whoever raises a hand."""

from __future__ import annotations

import pytest

from liveclass.acts.models import Act
from liveclass.rooms import actions as rooms
from liveclass.rooms.models import Hand, Participation, Room, Speaker
from liveclass.rooms.passes import issue_ticket
from liveclass.snapshot import room_state
from liveclass.speaking import actions as speaking
from liveclass.speaking import muting
from realtime import media_control
from realtime.protocol.events import FloorRuled, SpotlightChanged, StageArranged
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


# ---- spotlight, and assistants who lecture


@pytest.fixture(autouse=True)
def media(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None]]:
    """What media was told: whom to show, whose sending to end."""
    told: list[tuple[str, int | None]] = []
    monkeypatch.setattr(media_control, "spotlight", lambda code, who: told.append(("show", who)))
    monkeypatch.setattr(media_control, "hush", lambda code, who: told.append(("hush", who)))
    return told


Told = list[tuple[str, int | None]]


def test_who_speaks_is_shown_large_until_she_speaks_no_more(world: World, media: Told) -> None:
    ann = world.ann.member
    assert refused(world, speaking.spotlight, world.host, ann) == "class_not_live"
    world.start()
    assert refused(world, speaking.spotlight, world.ann, None) == "staff_only"
    assert refused(world, speaking.spotlight, world.host, ann) == "speaker_unknown"
    world.do(speaking.invite_speaker, world.host, ann)
    world.do(speaking.spotlight, world.assistant, ann)
    assert (shown := room_state(world.bob).spotlight) is not None
    assert shown.id == ann
    world.do(speaking.end_speaking, world.ann)
    assert room_state(world.bob).spotlight is None
    assert [one.person and one.person.id for one in world.events(SpotlightChanged)] == [ann, None]
    assert media == [("show", ann), ("show", None), ("hush", ann)]


def test_media_that_was_started_anew_is_told_again_whom_to_show(world: World, media: Told) -> None:
    world.start()
    ann = world.ann.member
    world.do(speaking.invite_speaker, world.host, ann)
    world.do(speaking.spotlight, world.host, ann)
    world.run(speaking.heard, world.code, ann, True)
    assert media == [("show", ann), ("show", ann)]
    world.end()
    assert Room.objects.get().spotlight_id is None


def test_an_assistant_lectures_beside_the_host(world: World, media: Told) -> None:
    world.start()
    helper, person = world.assistant.member, world.people["assistant"]
    assert issue_ticket(world.session, person)["media"]["speak"] is None
    assert refused(world, speaking.invite_speaker, world.assistant, helper) == "host_only"
    assert (
        refused(world, speaking.invite_speaker, world.host, world.host.member) == "member_unknown"
    )
    world.do(speaking.invite_speaker, world.host, helper)
    [shown] = room_state(world.bob).speakers
    assert (shown.person.id, shown.person.role) == (helper, "assistant")
    assert issue_ticket(world.session, person)["media"]["speak"]
    world.do(speaking.end_speaking, world.host, helper)
    assert media == [("hush", helper)]
    assert issue_ticket(world.session, person)["media"]["speak"] is None


def test_who_is_held_does_not_get_free_by_a_new_hand(world: World, media: Told) -> None:
    world.start()
    world.do(speaking.rule, world.host, "everyone")
    world.do(speaking.ask_to_speak, world.ann)
    world.do(muting.mute, world.host, world.ann.member, True)
    world.do(speaking.end_speaking, world.ann)
    assert media == [("hush", world.ann.member)]
    world.do(speaking.ask_to_speak, world.ann)
    assert [one.muted for one in room_state(world.bob).speakers] == ["held"]
    world.do(speaking.end_speaking, world.host, world.ann.member)
    assert room_state(world.bob).speakers == []
