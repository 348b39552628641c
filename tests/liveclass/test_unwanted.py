"""Words the organisation does not want: found as people read them, refused to their author."""

from __future__ import annotations

import pytest

from liveclass.chat import actions as chat
from liveclass.chat.models import Message
from liveclass.polls import actions as polls
from liveclass.polls.models import Poll
from liveclass.polls.plans import Plan
from liveclass.questions import actions as questions
from liveclass.questions.models import Question
from liveclass.rooms.unwanted import Unwanted
from liveclass.whisper import actions as whispers
from members.units.actions import save_organisation
from tests.liveclass.world import World, refused
from tests.people import People, people, signed_in

__all__ = ["people"]

LIST = "傻瓜\nass\nC语言\n\n  Darn it \n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("你是傻瓜吗", True),
        ("你这 傻·瓜", True),
        ("傻\u200b瓜", True),
        ("大傻子 瓜子", False),
        ("Ｂｉｇ ＡＳＳ!", True),
        ("class and passage", False),
        ("assé", False),
        ("学c语言的", True),
        ("darn it", True),
        ("darn  that", False),
        ("", False),
    ],
)
def test_as_people_read_it(text: str, found: bool) -> None:
    assert Unwanted(LIST.splitlines()).is_in(text) is found


def test_signs_of_patterns_are_only_signs() -> None:
    words = Unwanted(["a.b", "(x"])
    assert words.is_in("a.b")
    assert not words.is_in("acb")
    assert not Unwanted([]).is_in("anything")
    assert not Unwanted(["··", " "]).is_in("a··b")


@pytest.fixture
def listed(world: World) -> World:
    world.run(save_organisation, unwanted_words=LIST)
    return world


def test_nothing_of_it_is_said_aloud(listed: World) -> None:
    world = listed
    world.start()
    assert refused(world, chat.post, world.host, "傻瓜") == "word_unwanted"
    assert refused(world, questions.ask, world.ann, "为什么傻瓜？") == "word_unwanted"
    assert not Message.objects.exists()
    assert not Question.objects.exists()
    world.do(chat.post, world.ann, "first class")
    line = Message.objects.get().pk
    assert refused(world, chat.edit, world.ann, line, "big ass") == "word_unwanted"
    assert Message.objects.get().text == "first class"


def test_written_answers_and_not_whispers(listed: World) -> None:
    world = listed
    world.start()
    world.do(polls.write, world.host, Plan("q", kind="text"), True)
    poll = Poll.objects.get().pk
    assert refused(world, polls.cast_vote, world.ann, poll, [], ["傻瓜"]) == "word_unwanted"
    world.do(polls.cast_vote, world.ann, poll, [], ["好"])
    world.do(whispers.send, world.ann, world.host.member, "傻瓜")


def test_a_changed_list_counts_at_once_here(listed: World) -> None:
    listed.run(save_organisation, unwanted_words="")
    listed.do(chat.post, listed.ann, "傻瓜")


def test_only_platform_admins_keep_it_and_it_is_bounded(people: People) -> None:
    form = {"name_zh": "北原", "theme": "#0B5563", "unwanted_words": "傻瓜"}
    for role, who in people.everybody.items():
        wanted = 302 if role in ("admin", "anonymous") else 403
        assert signed_in(who).post("/organisation/", form).status_code == wanted, role
    for bad in ("x\n" * 501, "x" * 41):
        answer = signed_in(people.admin, "en").post(
            "/organisation/", form | {"unwanted_words": bad}
        )
        assert "At most 500 words" in answer.content.decode()
