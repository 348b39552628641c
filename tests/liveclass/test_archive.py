"""The chat before a snapshot's lines: by place and by words, for whom, and what is left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.activities.models import Session
from liveclass.admission import actions as admission
from liveclass.archive import pace, queries, views
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.recordings.models import Hidden
from liveclass.removal import actions as removal
from tests.liveclass.world import World
from tests.people import signed_in


def fill(world: World, texts: list[str], who: str = "ann") -> list[int]:
    """Lines by ``who``, a second apart from the beginning of the class; their numbers."""
    began = world.room.started_at or timezone.now()
    made = Message.objects.bulk_create(
        Message(
            room=world.room, author_id=getattr(world, who).member, author_role="member", text=text,
            at=began + timedelta(seconds=second),
        )
        for second, text in enumerate(texts)
    )  # fmt: skip
    return [one.pk for one in made]


@pytest.fixture(autouse=True)
def _nobody_has_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have their own people, some with the ids of others before them."""
    monkeypatch.setattr(views, "searches", pace.Pace())


@pytest.fixture
def client(world: World) -> Client:
    world.start()
    return signed_in(world.people["bob"], "en")


def read(client: Client, world: World, **asked: object) -> dict[str, Any]:
    answer = client.get(f"/classes/{world.code}/chat/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def find(client: Client, world: World, words: str, **asked: object) -> dict[str, Any]:
    answer = client.get(f"/classes/{world.code}/chat/search/", {"q": words, **asked})
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(answer: dict[str, Any]) -> list[int]:
    return [one["id"] for one in answer["lines"]]


def test_paging_back_reaches_the_first_line_and_leaves_none_out(
    client: Client, world: World
) -> None:
    lines = fill(world, [f"line {n}" for n in range(2 * queries.PAGE + 5)])
    seen: list[int] = []
    page: dict[str, Any] = {"earlier": True}
    while page["earlier"]:
        page = read(client, world, before=seen[0] if seen else lines[-1])
        seen = ids(page) + seen
        fill(world, ["meanwhile"])  # others go on writing
    assert seen == lines[:-1]


def test_a_place_has_its_neighbours_on_both_sides(client: Client, world: World) -> None:
    lines = fill(world, [f"line {n}" for n in range(200)])
    found = read(client, world, around=lines[100])
    half = queries.PAGE // 2
    assert ids(found) == lines[100 - half : 101 + half]
    assert (found["earlier"], found["later"]) == (True, True)
    on = read(client, world, after=ids(found)[-1])
    assert ids(on) == lines[101 + half : 101 + half + queries.PAGE]
    last = read(client, world, after=lines[-3])
    assert (ids(last), last["later"]) == (lines[-2:], False)
    assert read(client, world, around=lines[1])["earlier"] is False


def test_a_recalled_line_stays_recalled_and_is_not_found(client: Client, world: World) -> None:
    world.do(chat.post, world.ann, "a secret word")
    line = Message.objects.get()
    assert ids(find(client, world, "secret")) == [line.pk]
    world.do(chat.recall, world.assistant, line.pk)
    [told] = read(client, world, around=line.pk)["lines"]
    assert (told["text"], told["recalled"], told["recalled_by"]["role"]) == ("", True, "assistant")
    assert ids(find(client, world, "secret")) == []


def test_a_class_that_is_not_there(client: Client, world: World) -> None:
    [line] = fill(world, ["here"])
    assert ids(read(client, world, before=2**53 - 1)) == [line]
    assert client.get("/classes/nothere/chat/", {"before": 5}).status_code == 404


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("先把疏水阀打开，再暖管", "疏水阀"),
        ("Please OPEN the Drain", "open the"),
        ("压力 ６.５ ＭＰａ", "6.5 mpa"),
        ("ｶﾞｽ", "ガス"),
        ("Straße", "STRASSE"),
        ("two\nlines", "two lines"),
        ("100% sure_", "0% sure_"),
    ],
)
def test_words_are_found_as_people_type_them(
    client: Client, world: World, said: str, wanted: str
) -> None:
    _, line, _ = fill(world, ["别的", said, "something else"])
    assert ids(find(client, world, f"  {wanted} ")) == [line]


