"""The life of a room: who may start and end it, hands, stage, being sent out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.activities.intervals import moment
from liveclass.removal import actions as removal
from liveclass.rooms import actions, queries
from liveclass.rooms.models import Hand, Participation, Room, RoomEvent, StageStream
from realtime.protocol.events import (
    ClassEnded,
    ClassStarted,
    HandsChanged,
    MyHand,
    StageChanged,
)
from realtime.protocol.refusals import Refusal
from tests.liveclass.world import World, new_id, refused

AT = 1_800_000_000.0


def test_the_host_starts_the_class_once(world: World) -> None:
    seq = world.do(actions.start_class, world.host)
    assert [event.seq for event in world.events(ClassStarted)] == [seq]
    assert world.room.state == "live"
    assert world.do(actions.start_class, world.host) == seq, "a second page pressed the button too"
    assert RoomEvent.objects.count() == 1


@pytest.mark.parametrize("who", ["assistant", "ann"])
def test_nobody_else_starts_or_ends_it(world: World, who: str) -> None:
    actor = getattr(world, who)
    assert refused(world, actions.start_class, actor) == "host_only"
    assert refused(world, actions.end_class, actor) == "host_only"


def test_it_ends_once_and_never_begins_again(world: World) -> None:
    assert refused(world, actions.end_class, world.host) == "class_not_live"
    world.start()
    command = new_id()
    seq = world.run(actions.end_class, world.host, command)
    assert [event.seq for event in world.events(ClassEnded)] == [seq]
    assert world.run(actions.end_class, world.host, command) == seq
    assert refused(world, actions.end_class, world.host) == "class_ended"
    assert refused(world, actions.start_class, world.host) == "class_ended"


def test_the_end_takes_hands_down_and_clears_the_stage(world: World) -> None:
    world.start()
    world.do(actions.raise_hand, world.ann)
    world.run(actions.set_stream, world.code, "camera", world.host.member, "s", AT)
    world.heard.clear()
    world.do(actions.end_class, world.host)
    assert not Hand.objects.exists()
    assert world.events(HandsChanged) == [HandsChanged(hands=[], total=0)]
    assert world.events(StageChanged) == [StageChanged(stage=[])]
    mine = [one for one in world.heard if isinstance(one.event, MyHand)]
    assert [(one.member, one.event.up) for one in mine] == [(world.ann.member, False)]


def test_a_clock_that_was_set_back_ends_no_class_before_its_start(world: World) -> None:
    world.start()
    Room.objects.update(started_at=timezone.now() + timedelta(hours=1))
    world.do(actions.end_class, world.host)
    assert world.room.ended_at == world.room.started_at


# ---- hands


def test_hands_queue_in_order_and_keep_their_place(world: World) -> None:
    for actor in (world.bob, world.ann, world.bob):
        assert world.do(actions.raise_hand, actor) == 0
    names = [one.person.name for one in world.events(HandsChanged)[-1].hands]
    assert names == ["bob", "ann"]
    assert queries.hand_up(world.ann)
    assert not queries.hand_up(world.host)


def test_own_hand_down_others_by_staff(world: World) -> None:
    world.do(actions.raise_hand, world.ann)
    assert refused(world, actions.lower_hand, world.bob, world.ann.member) == "staff_only"
    world.do(actions.lower_hand, world.bob)
    world.do(actions.lower_hand, world.assistant, world.ann.member)
    assert world.heard[-1].kind == "keyed"
    assert not Hand.objects.exists()


def test_no_hands_too_early_or_too_late(world: World) -> None:
    world.session.starts_at = timezone.now() + timedelta(minutes=31)
    world.session.save()
    assert refused(world, actions.raise_hand, world.ann) == "class_not_live"
    world.start()
    world.end()
    assert refused(world, actions.raise_hand, world.ann) == "class_ended"
    assert refused(world, actions.lower_hand, world.ann) == "class_ended"


def test_at_most_50_hands_travel_with_names(world: World) -> None:
    now = timezone.now()
    from tests.liveclass.world import make_member

    members = [make_member(f"m{number}") for number in range(53)]
    Hand.objects.bulk_create(
        Hand(room=world.room, member=one, role="member", raised_at=now) for one in members
    )
    world.do(actions.raise_hand, world.ann)
    event = world.events(HandsChanged)[-1]
    assert (len(event.hands), event.total) == (50, 54)


# ---- the stage


def publish(world: World, who: Any, session: str, stream: str = "camera") -> None:
    world.run(actions.set_stream, world.code, stream, who.member, session, AT)


def test_the_newest_publisher_of_a_stream_is_on_stage(world: World) -> None:
    publish(world, world.host, "one")
    publish(world, world.assistant, "two")
    publish(world, world.host, "three", "screen")
    stage = world.events(StageChanged)[-1].stage
    assert [(one.stream, one.person.name, one.session) for one in stage] == [
        ("camera", "assistant", "two"), ("screen", "host", "three"),
    ]  # fmt: skip
    assert stage[0].since == AT


def test_the_late_end_of_a_replaced_stream_changes_nothing(world: World) -> None:
    publish(world, world.host, "one")
    publish(world, world.host, "two")
    world.heard.clear()
    world.run(actions.clear_stream, world.code, "camera", world.host.member, "one", AT)
    assert world.heard == []
    world.run(actions.clear_stream, world.code, "camera", world.host.member, "two", AT)
    assert world.events(StageChanged) == [StageChanged(stage=[])]


def test_hooks_for_strangers_and_dead_rooms_are_ignored(world: World) -> None:
    publish(world, world.ann, "member")
    world.run(actions.set_stream, world.code, "camera", 10**9, "nobody", AT)
    world.run(actions.set_stream, "nosuchrm", "camera", world.host.member, "x", AT)
    world.run(actions.clear_stream, "nosuchrm", "camera", world.host.member, "x", AT)
    world.start()
    world.end()
    publish(world, world.host, "late")
    assert not StageStream.objects.exists()


def test_a_new_media_process_empties_every_stage(world: World) -> None:
    publish(world, world.host, "one")
    publish(world, world.host, "two", "screen")
    world.heard.clear()
    world.run(actions.clear_all_streams)
    assert world.events(StageChanged) == [StageChanged(stage=[])]
    world.run(actions.clear_all_streams)
    assert len(world.heard) == 1


# ---- admission


def test_who_is_admitted_as_what(world: World) -> None:
    roles = {
        name: queries.admit(world.code, member).role
        for name, member in world.people.items()
        if name != "stranger"
    }
    assert roles == {
        "host": "host", "assistant": "assistant", "admin": "assistant",
        "ann": "member", "bob": "member",
    }  # fmt: skip
    with pytest.raises(Refusal, match="not_in_audience"):
        queries.admit(world.code, world.stranger)
    with pytest.raises(Room.DoesNotExist):
        queries.admit("nosuchrm", world.people["ann"])


def test_the_removed_do_not_come_back(world: World) -> None:
    world.start()
    world.enter(world.ann)
    world.do(actions.raise_hand, world.ann)
    world.do(removal.remove_member, world.assistant, world.ann.member)
    [kick] = [one for one in world.heard if one.kind == "kick"]
    assert (kick.member, kick.event) == (world.ann.member, "removed")
    assert not Hand.objects.exists()
    [removed] = Participation.objects.filter(member=world.ann.member)
    assert removed.removed_by_id == world.assistant.member
    for again in (
        lambda: queries.admit(world.code, world.people["ann"]),
        lambda: queries.require_not_removed(world.room.pk, world.ann.member),
    ):
        with pytest.raises(Refusal, match="removed"):
            again()
    before = removed.last_seen
    world.enter(world.ann)
    removed.refresh_from_db()
    assert removed.last_seen == before


def test_who_may_send_whom_out(world: World) -> None:
    for actor, target, code in (
        (world.ann, world.bob, "staff_only"),
        (world.assistant, world.host, "host_only"),
        (world.assistant, world.assistant, "host_only"),
        (world.host, world.host, "host_only"),
    ):
        with pytest.raises(Refusal, match=code):
            world.do(removal.remove_member, actor, target.member)
    world.do(removal.remove_member, world.host, world.assistant.member)
    with pytest.raises(Refusal, match="removed"):
        queries.admit(world.code, world.people["assistant"])


# ---- the log


def test_events_are_numbered_without_a_gap_and_stored_as_sent(world: World) -> None:
    from liveclass.chat.actions import post

    world.start()
    for number in range(3):
        world.do(post, world.ann, str(number))
    log = RoomEvent.objects.order_by("seq")
    assert [event.seq for event in log] == [1, 2, 3, 4]
    assert world.room.last_seq == 4
    assert [event.payload["seq"] for event in log] == [1, 2, 3, 4]
    assert log[1].actor_id == world.ann.member


def test_the_database_itself_refuses_what_must_not_be(world: World) -> None:
    world.start()
    [event] = RoomEvent.objects.all()
    now = timezone.now()
    rooms = Room.objects.filter(pk=world.room.pk)
    for forbidden in (
        lambda: RoomEvent.objects.create(
            room=world.room, seq=event.seq, type="x", payload={}, at=now
        ),
        lambda: RoomEvent.objects.create(
            room=world.room,
            seq=9,
            type="x",
            payload={},
            at=now,
            actor_id=event.actor_id,
            client_id=event.client_id,
        ),
        lambda: rooms.update(state="ended"),
        lambda: rooms.update(state="scheduled"),
        lambda: rooms.update(state="ended", ended_at=moment(0)),
        lambda: Participation.objects.create(
            room=world.room, member_id=world.ann.member, role="king", first_seen=now, last_seen=now
        ),
        lambda: StageStream.objects.create(
            room=world.room,
            member_id=world.ann.member,
            role="host",
            stream="smell",
            media_session="x",
            since=now,
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            forbidden()
