"""Tickets of the room and its media: who gets which, and for how long."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from django.conf import settings

from liveclass.rooms.actions import issue_ticket
from liveclass.rooms.models import Room
from liveclass.rooms.passes import TICKET_SECONDS
from realtime.protocol.refusals import Refusal
from realtime.tickets import MediaToken, RoomTicket, TicketExpired, TicketInvalid, verify
from tests.liveclass.world import World


def test_a_member_may_watch(world: World) -> None:
    passes = issue_ticket(world.session, world.people["ann"], "abcdef0123456789xyz")
    ticket = verify(passes["ticket"], RoomTicket, settings.SECRET_KEY.encode(), time.time())
    assert (ticket.room, ticket.member, ticket.role, ticket.session) == (
        world.code, world.ann.member, "member", "abcdef0123456789",
    )  # fmt: skip
    secret = settings.MEDIA_SECRET.encode()
    token = verify(passes["media"]["watch"], MediaToken, secret, time.time())
    assert (token.act, token.room, token.member) == ("watch", world.code, world.ann.member)
    assert passes["media"]["publish"] is None


@pytest.mark.parametrize("who", ["host", "assistant", "admin"])
def test_staff_may_publish(world: World, who: str) -> None:
    publish = issue_ticket(world.session, world.people[who])["media"]["publish"]
    assert publish is not None
    token = verify(publish, MediaToken, settings.MEDIA_SECRET.encode(), time.time())
    assert token.act == "publish"


def test_a_ticket_expires_and_is_no_media_token(world: World) -> None:
    passes = issue_ticket(world.session, world.people["ann"])
    secret = settings.SECRET_KEY.encode()
    assert passes["expires_in"] == TICKET_SECONDS
    with pytest.raises(TicketExpired):
        verify(passes["ticket"], RoomTicket, secret, time.time() + TICKET_SECONDS + 1)
    with pytest.raises(TicketInvalid):
        verify(passes["ticket"], MediaToken, settings.MEDIA_SECRET.encode(), time.time())


def test_strangers_get_none_and_halls_have_no_room(world: World) -> None:
    with pytest.raises(Refusal, match="not_in_audience"):
        issue_ticket(world.session, world.stranger)
    Room.objects.all().delete()
    with pytest.raises(Room.DoesNotExist):
        issue_ticket(world.session, world.people["ann"])


def test_relays_come_with_credentials_of_their_own(world: World, settings: Any) -> None:
    assert issue_ticket(world.session, world.people["ann"])["media"]["ice_servers"] == []
    settings.TURN_URLS = ["stun:s.example", "turn:t.example:3478?transport=udp"]
    settings.TURN_SECRET = "shared with the relay, thirty-two or more"
    plain, relay = issue_ticket(world.session, world.people["ann"])["media"]["ice_servers"]
    assert plain == {"urls": ["stun:s.example"]}
    expires, member = relay["username"].split(":")
    assert int(member) == world.ann.member
    assert int(expires) > time.time() + 3600
    secret = settings.TURN_SECRET.encode()
    digest = hmac.new(secret, relay["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(relay["credential"]) == digest
