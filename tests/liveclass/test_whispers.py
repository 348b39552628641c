"""Whispers: between two people, read by nobody else, anonymous where that is true, and gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from liveclass.rooms.actor import Actor
from liveclass.rooms.models import RoomEvent
from liveclass.snapshot import room_state
from liveclass.whisper import actions, keeping, queries, vault
from liveclass.whisper.models import Whisper, WhisperThread
from realtime.protocol.events import MyWhispers
from realtime.protocol.state import WhisperThread as Thread
from realtime.protocol.whisper import WHISPER_CHARS
from tests.liveclass.world import World, make_member, new_id, refused

WORDS = "夜班只有两个人时，监护人由谁担任？"
OLD, NEW = "old-secret-" + "0" * 32, "new-secret-" + "1" * 32


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann and bob are a crowd, so that names can be hidden."""
    monkeypatch.setattr(queries, "CROWD", 2)


def whisper(world: World, who: Actor, *more: Any, text: str = WORDS) -> WhisperThread:
    """``who`` whispers to the lecturer."""
    world.do(actions.send, who, world.host.member, text, *more)
    return WhisperThread.objects.latest("changed_at")


def seen(world: World, who: Actor, thread: WhisperThread | None = None) -> list[Thread]:
    """The threads of ``who``, with the letters of one."""
    member = next(one for one in world.people.values() if one.pk == who.member)
    return queries.box(world.room, member, thread.pk if thread else None).threads


def test_a_letter_goes_to_one_person_and_comes_back(world: World) -> None:
    world.start()
    thread = whisper(world, world.ann)
    assert {one.member for one in world.heard} == {world.ann.member, world.host.member}
    [to_host] = [one.event for one in world.heard if one.member == world.host.member]
    assert isinstance(to_host, MyWhispers)
    assert (to_host.whispers.unread, to_host.whispers.threads) == (1, 1)
    [received] = seen(world, world.host, thread)
    assert [one.text for one in received.letters] == [WORDS]
    assert received.other is not None
    assert (received.other.name, received.mine, received.anonymous) == ("ann", False, False)
    world.do(actions.read, world.host, thread.pk, received.letters[0].id)
    world.do(actions.answer, world.host, thread.pk, "问得对。")
    [begun] = seen(world, world.ann, thread)
    assert (begun.mine, begun.unread, begun.answered) == (True, 1, True)
    assert [(one.mine, one.text) for one in begun.letters] == [(True, WORDS), (False, "问得对。")]
    assert begun.letters[0].read_at is not None


def test_nobody_else_has_it(world: World) -> None:
    world.start()
    thread = whisper(world, world.ann)
    for other in (world.assistant, world.bob):
        assert seen(world, other) == []
        assert room_state(other).whispers == queries.NOTHING
        for act, what in (
            (actions.answer, (thread.pk, "x")),
            (actions.read, (thread.pk, 1)),
            (actions.block, (thread.pk,)),
            (actions.withdraw, (thread.letters.get().pk,)),
        ):
            assert refused(world, act, other, *what) == "whisper_unknown"
        world.do(actions.delete, other, thread.pk)
    assert Whisper.objects.count() == 1
    assert not RoomEvent.objects.filter(type__startswith="whisper").exists()


def test_no_table_has_the_words_nor_who_hides(world: World, crowd: None) -> None:
    """Every row of every table, as who copies the database would read it."""
    world.start()
    thread = whisper(world, world.ann, True)
    world.do(actions.answer, world.host, thread.pk, "问得对。")
    words = (WORDS, "问得对。")
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                texts = [one if isinstance(one, bytes) else str(one).encode() for one in row]
                assert not any(word.encode() in text for word in words for text in texts), table
    rows = [
        {name: value for name, value in row.items() if not name.endswith("id")}
        for model in (WhisperThread, Whisper)
        for row in model.objects.values()
    ]
    assert all(world.ann.member not in row.values() for row in rows)
    named = WhisperThread.objects.values_list("sender_id", "recipient_id").get()
    assert named == (None, world.host.member)


