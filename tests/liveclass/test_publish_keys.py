"""Keys for streaming programs: who gets one, what it opens, and when it opens nothing any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from liveclass.interop.streaming import StreamingDoor
from liveclass.rooms.models import Participation, Room
from liveclass.rooms.publish_keys import (
    AFTER_S,
    current_key,
    issue_key,
    opened,
    revoke_key,
    token_for,
)
from realtime import media_control
from realtime.protocol.refusals import Refusal
from realtime.tickets import MediaToken, PublishKey, RoomTicket, TicketInvalid, sign, verify
from tests.liveclass.world import World


class NowReader:
    """Reads in the test's own transaction."""

    async def run(self, read: Callable[[], Any]) -> Any:
        return read()


def knock(authorization: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A request at the door: scopes that reached media, messages that came back."""
    passed: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []

    async def media(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/sdp")]
    headers += [(b"Authorization", authorization.encode())] if authorization else []
    door = StreamingDoor(media, NowReader())  # type: ignore[arg-type]
    work = door({"type": "http", "headers": headers}, None, send)
    with pytest.raises(StopIteration):  # no loop: the database belongs to this thread
        work.send(None)  # type: ignore[attr-defined]
    return passed, sent


def token_of(scope: dict[str, Any]) -> MediaToken:
    [value] = [value for name, value in scope["headers"] if name == b"authorization"]
    text = value.decode().removeprefix("Bearer ")
    return verify(text, MediaToken, settings.MEDIA_SECRET.encode(), time.time())


def test_the_lecturer_gets_a_key_that_outlives_the_class(world: World) -> None:
    found = issue_key(world.session, world.people["host"])
    assert found["path"] == f"/media/whip/{world.code}/camera"
    end = world.session.starts_at.timestamp() + world.session.minutes * 60
    assert found["expires"] == int(end) + AFTER_S
    key = opened(found["key"])
    assert key is not None
    assert (key.room, key.member) == (world.code, world.host.member)


def test_others_get_none(world: World) -> None:
    for act in (current_key, issue_key, revoke_key):
        for who in ("ann", "assistant", "admin"):
            with pytest.raises(Refusal, match="host_only"):
                act(world.session, world.people[who])
        with pytest.raises(Refusal, match="not_in_audience"):
            act(world.session, world.stranger)


def test_it_is_told_again_until_it_is_renewed_or_revoked(world: World) -> None:
    host = world.people["host"]
    assert current_key(world.session, host)["key"] == ""
    first = issue_key(world.session, host)
    assert current_key(world.session, host) == first
    assert knock(f"Bearer {first['key']}")[0]
    second = world.run(issue_key, world.session, host)
    assert knock(f"Bearer {first['key']}")[0] == []
    assert knock(f"Bearer {second['key']}")[0]
    revoked = world.run(revoke_key, world.session, host)
    assert (revoked["key"], revoked["expires"]) == ("", 0)
    assert knock(f"Bearer {second['key']}")[1][0]["status"] == 403
    assert current_key(world.session, host)["key"] == ""


def test_what_is_sent_with_a_key_ends_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int | None]] = []
    monkeypatch.setattr(media_control.media_control, "trace", lambda *call: told.append(call))
    host = world.people["host"]
    world.run(issue_key, world.session, host)
    assert told == []
    world.run(issue_key, world.session, host)
    world.run(revoke_key, world.session, host)
    assert told == [(world.code, world.host.member)] * 2


def test_a_key_is_no_token_and_a_token_no_key(world: World) -> None:
    key = issue_key(world.session, world.people["host"])["key"]
    for kind, secret in ((MediaToken, settings.MEDIA_SECRET), (RoomTicket, settings.SECRET_KEY)):
        with pytest.raises(TicketInvalid):
            verify(key, kind, secret.encode(), time.time())
    token = MediaToken(room=world.code, member=1, act="publish", exp=int(time.time()) + 60)
    assert opened(sign(token, settings.SECRET_KEY.encode())) is None
    late = PublishKey(room=world.code, member=1, nonce="n", exp=int(time.time()) - 1)
    assert opened(sign(late, settings.SECRET_KEY.encode())) is None


@pytest.mark.parametrize("form", ["Bearer {}", "{}", "Bearer Bearer {}"])
def test_at_the_door_it_becomes_a_token_of_a_moment(world: World, form: str) -> None:
    key = issue_key(world.session, world.people["host"])["key"]
    [scope], sent = knock(form.format(key))
    token = token_of(scope)
    assert (token.room, token.member, token.act) == (world.code, world.host.member, "publish")
    assert token.exp <= time.time() + 120
    assert (b"content-type", b"application/sdp") in scope["headers"]
    assert sent == []


@pytest.mark.parametrize("text", ["", "Bearer abc.def", "Basic x", "Bearer"])
def test_what_is_no_key_passes_unchanged(text: str) -> None:
    [scope], _ = knock(text)
    assert dict(scope["headers"]).get(b"Authorization", b"") == text.encode()


def _end(world: World) -> None:
    world.start()
    world.end()


def _close_account(world: World) -> None:
    world.people["host"].is_active = False
    world.people["host"].save()


def _send_out(world: World) -> None:
    Participation.objects.update_or_create(
        room=world.room,
        member=world.people["host"],
        defaults={
            "role": "host",
            "first_seen": world.session.starts_at,
            "last_seen": world.session.starts_at,
            "removed_at": world.session.starts_at,
            "removed_by": world.people["admin"],
        },
    )


def _take_back(world: World) -> None:
    Room.objects.all().delete()


def _hand_over(world: World) -> None:
    activity = world.session.activity
    activity.lecturer = world.people["assistant"]
    activity.created_by = world.people["assistant"]
    activity.save()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_end, "class_ended"),
        (_close_account, "not_in_audience"),
        (_send_out, "removed"),
        (_take_back, "key_void"),
        (_hand_over, "not_in_audience"),
    ],
)
def test_a_right_that_is_gone_closes_the_door(
    world: World, change: Callable[[World], None], code: str
) -> None:
    key = issue_key(world.session, world.people["host"])["key"]
    assert knock(f"Bearer {key}")[0]
    change(world)
    passed, sent = knock(f"Bearer {key}")
    assert passed == []
    assert sent[0]["status"] == 403
    assert code.encode() in sent[1]["body"]


def test_the_page_hands_it_out(world: World, client: Client) -> None:
    path = f"/classes/{world.code}/publish-key/"
    assert client.post(path).status_code == 401
    client.force_login(world.people["host"])
    assert client.put(path).status_code == 405
    assert client.get(path).json()["key"] == ""
    answer = client.post(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("max-age=0")
    told = answer.json()
    assert told["url"] == f"http://testserver/media/whip/{world.code}/camera"
    key = opened(told["key"])
    assert key is not None
    assert token_for(key)
    assert client.get(path).json() == told
    assert client.delete(path).json()["key"] == ""
    client.force_login(world.people["ann"])
    refused = client.post(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "host_only")
