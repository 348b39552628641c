"""Captions: written by the staff, taken back, kept for the replay and as a file."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from courses.activities.intervals import moment as moment_of
from liveclass.captions import actions, queries
from liveclass.captions.models import Caption
from liveclass.captions.webvtt import timestamp, webvtt
from realtime.protocol.captions import CAPTION_CHARS, CaptionRecalled, CaptionSaid
from tests.liveclass.world import World, new_id, refused


def say(world: World, text: str = "先关疏水阀") -> int:
    """A caption of the assistant."""
    world.do(actions.say, world.assistant, text)
    return Caption.objects.latest("pk").pk


def test_a_caption_is_told_once_and_kept(world: World) -> None:
    world.start()
    command = new_id()
    seq = world.run(actions.say, world.assistant, command, "  先关\n疏水阀 ", "speech")
    assert world.run(actions.say, world.assistant, command, "again") == seq
    [event] = world.events(CaptionSaid)
    assert (event.seq, event.caption.text, event.caption.source) == (seq, "先关 疏水阀", "speech")
    assert Caption.objects.count() == 1


@pytest.mark.parametrize("action", [actions.say, actions.recall])
def test_only_the_staff_writes_captions(world: World, action: object) -> None:
    world.start()
    caption = say(world)
    words = "mine" if action is actions.say else caption
    assert refused(world, action, world.ann, words) == "staff_only"  # type: ignore[arg-type]
    assert world.do(action, world.host, words) > 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "code"), [(" \u200b", "text_empty"), ("x" * (CAPTION_CHARS + 1), "text_too_long")]
)
def test_text_limits(world: World, text: str, code: str) -> None:
    world.start()
    assert refused(world, actions.say, world.host, text) == code
    assert not Caption.objects.exists()


def test_when_captions_are_written(world: World) -> None:
    world.start()
    caption = say(world)
    world.end()
    assert refused(world, actions.say, world.host, "late") == "class_ended"
    # what was wrong may still be taken back: the replay shows it
    assert world.do(actions.recall, world.host, caption) > 0


def test_there_is_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CAPTIONS_PER_ROOM", 1)
    world.start()
    say(world)
    assert refused(world, actions.say, world.host, "more") == "caption_limit"


def test_taken_back_is_taken_back_once(world: World) -> None:
    world.start()
    caption = say(world)
    seq = world.do(actions.recall, world.host, caption)
    assert world.do(actions.recall, world.host, caption) == 0
    assert world.events(CaptionRecalled) == [CaptionRecalled(seq=seq, caption=caption)]
    assert [one.text for one in queries.newest(world.host.room_id)] == [""]
    assert refused(world, actions.recall, world.host, 10**9) == "caption_unknown"


def test_the_newest_are_in_the_snapshot(world: World) -> None:
    world.start()
    for number in range(5):
        say(world, f"line {number}")
    assert [one.text for one in queries.newest(world.room.pk)] == ["line 2", "line 3", "line 4"]


def test_a_caption_stands_until_the_next_one(world: World) -> None:
    world.start()
    began = 1_000_000.0
    for text, at in (("early", -3.0), ("a", 2.0), ("b", 4.0), ("gone", 5.0), ("c", 30.0)):
        caption = say(world, text)
        moment = moment_of(began + at)
        gone = moment if text == "gone" else None
        Caption.objects.filter(pk=caption).update(at=moment, recalled_at=gone)
    found = [(one.start, one.end, one.text) for one in queries.cues(world.room.pk, began)]
    assert found == [(2.0, 4.0, "a"), (4.0, 11.0, "b"), (30.0, 37.0, "c")]


def test_the_database_refuses_what_is_no_caption(world: World) -> None:
    author = world.people["host"]
    for wrong in ({"text": ""}, {"source": "dreamt"}):
        fields = {"text": "x", "source": "typed", "at": world.session.starts_at} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Caption.objects.create(room=world.room, author=author, **fields)


def test_the_file_of_captions_is_webvtt() -> None:
    assert timestamp(3723.0045) == "01:02:03.004"
    assert timestamp(59.9996) == "00:01:00.000"
    cues = [queries.Cue(0, 2, "p < 1 & q"), queries.Cue(2, 3.5, "-->")]
    assert webvtt(cues, "zh-Hans") == (
        "WEBVTT\nLanguage: zh-Hans\n"
        "\n00:00:00.000 --> 00:00:02.000\np &lt; 1 &amp; q\n"
        "\n00:00:02.000 --> 00:00:03.500\n--&gt;\n"
    )
    assert webvtt([]) == "WEBVTT\n"