def test_a_command_that_comes_again_brings_nothing(world: World) -> None:
    world.start()
    command = new_id()
    for _ in range(2):
        world.run(actions.send, world.ann, command, world.host.member, WORDS)
    thread, letter = WhisperThread.objects.get(), Whisper.objects.get()
    world.do(actions.withdraw, world.ann, letter.pk)
    world.run(actions.send, world.ann, command, world.host.member, WORDS)
    assert Whisper.objects.get().sealed == b""
    answer = new_id()
    for _ in range(2):
        world.run(actions.answer, world.host, answer, thread.pk, "yes")
    assert thread.letters.filter(by_sender=False).count() == 1


def test_an_anonymous_sender_is_in_no_column(world: World, crowd: None) -> None:
    world.start()
    thread = whisper(world, world.ann, True)
    again = whisper(world, world.ann, True, text="noch etwas")
    named = whisper(world, world.ann)
    assert thread.pk == again.pk != named.pk
    row = WhisperThread.objects.filter(pk=thread.pk).values().get()
    assert row["sender_id"] is None
    assert b"member" not in bytes(row["behind"])
    assert len({row["tag"], vault.tag(row["room_id"], world.bob.member)}) == 2
    shown = next(one for one in seen(world, world.host, thread) if one.anonymous)
    assert (shown.other, shown.unit) == (None, "")
    world.do(actions.answer, world.host, thread.pk, "answered")
    mine = next(one for one in seen(world, world.ann, thread) if one.anonymous)
    assert [one.text for one in mine.letters] == [WORDS, "noch etwas", "answered"]
    assert mine.other is not None


def test_the_unit_is_told_only_when_it_hides(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "CROWD", 2)
    world.start()
    assert refused(world, actions.send, world.ann, world.host.member, "x", True, True) == (
        "whisper_anonymity"
    )
    make_member("cat", world.people["ann"].department)
    thread = whisper(world, world.ann, True, True)
    [shown] = seen(world, world.host, thread)
    assert (shown.unit, shown.other) == ("crew", None)


@pytest.mark.parametrize("who", ["ann", "assistant"])
def test_names_are_hidden_only_where_that_is_true(world: World, who: str, settings: Any) -> None:
    """Two members are no crowd, the staff is none either, and the organisation may not want it."""
    world.start()
    send = (actions.send, getattr(world, who), world.host.member, "x", True)
    assert refused(world, *send) == "whisper_anonymity"
    settings.WHISPER_ANONYMITY = False
    box = queries.box(world.room, world.people[who])
    assert not box.anonymous


def test_whom_one_can_whisper_to(world: World) -> None:
    world.start()
    names = [one.name for one in queries.box(world.room, world.people["ann"]).recipients]
    assert names == ["host", "assistant"]
    for to in (world.bob.member, world.people["admin"].pk, world.ann.member, 2**40):
        assert refused(world, actions.send, world.ann, to, "x") == "whisper_recipient"
    assert refused(world, actions.send, world.host, world.host.member, "x") == "whisper_recipient"


@pytest.mark.parametrize(
    ("text", "code"), [(" \u200b", "text_empty"), ("x" * (WHISPER_CHARS + 1), "text_too_long")]
)
def test_text_limits(world: World, text: str, code: str) -> None:
    world.start()
    assert refused(world, actions.send, world.ann, world.host.member, text) == code
    assert not WhisperThread.objects.exists()


def test_after_the_class_threads_go_on_and_none_begins(world: World) -> None:
    world.start()
    thread = whisper(world, world.ann)
    world.end()
    assert refused(world, actions.send, world.bob, world.host.member, "late") == "class_ended"
    assert not queries.box(world.room, world.people["ann"]).open
    world.do(actions.answer, world.host, thread.pk, "the day after")
    assert thread.letters.count() == 2


