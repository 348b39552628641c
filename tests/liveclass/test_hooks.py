"""What the media process tells us, and what somebody else may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from liveclass.interop.media_hooks import MAX_BODY, signature
from liveclass.rooms.models import StageStream
from realtime.protocol.events import StageChanged
from realtime.sfu.hooks import signature as media_signature
from tests.liveclass.world import World


def post(client: Client, body: bytes, sealed: str | None = None) -> Any:
    sealed = signature(body, settings.MEDIA_SECRET) if sealed is None else sealed
    return client.post(
        "/hooks/media",
        body,
        content_type="application/json",
        headers={"X-LiveClass-Signature": sealed},
    )


def hook(world: World, event: str, member: int | None = None, **fields: Any) -> bytes:
    told = {
        "event": event, "room": world.code, "stream": "camera", "session": "s1", "at": 1e9,
        "member": world.host.member if member is None else member,
    }  # fmt: skip
    return json.dumps(told | fields).encode()


def test_both_sides_sign_alike() -> None:
    assert signature(b"body", "key") == media_signature(b"body", b"key")


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
    assert post(client, b'{"event":"started","at":1.5}').status_code == 204
    assert StageStream.objects.count() == 0


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
    [b"", b"[]", b'{"event":"exploded","at":1}', b'{"event":"published","at":1}', b"\xff"],
)
def test_a_signed_body_that_is_no_hook_is_malformed(client: Client, db: None, body: bytes) -> None:
    assert post(client, body).status_code == 400


def test_a_long_body_is_refused(client: Client, db: None) -> None:
    assert post(client, b"x" * (MAX_BODY + 1)).status_code == 413


def test_only_posting_is_allowed(client: Client, db: None) -> None:
    assert client.get("/hooks/media").status_code == 405
