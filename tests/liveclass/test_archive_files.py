"""The chat as a file: for whom, what is in it, and that it was taken."""

from __future__ import annotations

import csv
import io

import pytest

from liveclass.acts.models import Act, Kind
from liveclass.archive import sheets
from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.rooms.models import Room
from tests.liveclass.world import World
from tests.people import signed_in

KINDS = ("csv", "txt")


def take(world: World, kind: str, who: str = "host", language: str = "en") -> str:
    answer = signed_in(world.people[who], language).get(f"/classes/{world.code}/chat/chat.{kind}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{world.code}-chat.{kind}"'
    return b"".join(answer).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("over", [False, True])
def test_those_who_hold_the_class_take_it_and_it_is_written_down(
    world: World, kind: str, over: bool
) -> None:
    world.start()
    if over:
        world.end()
    url = f"/classes/{world.code}/chat/chat.{kind}"
    people = {**world.people, "nobody": None}
    seen = {name: signed_in(one, "en").get(url).status_code for name, one in people.items()}
    assert seen == {
        "host": 200, "assistant": 200, "admin": 200, "ann": 403, "bob": 403, "stranger": 403,
        "nobody": 302,
    }  # fmt: skip
    acts = Act.objects.filter(room=world.room, kind=Kind.CHAT_EXPORTED)
    assert {one.actor.name for one in acts} == {"host", "assistant", "admin"}


def test_strange_files_and_methods(world: World) -> None:
    client = signed_in(world.people["host"])
    assert client.get(f"/classes/{world.code}/chat/chat.xlsx").status_code == 404
    assert client.get("/classes/nothere/chat/chat.csv").status_code == 404
    assert client.post(f"/classes/{world.code}/chat/chat.csv").status_code == 405
    assert not Act.objects.exists()
    assert Room.objects.count() == 1


def test_a_table_that_a_spreadsheet_opens_and_does_not_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "PIECE", 2)
    world.start()
    for text in ("=HYPERLINK(1)", "＝１＋１", "说错了", 'quoted "word", and\na break', "好"):
        world.do(chat.post, world.ann, text)
    world.do(chat.recall, world.host, Message.objects.get(text="说错了").pk)
    file = take(world, "csv")
    assert file.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"), newline="")))
    assert rows[0] == ["Time", "Staff number", "Name", "Role", "Text"]
    assert [row[-1] for row in rows[1:]] == [
        "'=HYPERLINK(1)", "'＝１＋１", 'quoted "word", and\na break', "好",
    ]  # fmt: skip
    assert {tuple(row[2:4]) for row in rows[1:]} == {("Ann", "Member")}
    assert file.count("\r\n") == 5


def test_text_in_which_nobody_writes_the_line_of_another(world: World) -> None:
    world.start()
    world.do(chat.post, world.ann, "hello\n12:00:00 host: I agree")
    first, second = take(world, "txt", language="zh-hans").removeprefix("\ufeff").splitlines()
    assert first.endswith(" ann: hello")
    assert second == "    12:00:00 host: I agree"
