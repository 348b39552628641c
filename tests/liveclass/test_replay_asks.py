"""The replay asks again: who is asked, what is kept, and that the class's own count never moves."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.activities.models import Session
from liveclass.polls import actions as polls
from liveclass.polls.models import Poll, ReplayAnswer
from liveclass.polls.queries import results
from liveclass.recordings.models import Recording, RecordingState
from liveclass.rooms import actions as rooms
from members.accounts.models import Member
from tests.liveclass.world import World
from tests.people import signed_in

NUMBERS = count(1)


def cid() -> str:
    """A fresh id of a command."""
    return f"answer-{next(NUMBERS):08}"


@pytest.fixture
def held(world: World) -> World:
    """A class with a recording, in which Ann voted in a poll that is closed and published."""
    world.start()
    now = timezone.now()
    Recording.objects.create(
        room=world.room, run=int(now.timestamp() * 1000), started_by_id=world.host.member,
        started_at=now, state=RecordingState.RECORDING,
    )  # fmt: skip
    ask(world)
    poll = Poll.objects.get()
    world.do(polls.cast_vote, world.ann, poll.pk, [options(poll)[0]])
    world.do(polls.publish_poll, world.host, poll.pk)
    return world


def ask(world: World, **plan: Any) -> Poll:
    """A poll that is open."""
    fields: dict[str, Any] = {"question": "先做什么？", "options": ("断电", "呼叫", "撤离")}
    world.do(polls.write, world.host, polls.Plan(**fields | plan), True)
    return Poll.objects.latest("pk")


def options(poll: Poll) -> list[int]:
    """Ids of its options as asked."""
    return list(poll.options.order_by("order").values_list("pk", flat=True))


def client(member: int) -> Client:
    """The browser of a person of the world."""
    return signed_in(Member.objects.get(pk=member))


def send(session: Session, member: int, poll: int, **said: Any) -> tuple[int, dict[str, Any]]:
    """Answer as the page does; status and what was told."""
    page = f"/classes/{session.code}/replay/answer/{poll}/"
    body = {"id": cid(), **said}
    reply = client(member).post(page, body, content_type="application/json")
    return reply.status_code, reply.json()


def counted() -> list[Any]:
    """What the class says of all its polls."""
    return [(one.voters, one.counts) for one in results(Session.objects.get())]


def test_an_answer_is_kept_for_her_and_counts_nowhere(held: World) -> None:
    poll, before = Poll.objects.get(), counted()
    second = options(poll)[1]
    told = {"poll": poll.pk, "options": [second], "answers": []}
    assert send(held.session, held.bob.member, poll.pk, options=[second]) == (200, told)
    kept = ReplayAnswer.objects.get()
    assert (kept.member_id, kept.options) == (held.bob.member, [second])
    assert counted() == before
    page = client(held.bob.member).get(f"/classes/{held.session.code}/replay/")
    assert page.context["replay_data"]["asked"] == {"asks": True, "answers": [told]}


def test_the_same_command_counts_once_and_another_one_is_too_late(held: World) -> None:
    poll = Poll.objects.get()
    first, second, _third = options(poll)
    said = {"id": cid(), "options": [first]}
    for _time in range(2):
        assert send(held.session, held.bob.member, poll.pk, **said)[0] == 200
    status, told = send(held.session, held.bob.member, poll.pk, options=[second])
    assert (status, told["code"]) == (409, "vote_final")
    assert told["sentence"]
    assert ReplayAnswer.objects.get().options == [first]


def test_who_voted_in_the_class_has_answered(held: World) -> None:
    poll = Poll.objects.get()
    status, told = send(held.session, held.ann.member, poll.pk, options=options(poll)[:1])
    assert (status, told["code"]) == (409, "vote_final")
    page = client(held.ann.member).get(f"/classes/{held.session.code}/replay/")
    [own] = page.context["replay_data"]["asked"]["answers"]
    assert own == {"poll": poll.pk, "options": options(poll)[:1], "answers": []}


def test_who_holds_the_class_is_not_asked(held: World) -> None:
    poll = Poll.objects.get()
    for who in (held.host, held.assistant):
        status, told = send(held.session, who.member, poll.pk, options=options(poll)[:1])
        assert (status, told["code"]) == (403, "members_only")
        page = client(who.member).get(f"/classes/{held.session.code}/replay/")
        assert page.context["replay_data"]["asked"] == {"asks": False, "answers": []}


def test_an_anonymous_answer_says_only_that_she_answered(held: World) -> None:
    poll = ask(held, question="心情", anonymous=True, changeable=False)
    held.do(polls.close_poll, held.host, poll.pk)
    assert send(held.session, held.bob.member, poll.pk, options=options(poll)[:1])[0] == 200
    kept = ReplayAnswer.objects.get(poll=poll)
    assert (kept.options, kept.answers) == ([], [])


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("single", {"options": []}, "option_count"),
        ("single", {"options": [1]}, "option_unknown"),
        ("single", {"answers": ["x"]}, "option_count"),
        ("text", {"answers": ["  "]}, "text_empty"),
        ("text", {"answers": ["x" * 201]}, "text_too_long"),
    ],
)
def test_what_does_not_fit_is_refused(held: World, kind: str, said: Any, code: str) -> None:
    plan = {"kind": kind} if kind == "single" else {"kind": kind, "options": ()}
    poll = ask(held, question="再问", **plan)
    held.do(polls.close_poll, held.host, poll.pk)
    status, told = send(held.session, held.bob.member, poll.pk, **said)
    assert (status, told["code"]) == (409, code)
    assert not ReplayAnswer.objects.exists()


def test_what_is_open_or_waits_is_not_asked_here(held: World) -> None:
    poll = ask(held, question="正在问")
    status, told = send(held.session, held.bob.member, poll.pk, options=options(poll)[:1])
    assert (status, told["code"]) == (409, "poll_not_open")
    Poll.objects.filter(pk=poll.pk).update(phase="prepared", opened_at=None)
    status, told = send(held.session, held.bob.member, poll.pk, options=options(poll)[:1])
    assert (status, told["code"]) == (404, "poll_unknown")
    assert send(held.session, held.bob.member, 10**9, options=[1])[0] == 404


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"id": 3}', '{"id": "answer-1", "options": ["x"]}', "[" * 5000,
             '{"id": "answer-1", "answers": ["\\u0000"]}', " " * 9000,
             '{"id": "answer-1", "options": [9999999999999999999999]}'],
)  # fmt: skip
def test_what_cannot_be_read_is_malformed(held: World, body: str) -> None:
    page = f"/classes/{held.session.code}/replay/answer/{Poll.objects.get().pk}/"
    reply = client(held.bob.member).post(page, body, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


def test_strangers_and_readers_of_the_address(held: World) -> None:
    page = f"/classes/{held.session.code}/replay/answer/{Poll.objects.get().pk}/"
    assert Client().post(page, {}, content_type="application/json").status_code == 302
    assert client(held.bob.member).get(page).status_code == 405
    Session.objects.get().activity.audience_units.clear()
    Session.objects.update()
    activity = held.session.activity
    activity.audience_everyone = False
    activity.save()
    reply = client(held.bob.member).post(page, {}, content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (403, "not_in_audience")


def test_it_stays_after_the_class(held: World) -> None:
    held.do(rooms.end_class, held.host)
    poll = Poll.objects.get()
    assert send(held.session, held.bob.member, poll.pk, options=options(poll)[2:])[0] == 200