def test_hits_come_in_pages_and_a_long_class_in_parts(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SCANNED", 60)
    texts = ["阀" if n % 2 else "x" for n in range(100)] + ["x"] * 100
    wanted = [pk for pk, text in zip(fill(world, texts), texts, strict=True) if text == "阀"]
    seen: list[int] = []
    answers = 0
    page: dict[str, Any] = find(client, world, "阀")
    assert ids(page) == [], "the newest 60 lines say nothing of it, and the page goes on"
    while page["before"] is not None:
        page = find(client, world, "阀", before=page["before"])
        assert len(page["lines"]) <= queries.HITS
        seen += ids(page)
        answers += 1
    assert seen == wanted[::-1]
    assert answers > 3


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("chat/", "malformed"),
        ("chat/?before=", "malformed"),
        ("chat/?before=-1", "malformed"),
        ("chat/?before=9007199254740993", "malformed"),
        ("chat/?around=%D9%A1", "malformed"),
        ("chat/search/", "text_empty"),
        ("chat/search/?q=%20%E3%80%80", "text_empty"),
        ("chat/search/?q=" + "x" * 101, "text_too_long"),
        ("chat/search/?q=x&before=x", "malformed"),
    ],
)
def test_what_cannot_be_answered_is_said(
    client: Client, world: World, path: str, code: str
) -> None:
    answer = client.get(f"/classes/{world.code}/{path}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["message"]


def test_one_person_searches_at_a_bounded_pace(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(views, "searches", pace.Pace(lambda: seconds[0]))
    url = f"/classes/{world.code}/chat/search/?q=x"
    seen = [client.get(url).status_code for _ in range(pace.BURST + 1)]
    assert seen == [200] * pace.BURST + [429]
    assert client.get(url).json()["code"] == "too_fast"
    assert signed_in(world.people["ann"]).get(url).status_code == 200
    seconds[0] = 1.0
    assert client.get(url).status_code == 200


def test_few_people_are_remembered() -> None:
    remembered = pace.Pace(lambda: 0.0)
    for member in range(pace.PEOPLE + 50):
        assert remembered.allows(member)
    assert len(remembered) == pace.PEOPLE


@pytest.mark.parametrize("page", ["chat/?before=9", "chat/search/?q=x"])
def test_who_may_read(world: World, page: str) -> None:
    world.start()
    url = f"/classes/{world.code}/{page}"
    people = {**world.people, "nobody": None}
    seen = {name: signed_in(one, "en").get(url).status_code for name, one in people.items()}
    assert seen == {
        "host": 200, "assistant": 200, "ann": 200, "bob": 200, "admin": 200,
        "stranger": 403, "nobody": 401,
    }  # fmt: skip
    assert signed_in(world.people["ann"]).post(url).status_code == 405


def test_who_was_sent_out_or_waits_at_the_door_reads_nothing(world: World) -> None:
    world.start()
    world.enter(world.ann)
    url = f"/classes/{world.code}/chat/?before=9"
    world.do(admission.lock, world.host, True)
    ann, bob = (signed_in(world.people[name], "en") for name in ("ann", "bob"))
    assert ann.get(url).status_code == 200, "she was in already"
    assert bob.get(url).json()["code"] == "locked"
    world.do(removal.remove_member, world.host, world.ann.member)
    assert ann.get(url).json()["code"] == "removed"


def test_afterwards_members_read_what_the_replay_shows(world: World) -> None:
    world.start()
    kept, hidden, late = fill(world, ["first word", "second word", "third word"])
    world.end()
    Hidden.objects.create(
        room=world.room, message_id=hidden, by=world.people["host"], at=timezone.now()
    )
    Session.objects.filter(pk=world.session.pk).update(shown_from=0, shown_to=1)
    member, host = (signed_in(world.people[name], "en") for name in ("ann", "host"))
    assert ids(read(member, world, before=late + 1)) == [kept]
    assert ids(find(member, world, "word")) == [kept]
    assert ids(find(host, world, "word")) == [late, hidden, kept]
