"""Lobby and lock: who waits, who lets in, who comes back, and that every door asks."""

from __future__ import annotations

import time

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from liveclass.acts.models import Act
from liveclass.admission import actions as admission
from liveclass.admission import queries as waiting
from liveclass.arrival import Wish, read_arrivals
from liveclass.removal import actions as removal
from liveclass.rooms import queries
from liveclass.rooms.entry import verdict
from liveclass.rooms.models import Entrant, Room
from liveclass.snapshot import room_state
from liveclass.warden import read_roles
from members.accounts.models import Member
from realtime.protocol.admission import AdmissionChanged
from realtime.protocol.refusals import Refusal
from realtime.tickets import RoomTicket
from tests.liveclass.world import World, refused
from tests.people import signed_in


def at_the_door(world: World, who: Member) -> str:
    """The code with which ``who`` is kept out by the page; empty when she may enter."""
    try:
        queries.admit(world.code, who)
    except Refusal as refusal:
        return refusal.code
    return ""


def by_socket(world: World, who: Member) -> str:
    """The same by a ticket that was given before."""
    ticket = RoomTicket(
        room=world.code, member=who.pk, name="", role="member", session="", exp=int(time.time()) + 9
    )
    [found] = read_arrivals(world.code, [Wish(ticket, "", 0, False)])
    return found if isinstance(found, str) else ""


def kept_out(world: World, name: str) -> str:
    """What page and socket say; they must agree."""
    who = world.people[name]
    code = at_the_door(world, who)
    assert by_socket(world, who) == code
    return code


def knock(world: World, name: str) -> None:
    world.run(admission.knock, world.room.pk, world.code, world.people[name])


CASES = [
    # lobby, locked, meant, let in, was in -> code
    ("off", False, True, False, False, None),
    ("off", False, False, False, False, "not_in_audience"),
    ("off", False, False, True, False, None),
    ("off", True, True, False, False, "locked"),
    ("off", True, True, False, True, None),
    ("off", True, False, False, False, "not_in_audience"),
    ("audience", False, True, False, False, "lobby"),
    ("audience", False, True, False, True, None),
    ("audience", False, True, True, False, None),
    ("audience", False, False, False, False, "not_in_audience"),
    ("audience", True, True, False, False, "locked"),
    ("audience", True, True, True, False, None),
    ("others", False, True, False, False, None),
    ("others", False, False, False, False, "lobby"),
    ("others", False, False, False, True, "lobby"),
    ("others", False, False, True, False, None),
    ("others", True, False, False, False, "locked"),
]


@pytest.mark.parametrize(("lobby", "locked", "meant", "let_in", "was_in", "code"), CASES)
def test_the_rule(
    lobby: str, locked: bool, meant: bool, let_in: bool, was_in: bool, code: str | None
) -> None:
    room = Room(lobby=lobby, locked=locked)
    assert verdict(room, meant=meant, let_in=let_in, was_in=was_in) == code


def test_people_wait_until_they_are_let_in(world: World) -> None:
    world.do(admission.set_lobby, world.assistant, "audience")
    assert [kept_out(world, name) for name in ("ann", "bob", "host", "assistant", "admin")] == [
        "lobby", "lobby", "", "", "",
    ]  # fmt: skip
    knock(world, "ann")
    knock(world, "bob")
    world.do(admission.let_in, world.host, world.ann.member)
    assert (kept_out(world, "ann"), kept_out(world, "bob")) == ("", "lobby")
    assert waiting.waits(world.room.pk, world.bob.member)
    world.do(admission.let_in, world.host, None)
    assert kept_out(world, "bob") == ""
    assert kept_out(world, "stranger") == "not_in_audience"


def test_who_is_in_stays_in_and_may_return(world: World) -> None:
    world.enter(world.ann)
    world.do(admission.set_lobby, world.host, "audience")
    world.do(admission.lock, world.host, True)
    assert world.events(AdmissionChanged)[-1].admission.locked
    assert read_roles(world.code, [world.ann.member]) == {world.ann.member: "member"}
    assert (kept_out(world, "ann"), kept_out(world, "bob")) == ("", "locked")
    world.do(admission.lock, world.host, False)
    assert kept_out(world, "bob") == "lobby"


def test_others_may_ask_where_the_class_allows_it(world: World) -> None:
    stranger = world.people["stranger"]
    assert kept_out(world, "stranger") == "not_in_audience"
    world.do(admission.set_lobby, world.host, "others")
    assert (kept_out(world, "ann"), kept_out(world, "stranger")) == ("", "lobby")
    knock(world, "stranger")
    world.do(admission.let_in, world.assistant, stranger.pk)
    assert queries.admit(world.code, stranger).role == "member"
    assert kept_out(world, "stranger") == ""
    assert read_roles(world.code, [stranger.pk]) == {stranger.pk: "member"}
    world.do(removal.remove_member, world.assistant, stranger.pk)
    assert kept_out(world, "stranger") == "removed"
    stranger.is_active = False
    stranger.save()
    assert read_roles(world.code, [stranger.pk]) == {}


def test_somebody_who_waits_can_be_sent_away(world: World) -> None:
    world.do(admission.set_lobby, world.host, "others")
    knock(world, "stranger")
    world.do(removal.remove_member, world.assistant, world.stranger.pk)
    assert kept_out(world, "stranger") == "removed"
    assert not Entrant.objects.exists()


