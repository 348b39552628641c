"""Rights end when they end, nobody learns more by coming back, and nobody can be loud for long."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from django.contrib.auth.signals import user_logged_out
from django.test import Client
from django.urls import reverse

from liveclass import log
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.removal import actions as removal
from liveclass.warden import Warden, read_roles
from members.accounts.models import Member
from realtime.hub import MAX_PAGES, Hub
from realtime.protocol import version
from tests.liveclass.world import World
from tests.realtime.classroom import Classroom
from tests.realtime.pages import Screen
from tests.realtime.rooms import classroom, own_classroom, seeded

__all__ = ["classroom", "own_classroom", "seeded"]


class Known:
    """A reader that was asked already: the test's own transaction belongs to its thread."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    async def run(self, read: Callable[[], Any]) -> Any:
        return self._answer


def test_roles_of_many_are_those_of_each(world: World) -> None:
    members = {name: person.pk for name, person in world.people.items()}
    assert read_roles(world.code, list(members.values())) == {
        members["host"]: "host",
        members["assistant"]: "assistant",
        members["admin"]: "assistant",
        members["ann"]: "member",
        members["bob"]: "member",
    }


def test_who_was_sent_out_or_closed_has_no_role(world: World) -> None:
    world.do(removal.remove_member, world.host, world.ann.member)
    world.people["bob"].is_active = False
    world.people["bob"].save()
    assert read_roles(world.code, [world.ann.member, world.bob.member]) == {}


def test_the_warden_ends_the_pages_of_changed_people(world: World) -> None:
    ended: dict[str, str | None] = {}

    async def go_round() -> None:
        hub = Hub()
        for name, role in (("ann", "member"), ("assistant", "assistant"), ("bob", "member")):
            seat = Screen(hub, world.code, world.people[name].pk).seat
            seat.role = role  # type: ignore[assignment]
            seat.end = lambda code, name=name: ended.update({name: code})  # type: ignore[misc]
        await Warden(hub, Known(roles)).look_into(world.code)  # type: ignore[arg-type]
        hub.detach()

    world.session.activity.assistants.clear()
    world.session.activity.audience_units.add(world.people["assistant"].department)
    world.people["ann"].is_active = False
    world.people["ann"].save()
    roles = read_roles(world.code, [person.pk for person in world.people.values()])
    asyncio.run(go_round())
    assert ended == {"ann": "not_in_audience", "assistant": "ticket_expired"}


def test_the_log_tells_nothing_that_was_taken_back(world: World) -> None:
    world.start()
    before = world.room.last_seq
    world.do(chat.post, world.ann, "not for everybody")
    line = Message.objects.get().pk
    world.do(chat.pin, world.host, line)
    world.do(chat.recall, world.ann, line)
    world.do(questions.ask, world.bob, "why me?")
    world.do(questions.dismiss, world.host, Question.objects.get().pk)
    told = log.told(world.room.pk, before, staff=False) or []
    assert [seq for seq, _ in told] == list(range(before + 1, world.room.last_seq + 1))
    text = b"".join(data for _, data in told).decode()
    assert "not for everybody" not in text
    assert "why me?" not in text
    staff = b"".join(data for _, data in log.told(world.room.pk, before, staff=True) or [])
    assert b"not for everybody" not in staff
    assert b"why me?" in staff


def test_a_log_that_is_too_long_is_not_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST", 2)
    world.start()
    for number in range(3):
        world.do(chat.post, world.ann, f"line {number}")
    assert log.told(world.room.pk, world.room.last_seq - 2, staff=False) is not None
    assert log.told(world.room.pk, world.room.last_seq - 3, staff=False) is None


@pytest_asyncio.fixture
async def room(classroom: Classroom) -> AsyncIterator[Classroom]:
    yield classroom
    await classroom.close_pages()


@pytest.mark.asyncio
async def test_a_recalled_line_does_not_come_back_by_resuming(room: Classroom) -> None:
    ann = await room.page("m41")
    epoch, seq = ann.first["state"]["epoch"], ann.first["state"]["seq"]
    posted = await ann.do("chat.post", text="said too quickly")
    while not ann.all("chat.posted"):
        await ann.next()
    line = ann.all("chat.posted")[-1]["line"]["id"]
    recalled = await ann.do("chat.recall", message=line)
    late = await room.page("m42", epoch, seq)
    assert late.first["type"] == "resumed"
    while not late.seqs or late.seqs[-1] < recalled["seq"]:
        await late.next()
    assert posted["seq"] in late.seqs
    assert "said too quickly" not in json.dumps(late.heard)


@pytest.mark.asyncio
async def test_the_oldest_of_too_many_pages_stops(room: Classroom) -> None:
    pages = [await room.page("m43") for _ in range(MAX_PAGES + 2)]
    for page in pages[:2]:
        assert await page.closed() == version.CLOSE_NOT_ADMITTED
        assert page.all("bye")[-1]["code"] == "too_many_pages"
        assert page.all("bye")[-1]["retry_ms"] == -1
    assert (await pages[2].do("question.ask", text="am I here?"))["type"] == "accepted"


@pytest.mark.asyncio
async def test_all_pages_of_one_person_are_as_fast_as_one(room: Classroom) -> None:
    pages = [await room.page("m44") for _ in range(4)]
    answers = [await page.do("chat.post", text="hello") for page in pages for _ in range(4)]
    accepted = [one for one in answers if one["type"] == "accepted"]
    assert 5 <= len(accepted) <= 8
    assert {one["code"] for one in answers if one["type"] == "refused"} == {"too_fast"}


@pytest.mark.asyncio
async def test_a_flood_ends_its_connection_and_delays_nobody(room: Classroom) -> None:
    calm = await room.page("m45")
    loud = await room.page("m46")
    for _ in range(400):
        await loud.command("hand.lower")
    began = time.monotonic()
    await calm.send({"type": "ping", "t": 1})
    await calm.wait_for("pong")
    assert time.monotonic() - began < 2.0
    assert await loud.closed() == version.CLOSE_BUSY
    assert loud.all("bye")[-1]["code"] == "too_fast"


def test_pages_ask_again_when_a_sign_in_ends(world: World) -> None:
    world.enter(world.ann)
    world.run(user_logged_out.send, Member, user=world.people["ann"], request=None)
    [kick] = [one for one in world.heard if one.kind == "kick"]
    assert (kick.room, kick.member, kick.event) == (world.code, world.ann.member, "ticket_expired")


def test_pages_ask_again_after_a_new_password(client: Client, world: World) -> None:
    ann = world.people["ann"]
    ann.set_password("old-kiln-harbour-57")
    ann.save()
    world.enter(world.ann)
    client.force_login(ann)
    fields = {"oldpassword": "old-kiln-harbour-57"}
    fields |= dict.fromkeys(("password1", "password2"), "new-kiln-harbour-58")
    world.run(client.post, reverse("account_change_password"), fields)
    assert [one.event for one in world.heard if one.kind == "kick"] == ["ticket_expired"]
