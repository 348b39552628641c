"""Guest links: only where allowed, for so many and so long; a guest is in one class and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from courses.activities.credit import count
from courses.activities.models import Segment, Session
from courses.activities.queries import expected_count
from courses.credits.models import CreditEntry
from liveclass.admission import actions as admission
from liveclass.attendance.actions import touch
from liveclass.guests import actions as guests
from liveclass.guests import queries
from liveclass.removal import actions as removal
from liveclass.rooms import queries as rooms
from liveclass.rooms.actor import Actor
from liveclass.rooms.models import Guest, GuestLink
from liveclass.rooms.people import find_person
from liveclass.warden import read_roles
from liveclass.whisper import actions as whisper
from members.accounts.models import Member
from members.units.actions import save_organisation
from realtime.protocol.refusals import Refusal
from tests.liveclass.world import World, refused
from tests.people import signed_in


@pytest.fixture
def allowed(world: World) -> World:
    """The organisation allows guests."""
    save_organisation(guests_allowed=True)
    return world


def link(world: World, most: int = 20) -> str:
    """Make a link as the host does on the page; its path."""
    host = signed_in(world.people["host"], "en")
    host.post(f"/classes/{world.code}/guests/", {"most": most})
    page = host.get(f"/classes/{world.code}/")
    return str(page.context["guest_url"]).removeprefix("http://testserver")


def come(path: str, name: str = "Lin Wanda") -> tuple[Client, Any]:
    """Somebody without an account follows the link and gives a name."""
    browser = signed_in(None, "en")
    assert browser.get(path).status_code == 200
    return browser, browser.post(path, {"name": name})


def guest_of(world: World, name: str = "Lin Wanda") -> Member:
    return Member.objects.get(name=name, guest__room=world.room)


def test_a_guest_enters_the_room_under_her_name(allowed: World) -> None:
    browser, answer = come(link(allowed), "  Lin   Wanda ")
    assert answer["Location"] == f"/classes/{allowed.code}/room/"
    assert "room-data" in browser.get(answer["Location"]).content.decode()
    assert browser.post(f"/classes/{allowed.code}/ticket/").status_code == 200
    actor = rooms.admit(allowed.code, guest_of(allowed))
    assert actor.role == "member"
    assert read_roles(allowed.code, [actor.member]) == {actor.member: "member"}
    allowed.start()
    allowed.enter(actor)
    assert allowed.room.participations.filter(member=actor.member).exists()


def test_guests_are_shown_as_guests(allowed: World) -> None:
    come(link(allowed))
    shown = find_person(guest_of(allowed).pk, "member")
    assert (shown.unit, shown.unit_en) == ("访客", "Guest")


def test_without_leave_there_is_no_link(world: World) -> None:
    host = signed_in(world.people["host"], "en")
    assert host.post(f"/classes/{world.code}/guests/", {"most": 5}).status_code == 403
    assert not GuestLink.objects.exists()
    assert "Guest link" not in host.get(f"/classes/{world.code}/").content.decode()
    save_organisation(guests_allowed=True)
    path = link(world)
    save_organisation(guests_allowed=False)
    assert signed_in(None).get(path).status_code == 403
    assert signed_in(None).post(path, {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "status"),
    [("host", 302), ("assistant", 302), ("admin", 302), ("ann", 403), ("stranger", 403)],
)
def test_only_staff_make_and_close_links(allowed: World, name: str, status: int) -> None:
    browser = signed_in(allowed.people[name])
    assert browser.post(f"/classes/{allowed.code}/guests/", {"most": 5}).status_code == status
    assert GuestLink.objects.exists() is (status == 302)
    link(allowed)
    assert browser.post(f"/classes/{allowed.code}/guests/close/").status_code == status
    assert GuestLink.objects.exists() is (status == 403)


def test_strangers_make_no_links(allowed: World) -> None:
    for page in ("guests/", "guests/close/"):
        answer = signed_in(None).post(f"/classes/{allowed.code}/{page}", {"most": 5})
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("most", ["0", "101", "-1", "many", ""])
def test_a_link_is_for_a_number_of_guests(allowed: World, most: str) -> None:
    host = signed_in(allowed.people["host"])
    assert host.post(f"/classes/{allowed.code}/guests/", {"most": most}).status_code == 403
    assert not GuestLink.objects.exists()


def test_no_more_come_than_the_link_is_for(allowed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = link(allowed, 1)
    come(path)
    assert come(path, "Second")[1].status_code == 403
    path = link(allowed, 1)  # a new link counts anew, the class does not
    monkeypatch.setattr(queries, "MOST_GUESTS", 1)
    assert come(path, "Third")[1].status_code == 403
    assert Guest.objects.count() == 1


def test_old_closed_and_forged_links_open_nothing(allowed: World) -> None:
    old = link(allowed)
    new = link(allowed)
    assert signed_in(None).get(old).status_code == 403
    assert signed_in(None).get(new[:-3] + "x/").status_code == 403
    late = timezone.now() + timedelta(hours=3)
    with time_machine.travel(late, tick=False):
        assert signed_in(None).get(new).status_code == 403
    browser, _ = come(new)
    signed_in(allowed.people["host"]).post(f"/classes/{allowed.code}/guests/close/")
    assert signed_in(None).get(new).status_code == 403
    assert browser.post(f"/classes/{allowed.code}/ticket/").status_code == 200  # who came stays


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 61])
def test_a_guest_has_a_name(allowed: World, name: str) -> None:
    browser = signed_in(None, "en")
    assert browser.post(link(allowed), {"name": name}).status_code == 422
    assert not Guest.objects.exists()


def test_a_guest_is_nowhere_else(allowed: World) -> None:
    before = expected_count(allowed.session)
    browser, _ = come(link(allowed))
    for page in ("/", "/classes/", f"/classes/{allowed.code}/", "/me/", "/record/"):
        assert browser.get(page).status_code == 302, page
    for page in ("check/", "media/", "summary/"):
        assert browser.get(f"/classes/{allowed.code}/{page}").status_code == 302, page
    assert expected_count(allowed.session) == before
    guest = guest_of(allowed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=guest.pk).update(is_active=True)
    other = allowed.people["host"]
    assert signed_in(other).get(link(allowed))["Location"].endswith("/room/")


def test_a_guest_earns_nothing(allowed: World) -> None:
    come(link(allowed))
    guest = rooms.admit(allowed.code, guest_of(allowed))
    now = timezone.now()
    Segment.objects.update(credit_kind="theory")
    with time_machine.travel(now, tick=False) as clock:
        allowed.start()
        for who in (guest, allowed.ann):
            allowed.enter(who)
        for _ in range(6):
            clock.shift(20)
            allowed.run(touch, {allowed.code: [guest.member, allowed.ann.member]})
        allowed.end()
        count(Session.objects.get(pk=allowed.session.pk))
    entries = CreditEntry.objects.exclude(member=allowed.host.member)
    assert list(entries.values_list("member", flat=True)) == [allowed.ann.member]


def test_lobby_lock_and_removal_hold_for_guests(allowed: World) -> None:
    browser, _ = come(link(allowed))
    page = f"/classes/{allowed.code}/"
    allowed.do(admission.set_lobby, allowed.host, "others")
    assert "You are in the lobby" in browser.get(f"{page}room/").content.decode()
    told = browser.post(f"{page}lobby/", headers={"accept": "application/json"}).json()
    assert told["state"] == "lobby"
    allowed.do(admission.let_in, allowed.host, guest_of(allowed).pk)
    assert "room-data" in browser.get(f"{page}room/").content.decode()
    allowed.do(removal.remove_member, allowed.assistant, guest_of(allowed).pk)
    assert browser.post(f"{page}ticket/").json()["code"] == "removed"
    second, _ = come(link(allowed), "Second")
    allowed.do(admission.lock, allowed.host, True)
    assert second.post(f"{page}ticket/").json()["code"] == "locked"


def test_the_end_of_the_class_is_the_end_of_the_link(allowed: World) -> None:
    path = link(allowed)
    allowed.start()
    allowed.end()
    assert signed_in(None).post(path, {"name": "late"}).status_code == 403
    with pytest.raises(Refusal, match="class_ended"):
        guests.make_link(Actor(allowed.room.pk, allowed.code, allowed.host.member, "host"), 5)


def test_guests_do_not_whisper(allowed: World) -> None:
    come(link(allowed))
    guest = rooms.admit(allowed.code, guest_of(allowed))
    assert refused(allowed, whisper.send, guest, allowed.host.member, "psst") == "guest_whisper"
    allowed.do(whisper.send, allowed.ann, allowed.host.member, "psst")


def test_a_guest_reads_back_the_chat_of_her_class_only(allowed: World) -> None:
    world = allowed
    world.start()
    browser, _ = come(link(world))
    assert browser.get(f"/classes/{world.code}/chat/?before=9").status_code == 200
    assert browser.get(f"/classes/{world.code}/chat/chat.csv").status_code == 302
    stranger = signed_in(None, "en")
    assert stranger.get(f"/classes/{world.code}/chat/?before=9").status_code == 401
