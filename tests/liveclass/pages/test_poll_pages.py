"""Polls on the pages around a class: who chose what, files, the summary of every kind."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from liveclass import log as returned
from liveclass.polls import actions
from liveclass.polls.models import Answer, Poll
from liveclass.polls.plans import Plan
from liveclass.replay.queries import log as replayed
from members.accounts.models import Member
from tests.liveclass.pages.conftest import PAST, Visit
from tests.liveclass.world import World

HOST, ASSISTANT, OTHER, MEMBER, CONTRACTOR, ADMIN = "1008", "1006", "1005", "1013", "1058", "1002"
YES, NO = 200, 403


def rows(answer: Any) -> list[list[str]]:
    assert answer.status_code == YES
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("end", ["/", ".csv"])
def test_who_chose_what_is_for_lecturer_and_assistants(visit: Visit, end: str) -> None:
    poll = Poll.objects.filter(room__session__code=PAST).earliest("pk")
    url = f"/classes/{PAST}/polls/{poll.pk}{end}"
    people = (HOST, ASSISTANT, OTHER, MEMBER, CONTRACTOR, ADMIN)
    seen = [visit(number).get(url).status_code for number in people]
    assert seen == [YES, YES, NO, NO, NO, YES]
    assert visit(None).get(url).status_code == 302
    assert visit(HOST).get(f"/classes/{PAST}/polls/999999{end}").status_code == 404


def test_a_file_names_everybody_who_voted_with_her_choice(visit: Visit) -> None:
    poll = Poll.objects.filter(room__session__code=PAST).earliest("pk")
    found = rows(visit(HOST, "zh-hans").get(f"/classes/{PAST}/polls/{poll.pk}.csv"))[1:]
    assert len(found) == poll.voters
    assert {row[4] for row in found} <= set(poll.options.values_list("text", flat=True))
    assert all(Member.objects.filter(staff_no=row[0], name=row[1]).exists() for row in found)


KINDS: dict[str, tuple[Plan, int, list[str]]] = {
    "quiz": (Plan("Which?", ("a", "b"), "quiz", correct=(1,), explanation="So."), 1, []),
    "truefalse": (Plan("Is it?", kind="truefalse"), 0, []),
    "rating": (Plan("How clear?", kind="rating"), 3, []),
    "ranking": (Plan("Order?", ("a", "b", "c"), "ranking"), -1, []),
    "words": (Plan("In a word?", kind="words"), -1, ["valve"]),
}


def held(world: World, plan: Plan, choice: int, words: list[str]) -> Poll:
    """A poll that was asked, answered by Ann, shown to everybody."""
    world.do(actions.write, world.host, plan)
    poll = Poll.objects.latest("pk")
    options = list(poll.options.order_by("order").values_list("pk", flat=True))
    chosen = [options[choice]] if choice >= 0 else options[::-1]
    world.do(actions.cast_vote, world.ann, poll.pk, chosen, words)
    world.do(actions.publish_poll, world.host, poll.pk)
    return poll


def reader(world: World, who: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(world.people[who])
    return client


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_result_on_the_summary_and_in_the_files(world: World, kind: str) -> None:
    world.start()
    poll = held(world, *KINDS[kind])
    world.end()
    url = f"/classes/{world.code}/"
    page = reader(world, "ann").get(f"{url}summary/").content.decode()
    assert KINDS[kind][0].question in page
    assert "Who chose what" not in page
    told = {
        "quiz": "right answer", "truefalse": "True · your choice", "rating": "4.0 of 5 on average",
        "ranking": "2 points", "words": "valve",
    }  # fmt: skip
    assert told[kind] in " ".join(page.split())
    [row] = rows(reader(world, "host").get(f"{url}polls/{poll.pk}.csv"))[1:]
    said = {"quiz": "b", "truefalse": "True", "rating": "4", "ranking": "1. c; 2. b; 3. a",
            "words": "valve"}  # fmt: skip
    assert row[4] == said[kind]
    assert "Who chose what" in reader(world, "host").get(f"{url}summary/").content.decode()


def test_an_anonymous_poll_tells_who_took_part_and_nothing_more(world: World) -> None:
    world.start()
    poll = held(world, Plan("Honestly?", ("yes", "no"), anonymous=True), 0, [])
    url = f"/classes/{world.code}/polls/{poll.pk}"
    [row] = rows(reader(world, "host").get(f"{url}.csv"))[1:]
    assert row[1:] == ["Ann", "crew (en)", "", "(anonymous)"]
    page = reader(world, "host").get(f"{url}/").content.decode()
    assert "was never stored" in page


def test_what_was_hidden_later_is_in_neither_replay_nor_return(world: World) -> None:
    world.start()
    poll = held(world, Plan("In a word?", kind="words", most=2), -1, ["valve", "rude"])
    rude = Answer.objects.get(text="rude").pk
    before = str(replayed(world.room.pk, 0, 0).events)
    assert "rude" in before
    world.do(actions.moderate, world.host, poll.pk, rude, False)
    after = str(replayed(world.room.pk, 0, 0).events)
    assert "rude" not in after
    assert "valve" in after
    back = returned.told(world.room.pk, 0, staff=False) or []
    assert b"rude" not in b"".join(data for _, data in back)
    world.end()
    url = f"/classes/{world.code}/summary/"
    assert "rude" not in reader(world, "ann").get(url).content.decode()
    page = reader(world, "host").get(url).content.decode()
    assert "rude · not shown" in " ".join(page.split())


def test_whoever_was_not_told_that_names_are_seen_stays_unseen(world: World) -> None:
    """Polls from before the card said so."""
    world.start()
    poll = held(world, Plan("Which?", ("yes", "no")), 0, [])
    Poll.objects.filter(pk=poll.pk).update(names_told=False)
    [row] = rows(reader(world, "host").get(f"/classes/{world.code}/polls/{poll.pk}.csv"))[1:]
    assert row[1:] == ["Ann", "crew (en)", "", "(not shown: voters had not been told)"]