@pytest.mark.parametrize("name", ["ann", "bob"])
def test_members_decide_nothing(world: World, name: str) -> None:
    actor = getattr(world, name)
    knock(world, "bob")
    acts = [
        (admission.set_lobby, "audience"),
        (admission.say_in_lobby, "hello"),
        (admission.lock, True),
        (admission.let_in, world.bob.member),
    ]
    assert [refused(world, act, actor, what) for act, what in acts] == ["staff_only"] * 4
    assert not Act.objects.exists()


def test_refusals(world: World) -> None:
    assert refused(world, admission.let_in, world.host, world.stranger.pk) == "member_unknown"
    assert refused(world, admission.say_in_lobby, world.host, "x" * 301) == "text_too_long"
    world.start()
    world.end()
    for act, what in ((admission.set_lobby, "off"), (admission.lock, True)):
        assert refused(world, act, world.host, what) == "class_ended"
    assert refused(world, admission.let_in, world.host, None) == "class_ended"


def test_a_lobby_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MOST_WAITING", 1)
    world.do(admission.set_lobby, world.host, "audience")
    knock(world, "ann")
    with pytest.raises(Refusal, match="lobby_full"):
        knock(world, "bob")
    knock(world, "ann")
    assert room_state(world.host).admission.total == 1  # type: ignore[union-attr]


def test_staff_see_who_waits_and_members_do_not(world: World) -> None:
    world.do(admission.set_lobby, world.host, "audience")
    world.do(admission.say_in_lobby, world.host, " 马上\n开始 ")
    knock(world, "ann")
    told = [one for one in world.heard if isinstance(one.event, AdmissionChanged)]
    assert {one.to for one in told} == {"staff"}
    assert told[-1].event.admission == room_state(world.host).admission
    shown = told[-1].event.admission
    assert ([one.person.name for one in shown.waiting], shown.total) == (["ann"], 1)
    assert shown.message == "马上\n开始"
    assert room_state(world.bob).admission is None
    world.run(admission.walk_away, world.room.pk, world.code, world.people["ann"])
    assert room_state(world.host).admission.total == 0  # type: ignore[union-attr]


def test_doing_it_twice_is_written_once(world: World) -> None:
    for _ in range(2):
        world.do(admission.set_lobby, world.host, "audience")
        world.do(admission.lock, world.host, True)
        knock(world, "ann")
        world.do(admission.let_in, world.host, world.ann.member)
    kinds = list(Act.objects.order_by("pk").values_list("kind", "member"))
    assert kinds == [
        ("lobby_audience", None), ("locked", None), ("admitted", world.ann.member),
    ]  # fmt: skip


def test_acts_are_never_changed(world: World) -> None:
    world.do(removal.remove_member, world.host, world.ann.member)
    for change in (lambda: Act.objects.update(kind="locked"), lambda: Act.objects.all().delete()):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()
    assert Act.objects.get().kind == "removed"


# ---- the page


def test_the_page_waits_asks_and_opens(world: World) -> None:
    browser = signed_in(world.people["ann"], "en")
    room, lobby = f"/classes/{world.code}/room/", f"/classes/{world.code}/lobby/"
    world.do(admission.set_lobby, world.host, "audience")
    world.do(admission.say_in_lobby, world.host, "We begin at <nine>")
    page = browser.get(room)
    assert page.status_code == 200
    assert "You are in the lobby" in page.content.decode()
    assert "We begin at &lt;nine&gt;" in page.content.decode()
    assert not Entrant.objects.exists()  # looking at an address asks for nothing
    told = browser.post(lobby, headers={"accept": "application/json"}).json()
    assert (told["state"], told["message"]) == ("lobby", "We begin at <nine>")
    assert 3000 <= told["retry_ms"] <= 30_000
    assert browser.post(lobby)["Location"] == room  # without a program
    assert Entrant.objects.get().member_id == world.ann.member
    ticket = browser.post(f"/classes/{world.code}/ticket/")
    assert (ticket.status_code, ticket.json()["code"]) == (403, "lobby")
    world.do(admission.let_in, world.host, None)
    assert browser.post(lobby, headers={"accept": "application/json"}).json()["state"] == "in"
    assert "room-data" in browser.get(room).content.decode()


def test_a_locked_class_says_so(world: World) -> None:
    browser = signed_in(world.people["ann"], "zh-hans")
    world.do(admission.lock, world.host, True)
    assert "课堂已锁定" in browser.get(f"/classes/{world.code}/room/").content.decode()
    lobby = f"/classes/{world.code}/lobby/"
    told = browser.post(lobby, headers={"accept": "application/json"}).json()
    assert (told["state"], Entrant.objects.exists()) == ("locked", False)


def test_who_goes_away_waits_no_longer(world: World) -> None:
    browser = signed_in(world.people["ann"])
    world.do(admission.set_lobby, world.host, "audience")
    browser.post(f"/classes/{world.code}/lobby/")
    assert browser.post(f"/classes/{world.code}/lobby/leave/").status_code == 204
    assert not Entrant.objects.exists()


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("host", "in"), ("assistant", "in"), ("admin", "in"), ("ann", "lobby"),
        ("stranger", "not_in_audience"), (None, "signed_out"),
    ],
)  # fmt: skip
def test_who_may_knock(world: World, name: str | None, state: str) -> None:
    world.do(admission.set_lobby, world.host, "audience")
    browser = signed_in(world.people[name] if name else None)
    path = f"/classes/{world.code}/lobby/"
    told = browser.post(path, headers={"accept": "application/json"})
    assert (told.status_code, told.json()["state"]) == (401 if name is None else 200, state)
    assert Entrant.objects.exists() is (state == "lobby")
    assert browser.get(path).status_code == 405
    left = browser.post(f"{path}leave/").status_code
    assert left == (302 if name is None else 204)
