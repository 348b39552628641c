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
from liveclass.rooms.publish_keys import AFTER_S, issue_key, opened, token_for
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


@pytest.mark.parametrize("who", ["host", "assistant"])
def test_staff_get_a_key_that_outlives_the_class(world: World, who: str) -> None:
    found = issue_key(world.session, world.people[who])
    assert found["path"] == f"/media/whip/{world.code}/camera"
    end = world.session.starts_at.timestamp() + world.session.minutes * 60
    assert found["expires"] == int(end) + AFTER_S
    key = opened(found["key"])
    assert key is not None
    assert (key.room, key.member) == (world.code, world.people[who].pk)


def test_others_get_none(world: World) -> None:
    with pytest.raises(Refusal, match="staff_only"):
        issue_key(world.session, world.people["ann"])
    with pytest.raises(Refusal, match="not_in_audience"):
        issue_key(world.session, world.stranger)


def test_a_key_is_no_token_and_a_token_no_key(world: World) -> None:
    key = issue_key(world.session, world.people["host"])["key"]
    for kind, secret in ((MediaToken, settings.MEDIA_SECRET), (RoomTicket, settings.SECRET_KEY)):
        with pytest.raises(TicketInvalid):
            verify(key, kind, secret.encode(), time.time())
    token = MediaToken(room=world.code, member=1, act="publish", exp=int(time.time()) + 60)
    assert opened(sign(token, settings.SECRET_KEY.encode())) is None
    late = PublishKey(room=world.code, member=1, exp=int(time.time()) - 1)
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
        (_hand_over, ""),
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
    assert client.get(path).status_code == 405
    answer = client.post(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("max-age=0")
    told = answer.json()
    assert told["url"] == f"http://testserver/media/whip/{world.code}/camera"
    key = opened(told["key"])
    assert key is not None
    assert token_for(key)
    client.force_login(world.people["ann"])
    refused = client.post(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "staff_only")
