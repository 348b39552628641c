"""The ticket page: JSON for a page's program, good for the room it was asked for and no other."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import Client

from members.accounts.models import Member
from realtime.tickets import MediaToken, RoomTicket, TicketInvalid, verify
from tests.liveclass.pages.conftest import NOW, Visit

URL = f"/classes/{NOW}/ticket/"


@pytest.mark.parametrize(
    ("number", "role"), [("1005", "host"), ("1007", "assistant"), ("1013", "member")]
)
def test_the_ticket_says_who_enters_as_what(visit: Visit, number: str, role: str) -> None:
    body = visit(number).post(URL).json()
    ticket = verify(body["ticket"], RoomTicket, settings.SECRET_KEY.encode(), time.time())
    member = Member.objects.get(staff_no=number)
    assert (ticket.room, ticket.member, ticket.role) == (NOW, member.pk, role)
    assert ticket.exp == int(time.time()) + body["expires_in"]


@pytest.mark.parametrize(("number", "may"), [("1005", True), ("1007", True), ("1013", False)])
def test_only_staff_may_publish(visit: Visit, number: str, may: bool) -> None:
    media = visit(number).post(URL).json()["media"]
    secret = settings.MEDIA_SECRET.encode()
    assert verify(media["watch"], MediaToken, secret, time.time()).act == "watch"
    assert (media["publish"] is not None) is may
    if may:
        assert verify(media["publish"], MediaToken, secret, time.time()).act == "publish"


def test_a_ticket_holds_nothing_of_the_session_key(visit: Visit) -> None:
    """Scripts read the ticket; the cookie of the session is hidden from them."""
    client = visit("1013")
    tickets = [client.post(URL).json()["ticket"] for _ in range(2)]
    named = {
        verify(one, RoomTicket, settings.SECRET_KEY.encode(), time.time()).session
        for one in tickets
    }
    (name,) = named
    assert len(name) == 16
    key = client.session.session_key or ""
    assert not any(name[at : at + 4] in key for at in range(13))
    other = visit("1013").post(URL).json()["ticket"]
    assert verify(other, RoomTicket, settings.SECRET_KEY.encode(), time.time()).session != name


def test_a_room_ticket_opens_no_media(visit: Visit) -> None:
    ticket = visit("1013").post(URL).json()["ticket"]
    with pytest.raises(TicketInvalid):
        verify(ticket, MediaToken, settings.MEDIA_SECRET.encode(), time.time())


@pytest.mark.parametrize(("language", "word"), [("en", "not on the list"), ("zh-hans", "薛芳")])
def test_outsiders_are_refused_with_a_reason_in_their_language(
    visit: Visit, language: str, word: str
) -> None:
    answer = visit("1058", language).post(URL)
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_in_audience"
    assert word in answer.json()["message"]


def test_strangers_get_json_not_a_page(visit: Visit) -> None:
    answer = visit(None).post(URL)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


def test_a_ticket_is_asked_for_by_post(visit: Visit) -> None:
    assert visit("1013").get(URL).status_code == 405


def test_another_site_cannot_ask_for_a_ticket(visit: Visit) -> None:
    client = visit("1013")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(URL).status_code == 403


def test_no_cache_keeps_a_ticket(visit: Visit) -> None:
    assert "no-store" in visit("1013").post(URL)["Cache-Control"]
