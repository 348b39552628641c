"""The tray on the class page: polls are written, changed, ordered, copied and dropped."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from liveclass.polls import actions
from liveclass.polls.models import Poll
from liveclass.polls.plans import Plan
from liveclass.tray import actions as tray
from liveclass.tray.forms import PollForm, initial_of
from realtime.protocol.events import PollPrepared, TrayChanged
from tests.liveclass.pages.conftest import AHEAD, NOW, PAST, Visit
from tests.liveclass.viewer import Viewer
from tests.liveclass.world import World, refused

URL = f"/classes/{NOW}/polls/"


def waiting(code: str = NOW) -> list[Poll]:
    found = Poll.objects.filter(room__session__code=code, phase="prepared")
    return list(found.order_by("place", "pk"))


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"question": "", "options": "a\nb"}, "question"),
        ({"question": "q", "options": "one"}, "options"),
        ({"question": "q", "options": "same\n same "}, "options"),
        ({"question": "q", "options": "\n".join(map(str, range(51)))}, "options"),
        ({"question": "q", "options": "a\n" + "x" * 201}, "options"),
        ({"question": "q", "options": "a\nb", "kind": "quiz"}, "__all__"),
        ({"question": "q", "options": "a\nb", "kind": "multiple", "least": "3"}, "__all__"),
        ({"question": "q", "options": "a\nb", "seconds": "5"}, "seconds"),
        ({"question": "q", "options": "a\nb", "kind": "other"}, "kind"),
    ],
)
def test_mistakes_are_named(visit: Visit, data: dict[str, str], field: str) -> None:
    before = len(waiting())
    answer = visit("1005").post(URL, data)
    assert answer.status_code == 422
    assert field in answer.context["poll_form"].errors
    assert len(waiting()) == before


def test_a_prepared_poll_waits_on_the_class_page(visit: Visit) -> None:
    client = visit("1005")
    answer = client.post(URL, {"question": "听清了吗", "options": "清楚\r\n\r\n 不清楚 "})
    assert answer["Location"] == URL
    for path in (URL, f"/classes/{NOW}/"):
        page = client.get(path).content.decode()
        assert "听清了吗" in page
        assert "<li>不清楚</li>" in page


FORMS: dict[str, dict[str, str]] = {
    "quiz": {"options": "a\n* b", "explanation": "So.", "seconds": "30", "changeable": "on"},
    "multiple": {"options": "a\nb\nc", "least": "2", "most": "3"},
    "truefalse": {"right": "1", "explanation": "No."},
    "rating": {"points": "10", "anonymous": "on"},
    "ranking": {"options": "a\nb\nc"},
    "words": {"most": "2"},
    "text": {},
}


@pytest.mark.parametrize("kind", FORMS)
def test_the_form_shows_again_what_was_written(visit: Visit, kind: str) -> None:
    visit("1005").post(URL, {"kind": kind, "question": kind, **FORMS[kind]})
    poll = waiting()[-1]
    assert poll.kind == kind
    kept = initial_of(poll)
    again = PollForm({name: "" if one is None else one for name, one in kept.items()})
    assert again.is_valid(), again.errors
    assert again.plan == actions.plan_of(poll)
    right = {"quiz": [1], "truefalse": [1]}.get(kind, [])
    assert list(poll.options.filter(correct=True).values_list("order", flat=True)) == right


def test_polls_are_changed_moved_and_dropped(visit: Visit) -> None:
    client = visit("1007")
    first, second, *others = waiting()
    page = client.get(f"{URL}{second.pk}/edit/")
    assert page.context["poll_form"]["kind"].value() == "multiple"
    data = {"kind": "text", "question": "还有什么问题"}
    assert client.post(f"{URL}{second.pk}/edit/", data)["Location"] == URL
    second.refresh_from_db()
    assert (second.kind, second.options.count()) == ("text", 0)
    for to, order in (("up", [second, first]), ("up", [second, first]), ("down", [first, second])):
        client.post(f"{URL}{second.pk}/move/", {"to": to})
        assert waiting() == [*order, *others]
    assert client.post(f"{URL}{second.pk}/move/", {"to": "away"}).status_code == 404
    client.post(f"{URL}{first.pk}/delete/")
    assert waiting() == [second, *others]


def test_polls_of_an_own_class_are_copied_whatever_became_of_them(visit: Visit) -> None:
    host = visit("1008")
    url = f"/classes/{AHEAD}/polls/"
    offered = host.get(url).context["sources"]
    assert [one.code for one in offered] == [PAST]
    host.post(f"{url}copy/", {"from": PAST})
    source = Poll.objects.filter(room__session__code=PAST).order_by("pk")
    assert [one.question for one in waiting(AHEAD)] == [one.question for one in source]
    assert waiting(AHEAD)[0].options.count() == 4
    assert visit("1005").post(f"{URL}copy/", {"from": PAST}).status_code == 404, "not her class"


@pytest.mark.parametrize("path", ["", "copy/", "{}/edit/", "{}/move/", "{}/delete/"])
def test_the_tray_is_for_lecturer_and_assistants(visit: Visit, path: str) -> None:
    url = URL + path.format(waiting()[0].pk)
    data = {"question": "q", "options": "a\nb", "to": "up", "from": PAST}
    before = [(one.pk, one.question) for one in waiting()]
    for number in ("1013", "1058", "1011"):
        assert visit(number).post(url, data).status_code in (403, 404)
    assert visit(None).post(url, data).status_code == 302
    assert [(one.pk, one.question) for one in waiting()] == before


def test_a_class_that_is_over_has_no_tray(visit: Visit) -> None:
    assert visit("1008").post(f"/classes/{PAST}/polls/", {}).status_code == 403
    page = visit("1008").get(f"/classes/{PAST}/").content.decode()
    assert f"/classes/{PAST}/polls/" not in page


# ---- as pages of the room that are open hear of it


def test_the_console_follows_the_tray(world: World) -> None:
    for question in ("one", "two", "three"):
        world.do(actions.write, world.host, Plan(question, ("a", "b")), False)
    mine = Poll.objects.filter(room=world.room).order_by("place")
    one, two, three = mine.values_list("pk", flat=True)
    watching = Viewer(world.assistant)
    steps: list[tuple[Any, ...]] = [
        (tray.move, three, -2),
        (tray.change, two, Plan("new", kind="text")),
        (tray.drop, one),
        (tray.move, two, -9),
        (tray.copy, world.room.pk),
    ]
    for action, *args in steps:
        world.heard.clear()
        world.do(action, world.host, *args)
        assert {heard.to for heard in world.heard} == {"staff"}
        watching.hear(world.heard)
        watching.check()
    assert [poll.question for poll in mine.all()] == [
        "new", "three", "new", "three",
    ]  # fmt: skip
    assert {type(heard.event) for heard in world.heard} == {PollPrepared, TrayChanged}


def test_what_was_asked_can_be_neither_changed_nor_dropped(world: World) -> None:
    world.do(actions.write, world.host, Plan("one", ("a", "b")))
    poll = Poll.objects.get(room=world.room).pk
    assert refused(world, tray.drop, world.host, poll) == "poll_running"
    assert refused(world, tray.move, world.host, poll, 1) == "poll_running"
    assert refused(world, tray.change, world.host, poll, Plan("x", ("a", "b"))) == "poll_running"
    assert refused(world, tray.drop, world.host, 10**9) == "poll_unknown"
    assert refused(world, tray.drop, world.ann, poll) == "staff_only"
    assert refused(world, tray.copy, world.ann, world.room.pk) == "staff_only"


def test_the_question_is_escaped(world: World) -> None:
    world.do(actions.write, world.host, Plan("<b>bold</b>", ("a", "b")), False)
    client = Client()
    client.force_login(world.people["host"])
    page = client.get(f"/classes/{world.code}/polls/").content
    assert b"<b>bold" not in page
    assert b"&lt;b&gt;bold" in page
