"""Recording is switched on and off by the host only, media is told after the commit, and the room
is told what media says: never that it records before it does."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from liveclass.interop import media_hooks
from liveclass.interop.media_hooks import signature
from liveclass.recordings import actions as recordings
from liveclass.recordings.models import Recording, RecordingState
from liveclass.rooms import actions as rooms
from liveclass.rooms.models import RoomEvent
from liveclass.snapshot import room_state
from members.accounts.models import Member
from realtime.media_control import media_control
from realtime.protocol.events import RecordingChanged
from realtime.protocol.refusals import Refusal
from realtime.sealed import Deliveries
from tests.liveclass.world import World, new_id


@pytest.fixture
def asked() -> Iterator[list[tuple[str, int, bool]]]:
    """Every call to the media process."""
    told: list[tuple[str, int, bool]] = []
    media_control.record_trace = lambda room, run, on: told.append((room, run, on))
    media_hooks.deliveries = Deliveries()
    yield told
    media_control.record_trace = None


def planned(world: World) -> World:
    """The class, planned with a recording, has begun."""
    world.session.recording = True
    world.session.save()
    world.do(rooms.start_class, world.host)
    return world


def run_of(world: World) -> int:
    return Recording.objects.get(room=world.room).run


def hook(world: World, client: Client, state: str, run: int | None = None) -> int:
    body = json.dumps(
        {
            "id": uuid.uuid4().hex, "sent": time.time(), "at": 1e9, "event": "recording",
            "room": world.code, "run": run or run_of(world), "state": state,
            "stream": None, "member": None, "session": None,
        }
    ).encode()  # fmt: skip
    sealed = signature(body, settings.MEDIA_SECRET)
    with world.capture(execute=True):
        answer = client.post(
            "/hooks/media",
            body,
            content_type="application/json",
            headers={"X-LiveClass-Signature": sealed},
        )
    return int(answer.status_code)


def phases(world: World) -> list[str]:
    return [event.phase for event in world.events(RecordingChanged)]


def test_an_external_engine_is_never_asked_and_nobody_is_promised_anything(
    world: World, asked: list[Any], settings: Any, client: Client
) -> None:
    planned(world)
    settings.MEDIA_ENGINE = "external"
    assert room_state(world.ann).recording == "off", "what was asked for will never begin"
    with pytest.raises(Refusal, match="recording_unavailable"):
        world.do(recordings.start_recording, world.host)
    client.force_login(Member.objects.get(pk=world.host.member))
    page = client.get(f"/classes/{world.code}/room/")
    assert page.context["room_data"]["records"] is False
    assert page.context["room_data"]["recording"] is False


def test_a_class_that_was_planned_so_begins_without(
    world: World, asked: list[Any], settings: Any
) -> None:
    settings.MEDIA_ENGINE = "external"
    planned(world)
    assert (asked, Recording.objects.count(), phases(world)) == ([], 0, [])


def test_a_class_that_was_not_planned_so_is_not_recorded(world: World, asked: list[Any]) -> None:
    world.start()
    assert (asked, Recording.objects.count()) == ([], 0)
    assert room_state(world.ann).recording == "off"


def test_a_planned_recording_begins_with_the_class(
    world: World, asked: list[Any], client: Client
) -> None:
    planned(world)
    run = run_of(world)
    assert asked == [(world.code, run, True)]
    assert abs(run - time.time() * 1000) < 60_000
    assert room_state(world.ann).recording == "starting"
    assert hook(world, client, "recording") == 204
    assert room_state(world.ann).recording == "on"
    assert phases(world) == ["starting", "on"]
    event = RoomEvent.objects.filter(type="recording.changed").last()
    assert event is not None
    assert event.actor_id == world.host.member


def test_the_host_pauses_and_goes_on_in_the_same_run(
    world: World, asked: list[Any], client: Client
) -> None:
    planned(world)
    hook(world, client, "recording")
    world.do(recordings.stop_recording, world.host)
    assert room_state(world.bob).recording == "paused"
    hook(world, client, "stopped")
    world.do(recordings.start_recording, world.host)
    hook(world, client, "stopped")  # of the pause, late
    assert room_state(world.bob).recording == "starting"
    hook(world, client, "recording")
    assert phases(world) == ["starting", "on", "paused", "starting", "on"]
    run = run_of(world)
    assert asked == [(world.code, run, on) for on in (True, False, True)]


def test_the_host_begins_in_the_middle(world: World, asked: list[Any]) -> None:
    world.start()
    first, again = new_id(), new_id()
    seq = world.run(recordings.start_recording, world.host, first)
    assert world.run(recordings.start_recording, world.host, first) == seq
    world.run(recordings.start_recording, world.host, again)
    assert Recording.objects.get().started_by_id == world.host.member
    assert asked == [(world.code, run_of(world), True)]
    assert phases(world) == ["starting"]


@pytest.mark.parametrize("action", [recordings.start_recording, recordings.stop_recording])
@pytest.mark.parametrize("who", ["assistant", "ann"])
def test_only_the_host_decides(world: World, asked: list[Any], action: Any, who: str) -> None:
    planned(world)
    asked.clear()
    with pytest.raises(Refusal, match="host_only"):
        world.do(action, getattr(world, who))
    assert asked == []


def test_only_a_running_class_is_recorded(world: World, asked: list[Any]) -> None:
    with pytest.raises(Refusal, match="class_not_live"):
        world.do(recordings.start_recording, world.host)
    world.start()
    world.end()
    with pytest.raises(Refusal, match="class_ended"):
        world.do(recordings.start_recording, world.host)
    assert asked == []


def test_the_end_of_the_class_ends_the_recording(
    world: World, asked: list[Any], client: Client
) -> None:
    planned(world)
    hook(world, client, "recording")
    world.do(rooms.end_class, world.host)
    found = Recording.objects.get()
    assert found.state == RecordingState.ENDED
    assert found.ended_at == world.room.ended_at
    assert phases(world)[-1] == "off"
    assert hook(world, client, "ended") == 204
    asked.clear()
    hook(world, client, "recording")  # it did not hear that the class is over
    assert asked == [(world.code, found.run, False)]


def test_a_full_disk_is_told_and_can_be_tried_again(
    world: World, asked: list[Any], client: Client
) -> None:
    planned(world)
    hook(world, client, "recording")
    hook(world, client, "disk_full")
    hook(world, client, "disk_full")
    assert room_state(world.host).recording == "disk_full"
    assert phases(world) == ["starting", "on", "disk_full"]
    world.do(recordings.start_recording, world.host)
    assert asked[-1] == (world.code, run_of(world), True)


def test_a_restarted_media_process_is_told_what_to_record(
    world: World, asked: list[Any], client: Client
) -> None:
    planned(world)
    hook(world, client, "recording")
    asked.clear()
    rooms.clear_all_streams()
    recordings.claim_again()
    assert asked == [(world.code, run_of(world), True)]
    world.do(recordings.stop_recording, world.host)
    asked.clear()
    recordings.claim_again()
    assert asked == []


def test_a_run_that_media_gave_up_is_claimed_again(
    world: World, asked: list[Any], client: Client
) -> None:
    planned(world)
    hook(world, client, "recording")
    asked.clear()
    hook(world, client, "ended")
    assert asked == [(world.code, run_of(world), True)]
    assert room_state(world.ann).recording == "on"


def test_a_run_nobody_knows_is_stopped(world: World, asked: list[Any], client: Client) -> None:
    world.start()
    assert hook(world, client, "recording", run=5) == 204
    assert asked == [(world.code, 5, False)]
    assert room_state(world.ann).recording == "off"


@pytest.mark.parametrize("missing", ["run", "state", "room"])
def test_a_hook_that_says_too_little_is_refused(world: World, client: Client, missing: str) -> None:
    told = {"id": uuid.uuid4().hex, "sent": time.time(), "at": 1e9, "event": "recording",
            "room": world.code, "run": 5, "state": "recording"}  # fmt: skip
    body = json.dumps({k: v for k, v in told.items() if k != missing}).encode()
    headers = {"X-LiveClass-Signature": signature(body, settings.MEDIA_SECRET)}
    answer = client.post("/hooks/media", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
