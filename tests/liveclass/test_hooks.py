"""What the media process tells us, and what somebody else may not."""

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
from liveclass.interop.media_hooks import MAX_BODY, signature
from liveclass.removal import actions as removal
from liveclass.rooms import actions as rooms
from liveclass.rooms.models import StageStream
from liveclass.speaking import actions as speaking
from realtime.media_control import media_control
from realtime.protocol.events import SpeakersChanged, StageChanged
from realtime.sealed import FRESH_S, Deliveries, seal
from tests.liveclass.world import World


@pytest.fixture(autouse=True)
def _forget() -> None:
    """What other tests delivered."""
    media_hooks.deliveries = Deliveries()


@pytest.fixture
def sent_away() -> Iterator[list[tuple[str, int | None]]]:
    """Room and member of every call to the media process."""
    told: list[tuple[str, int | None]] = []
    media_control.trace = lambda room, member: told.append((room, member))
    yield told
    media_control.trace = None


def post(client: Client, body: bytes, sealed: str | None = None, **extra: Any) -> Any:
    sealed = signature(body, settings.MEDIA_SECRET) if sealed is None else sealed
    return client.post(
        "/hooks/media",
        body,
        content_type="application/json",
        headers={"X-LiveClass-Signature": sealed},
        **extra,
    )


def hook(world: World, event: str, member: int | None = None, **fields: Any) -> bytes:
    told = {
        "id": uuid.uuid4().hex, "sent": time.time(),
        "event": event, "room": world.code, "stream": "camera", "session": "s1", "at": 1e9,
        "member": world.host.member if member is None else member,
    }  # fmt: skip
    return json.dumps(told | fields).encode()


def test_publishing_and_ending_change_the_stage(world: World, client: Client) -> None:
    world.start()
    with world.capture(execute=True):
        assert post(client, hook(world, "published")).status_code == 204
    [stage] = world.events(StageChanged)
    assert [one.session for one in stage.stage] == ["s1"]
    with world.capture(execute=True):
        assert post(client, hook(world, "ended", session="older")).status_code == 204
    assert StageStream.objects.count() == 1
    with world.capture(execute=True):
        assert post(client, hook(world, "ended")).status_code == 204
    assert world.events(StageChanged)[-1].stage == []


def test_a_media_process_that_starts_clears_every_stage(world: World, client: Client) -> None:
    world.start()
    post(client, hook(world, "published"))
    assert post(client, hook(world, "started")).status_code == 204
    assert StageStream.objects.count() == 0


def test_who_was_asked_to_speak_sends_and_everybody_hears_of_it(
    world: World, client: Client
) -> None:
    world.start()
    world.do(speaking.invite_speaker, world.host, world.ann.member)
    world.heard.clear()
    stream = f"speaker-{world.ann.member}"
    with world.capture(execute=True):
        body = hook(world, "published", world.ann.member, stream=stream)
        assert post(client, body).status_code == 204
    assert len(world.events(SpeakersChanged)) == 1
    assert StageStream.objects.count() == 0
    for strange in ("speaker-", "speaker-x", "speakers", "Camera", f"{stream}/.."):
        refused = post(client, hook(world, "published", world.ann.member, stream=strange))
        assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


def test_a_member_cannot_get_on_the_stage(world: World, client: Client) -> None:
    world.start()
    assert post(client, hook(world, "published", world.ann.member)).status_code == 204
    assert StageStream.objects.count() == 0


@pytest.mark.parametrize("sealed", ["", "0" * 64, "ü"])
def test_a_wrong_signature_changes_nothing(world: World, client: Client, sealed: str) -> None:
    world.start()
    assert post(client, hook(world, "published"), sealed).status_code == 403
    assert StageStream.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"\xff", b'{"event":"started","at":1}',
        b'{"id":"1","sent":%d,"event":"exploded","at":1}',
        b'{"id":"2","sent":%d,"event":"published","at":1}',
        b'{"id":"","sent":%d,"event":"started","at":1}',
    ],
)  # fmt: skip
def test_a_signed_body_that_is_no_hook_is_malformed(client: Client, db: None, body: bytes) -> None:
    assert post(client, body.replace(b"%d", b"%d" % time.time())).status_code == 400


def test_a_long_body_is_refused(client: Client, db: None) -> None:
    assert post(client, b"x" * (MAX_BODY + 1)).status_code == 413


def test_only_posting_is_allowed(client: Client, db: None) -> None:
    assert client.get("/hooks/media").status_code == 405


def test_a_hook_is_carried_out_once(world: World, client: Client) -> None:
    world.start()
    copy = hook(world, "published")
    assert post(client, copy).status_code == 204
    post(client, hook(world, "ended"))
    refused = post(client, copy)
    assert (refused.status_code, refused.json()["code"]) == (409, "repeated")
    assert StageStream.objects.count() == 0


@pytest.mark.parametrize("age", [FRESH_S + 2, 3600, -FRESH_S - 2])
@pytest.mark.parametrize("event", ["published", "started"])
def test_a_hook_kept_for_later_is_refused(
    world: World, client: Client, event: str, age: float
) -> None:
    world.start()
    post(client, hook(world, "published"))
    kept = hook(world, event, sent=time.time() - age, stream="screen")
    refused = post(client, kept)
    assert (refused.status_code, refused.json()["code"]) == (403, "stale")
    assert [one.stream for one in StageStream.objects.all()] == ["camera"]


def test_a_hook_that_failed_may_be_tried_again(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start()
    body = hook(world, "published")

    def broken(*_: Any) -> None:
        raise RuntimeError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(rooms, "set_stream", broken)
        with pytest.raises(RuntimeError):
            post(client, body)
    assert post(client, body).status_code == 204
    assert StageStream.objects.count() == 1


def test_a_call_to_media_is_no_hook(world: World, client: Client) -> None:
    body = hook(world, "started")
    secret = settings.MEDIA_SECRET.encode()
    assert post(client, body, seal(body, secret, b"control:")).status_code == 403


def test_with_media_on_this_machine_only_this_machine_is_heard(
    world: World, client: Client, settings: Any
) -> None:
    body = hook(world, "started")
    for extra in ({"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}):
        refused = post(client, body, **extra)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_local")
    settings.MEDIA_URL_INTERNAL = "http://media:8001"
    assert post(client, body, REMOTE_ADDR="10.0.0.7").status_code == 204


def test_media_is_told_to_end_what_has_no_right_to_be(
    world: World, client: Client, sent_away: list[Any]
) -> None:
    world.start()
    with world.capture(execute=True):
        post(client, hook(world, "published", world.ann.member))
    assert sent_away == [(world.code, world.ann.member)]
    world.end()
    sent_away.clear()
    with world.capture(execute=True):
        post(client, hook(world, "published"))
    assert sent_away == [(world.code, None)]
    assert StageStream.objects.count() == 0


def test_the_end_of_a_class_and_of_a_stay_reach_media(world: World, sent_away: list[Any]) -> None:
    world.start()
    assert sent_away == []
    world.do(removal.remove_member, world.host, world.ann.member)
    assert sent_away == [(world.code, world.ann.member)]
    world.end()
    assert sent_away[1:] == [(world.code, None)]


def test_an_ended_class_has_no_tokens_for_media(world: World) -> None:
    world.start()
    assert rooms.issue_ticket(world.session, world.people["host"])["media"]["publish"]
    world.end()
    for who in ("host", "ann"):
        ticket = rooms.issue_ticket(world.session, world.people[who])
        assert ticket["ticket"]
        assert ticket["media"] == {"watch": "", "publish": None, "speak": None, "ice_servers": []}
