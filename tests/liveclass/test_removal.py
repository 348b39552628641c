"""Sent out and let in again: who may, who hears of it, and which doors stay shut meanwhile."""

from __future__ import annotations

import pytest

from liveclass.removal import actions as removal
from liveclass.rooms import queries
from liveclass.rooms.models import Participation
from liveclass.snapshot import room_state
from realtime import media_control
from realtime.protocol.events import RemovedChanged
from realtime.protocol.refusals import Refusal
from tests.liveclass.world import World, refused
from tests.people import signed_in


def test_only_the_host_lets_somebody_in_again(world: World) -> None:
    world.do(removal.remove_member, world.assistant, world.ann.member)
    for actor in (world.ann, world.bob, world.assistant):
        assert refused(world, removal.readmit_member, actor, world.ann.member) == "host_only"
    with pytest.raises(Refusal, match="removed"):
        queries.admit(world.code, world.people["ann"])
    world.do(removal.readmit_member, world.host, world.ann.member)
    assert queries.admit(world.code, world.people["ann"]).role == "member"
    assert Participation.objects.get(member=world.ann.member).removed_by is None


def test_doing_it_twice_is_no_mistake(world: World) -> None:
    for _ in range(2):
        world.do(removal.remove_member, world.host, world.ann.member)
    for _ in range(2):
        world.do(removal.readmit_member, world.host, world.ann.member)
    assert queries.removed_people(world.room.pk) == []


def test_nobody_is_sent_out_who_could_not_be_here(world: World) -> None:
    for unknown in (world.stranger.pk, 10**9):
        assert refused(world, removal.remove_member, world.host, unknown) == "member_unknown"
    assert not Participation.objects.exists()


def test_somebody_who_came_and_lost_her_right_can_be_sent_out(world: World) -> None:
    world.enter(world.ann)
    world.session.activity.audience_units.clear()
    world.session.activity.audience_units.add(world.people["host"].department)
    world.do(removal.remove_member, world.host, world.ann.member)
    assert [one.name for one in queries.removed_people(world.room.pk)] == ["ann"]


def test_staff_are_told_who_is_out_and_members_are_not(world: World) -> None:
    world.do(removal.remove_member, world.assistant, world.ann.member)
    [told] = [one for one in world.heard if isinstance(one.event, RemovedChanged)]
    assert (told.kind, told.to, [one.name for one in told.event.people]) == (
        "keyed",
        "staff",
        ["ann"],
    )
    assert [one.name for one in room_state(world.host).removed] == ["ann"]
    assert room_state(world.bob).removed == []


def test_media_ends_at_once_and_only_hers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int | None]] = []
    monkeypatch.setattr(media_control.media_control, "trace", lambda *call: told.append(call))
    world.do(removal.remove_member, world.host, world.ann.member)
    assert told == [(world.code, world.ann.member)]


def test_every_door_is_shut_and_says_why(world: World) -> None:
    browser = signed_in(world.people["ann"], "en")
    pages = [("get", "room/"), ("post", "ticket/"), ("post", "publish-key/")]
    world.do(removal.remove_member, world.host, world.ann.member)
    for way, page in pages:
        answer = getattr(browser, way)(f"/classes/{world.code}/{page}")
        assert answer.status_code == 403, page
        assert "removed" in answer.content.decode(), page
    world.do(removal.readmit_member, world.host, world.ann.member)
    assert browser.get(f"/classes/{world.code}/room/").status_code == 200


def test_it_is_logged_without_names(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        world.do(removal.remove_member, world.host, world.ann.member)
        world.do(removal.readmit_member, world.host, world.ann.member)
    lines = [one for one in caplog.records if one.name == removal.logger.name]
    assert [one.message for one in lines] == ["a member was removed", "a member was let in again"]
    for line in lines:
        told = line.to_room, line.who, line.by  # type: ignore[attr-defined]
        assert told == (world.code, world.ann.member, world.host.member)