def test_taking_back_and_deleting(world: World) -> None:
    world.start()
    thread = whisper(world, world.ann)
    letter = thread.letters.get()
    assert refused(world, actions.withdraw, world.host, letter.pk) == "whisper_unknown"
    world.do(actions.read, world.host, thread.pk, letter.pk)
    assert refused(world, actions.withdraw, world.ann, letter.pk) == "whisper_read"
    assert refused(world, actions.delete, world.host, thread.pk) == "whisper_unknown"
    world.do(actions.delete, world.ann, thread.pk)
    assert not WhisperThread.objects.exists()
    assert room_state(world.host).whispers == queries.NOTHING


def test_who_receives_no_more_stays_deaf_though_the_thread_is_deleted(
    world: World, crowd: None
) -> None:
    world.start()
    thread = whisper(world, world.ann, True)
    assert refused(world, actions.block, world.ann, thread.pk) == "whisper_unknown"
    world.do(actions.block, world.host, thread.pk)
    send = (actions.send, world.ann, world.host.member, "again", True)
    assert refused(world, *send) == "whisper_blocked"
    world.do(actions.delete, world.ann, thread.pk)
    assert refused(world, *send) == "whisper_blocked"
    assert not Whisper.objects.exists()
    world.do(actions.block, world.host, thread.pk, False)
    world.do(*send)


def test_nobody_is_flooded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "UNANSWERED", 2)
    world.start()
    thread = whisper(world, world.ann)
    whisper(world, world.ann)
    assert refused(world, actions.send, world.ann, world.host.member, "x") == "whisper_limit"
    world.do(actions.answer, world.host, thread.pk, "yes?")
    whisper(world, world.ann)
    monkeypatch.setattr(actions, "LETTERS_PER_THREAD", 4)
    assert refused(world, actions.answer, world.host, thread.pk, "x") == "whisper_limit"


def test_the_day_comes(world: World, settings: Any) -> None:
    settings.WHISPER_DAYS = 30
    world.start()
    thread = whisper(world, world.ann)
    assert thread.expires_at - thread.changed_at == timedelta(days=30)
    assert keeping.expire() == 0
    WhisperThread.objects.update(expires_at=timezone.now())
    # gone for everybody, before the worker has come
    assert room_state(world.host).whispers == queries.NOTHING
    assert refused(world, actions.answer, world.host, thread.pk, "late") == "whisper_unknown"
    fresh = whisper(world, world.ann, text="a new one")
    assert [one.text for one in seen(world, world.ann, fresh)[0].letters] == ["a new one"]
    WhisperThread.objects.update(expires_at=timezone.now())
    client = Client()
    client.force_login(world.people["ann"])
    shown = client.get(f"/classes/{world.code}/whispers/box.json").json()
    assert shown["threads"] == []
    assert not Whisper.objects.exists()


def test_secrets_are_turned(world: World, crowd: None, settings: Any) -> None:
    settings.WHISPER_SECRETS = [OLD]
    world.start()
    thread = whisper(world, world.ann, True)
    settings.WHISPER_SECRETS = [NEW, OLD]
    assert whisper(world, world.ann, True, text="still the same thread").pk == thread.pk
    assert keeping.reseal() == (2, 0)
    assert keeping.reseal() == (0, 0)
    settings.WHISPER_SECRETS = [NEW]
    [mine] = seen(world, world.ann, thread)
    assert [one.text for one in mine.letters] == [WORDS, "still the same thread"]
    settings.WHISPER_SECRETS = [OLD]
    assert seen(world, world.ann) == []
    assert keeping.reseal() == (0, 3)


def test_a_letter_moved_to_another_thread_stays_shut(world: World) -> None:
    world.start()
    thread = whisper(world, world.ann)
    other = whisper(world, world.bob)
    Whisper.objects.filter(thread=thread).update(thread=other)
    [shown] = seen(world, world.bob, other)
    assert [one.text for one in shown.letters] == ["", WORDS]


def test_without_a_secret_there_is_no_whispering(world: World, settings: Any) -> None:
    settings.WHISPER_SECRETS = []
    world.start()
    assert refused(world, actions.send, world.ann, world.host.member, "x") == "whisper_off"
    assert room_state(world.ann).whispers == queries.NOTHING
