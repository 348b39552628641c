"""The tree editor: rows against trees, its buttons, and the page that carries both."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.authoring.branches import (
    BadRows,
    Fault,
    Row,
    checked,
    next_condition,
    rows_of,
    rule_of,
    stepped,
)
from courses.catalog.models import Course
from courses.completion.actions import enrol
from courses.completion.queries import lessons_of
from courses.completion.rules import (
    MAX_DEPTH,
    All,
    AtLeast,
    Attended,
    Finished,
    Passed,
    Rule,
    Some,
    Watched,
    encode,
)
from courses.study.queries import Choice, Missing, course_of
from tests.people import People, signed_in

KINDS = {1: "video", 2: "quiz", 3: "live", 4: "in_person", 5: "document"}
COURSES = frozenset({7, 8})


def leaf() -> st.SearchStrategy[Rule]:
    permille = st.integers(1, 100).map(lambda percent: percent * 10)
    return st.one_of(
        st.builds(Watched, lesson=st.just(1), permille=permille),
        st.builds(Passed, lesson=st.just(2), permille=permille),
        st.builds(
            Attended, lesson=st.just(3), permille=permille,
            way=st.sampled_from(["live", "replay", "together"]),
        ),
        st.builds(Finished, course=st.sampled_from(sorted(COURSES))),
    )  # fmt: skip


@st.composite
def group(draw: st.DrawFn, levels: int = MAX_DEPTH - 1) -> Rule:
    inner = st.one_of(leaf(), group(levels - 1)) if levels > 1 else leaf()
    parts = tuple(draw(st.lists(inner, min_size=1, max_size=3)))
    kind = draw(st.sampled_from(["all", "any", "at"]))
    if kind == "at":
        return AtLeast(number=draw(st.integers(1, len(parts))), of=parts)
    return All(parts) if kind == "all" else Some(parts)


@given(group())
def test_a_tree_is_the_same_after_its_rows(rule: Rule) -> None:
    assert rule_of(checked(rows_of(rule)), KINDS, COURSES) == rule


@given(group(), st.data())
def test_buttons_leave_a_tree_and_lose_nothing_else(rule: Rule, data: st.DataObject) -> None:
    rows = list(checked(rows_of(rule)))
    at = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from(["add", "group", "remove", "up", "down"]))
    fresh = Row(0, "lesson-5", 33)
    try:
        changed, focus = stepped(rows, f"{name}-{at}", fresh)
    except BadRows:
        full = rows[at].depth + 1 + (name == "group") >= MAX_DEPTH
        assert full or (name in {"add", "group"} and not rows[at].is_group) or at == 0
        return
    checked(changed)
    what, before = [one.what for one in changed], [one.what for one in rows]
    if name in {"add", "group"}:
        assert changed[focus] == (fresh if name == "add" else Row(0, "all"))._replace(
            depth=rows[at].depth + 1
        )
        assert what[:focus] + what[focus + 1 :] == before
    elif name == "remove":
        assert len(changed) < len(rows)
        assert changed[focus].is_group
        assert focus < at
    else:
        assert sorted(what) == sorted(before)
        assert changed[focus] == rows[at]
        back, _ = stepped(changed, f"{'down' if name == 'up' else 'up'}-{focus}", fresh)
        assert back == rows or changed == rows  # at the end of its group it stays


@pytest.mark.parametrize(
    "rows",
    [
        [], [Row(1, "all")], [Row(0, "lesson-1", 95)], [Row(0, "at-0")],
        [Row(0, "all"), Row(2, "lesson-1", 95)], [Row(0, "all"), Row(0, "all")],
        [Row(0, "all"), Row(1, "lesson-1", 95), Row(2, "lesson-1", 95)],
        [Row(depth, "all") for depth in range(MAX_DEPTH + 1)],
        [Row(0, "all"), *[Row(1, "lesson-1", 95)] * 400],
    ],
)  # fmt: skip
def test_rows_that_are_no_tree(rows: list[Row]) -> None:
    with pytest.raises(BadRows):
        checked(rows)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (Row(1, "", 95), "nothing"), (Row(1, "lesson-99", 95), "nothing"),
        (Row(1, "course-9"), "nothing"), (Row(1, "lesson-1-live", 95), "nothing"),
        (Row(1, "answered-2", 95), "nothing"), (Row(1, "lesson-1", 0), "percent"),
        (Row(1, "lesson-1", 101), "percent"), (Row(1, "all"), "empty"),
    ],
)  # fmt: skip
def test_what_a_tree_cannot_ask_for_is_said_at_its_row(row: Row, code: str) -> None:
    with pytest.raises(Fault) as found:
        rule_of([Row(0, "all"), Row(1, "lesson-5", 100), row], KINDS, COURSES)
    assert (found.value.at, found.value.code) == (2, code)
    with pytest.raises(Fault, match="fewer"):
        rule_of([Row(0, "at-2"), Row(1, "lesson-5", 100)], KINDS, COURSES)


def test_a_new_condition_asks_for_what_nothing_asks_for_yet() -> None:
    assert next_condition([Row(0, "all"), Row(1, "lesson-1", 9)], KINDS) == Row(0, "lesson-2", 60)
    everything = [Row(0, "all"), *(Row(1, f"lesson-{one}", 50) for one in KINDS)]
    assert next_condition(everything, KINDS).what == ""


class Page(HTMLParser):
    """What a browser would send back of the page it got."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.depth: list[str] = []
        self.what: list[str] = []
        self.percent: list[str] = []
        self._choosing = False
        self.feed(body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name, value = values.get("name"), values.get("value") or ""
        if tag == "select":
            self._choosing = name == "what"
            self.what += [""] if self._choosing else []
        elif tag == "option" and self._choosing and "selected" in values:
            self.what[-1] = value
        elif tag == "input" and name in {"depth", "percent"}:
            getattr(self, name).append(value)

    def press(self, do: str) -> dict[str, object]:
        return {"depth": self.depth, "what": self.what, "percent": self.percent, "do": do}


@pytest.mark.django_db
def test_a_nested_rule_is_written_with_buttons_and_read_by_the_member(
    course: Course, people: People
) -> None:
    author = signed_in(people.host, "en")
    a, b = lessons_of(course)
    address = f"/courses/{course.code}/edit/rule/tree/"
    page = Page(author.get(address).content)
    assert page.what == ["all", f"lesson-{a.pk}", f"lesson-{b.pk}"]

    page = Page(author.post(address, page.press("group-0")).content)
    course.refresh_from_db()
    assert (page.depth[-1], page.what[-1], course.rule) == ("1", "all", "")
    for _ in range(2):
        page = Page(author.post(address, page.press("add-3")).content)
    page.what = ["any", f"lesson-{a.pk}", f"lesson-{b.pk}", "all", f"lesson-{a.pk}", ""]
    answer = author.post(address, page.press("save"))
    assert answer.status_code == 422
    assert "Choose what is asked for" in answer.content.decode()
    page = Page(answer.content)  # nothing of it is lost
    page = Page(author.post(address, page.press("remove-1")).content)
    page.what[-1] = f"lesson-{b.pk}"
    page.percent[-1] = "50"
    assert author.post(address, page.press("save")).status_code == 302
    course.refresh_from_db()
    read = {"rule": "read", "permille": 1000}
    assert json.loads(course.rule) == {
        "rule": "any",
        "of": [
            {**read, "lesson": b.pk},
            {
                "rule": "all",
                "of": [
                    {**read, "lesson": a.pk},
                    {"rule": "read", "lesson": b.pk, "permille": 500},
                ],
            },
        ],
    }
    simple = author.get(f"/courses/{course.code}/edit/rule/").content.decode()
    assert "has another shape" in simple
    assert address in simple

    enrol([people.member.pk], course.pk)
    (choice,) = course_of(people.member, course).steps
    assert isinstance(choice, Choice)
    alone, both = choice.of
    assert (choice.left, choice.is_all) == (1, False)
    assert isinstance(alone, Missing)
    assert alone.lesson == b
    assert isinstance(both, Choice)
    assert both.is_all
    text = signed_in(people.member, "en").get(f"/courses/{course.code}/").content.decode()
    assert text.index("One of these:") < text.index("All of these:")


@pytest.mark.django_db
def test_a_torn_page_changes_nothing(course: Course, people: People) -> None:
    author = signed_in(people.host)
    (a, _b) = lessons_of(course)
    address = f"/courses/{course.code}/edit/rule/tree/"
    whole = {"depth": ["0", "1"], "what": ["all", f"lesson-{a.pk}"], "percent": ["0", "100"]}
    for wrong in (
        {"do": "save", "depth": ["0"]}, {"do": "save", "depth": ["0", "x"]}, {"do": "add-1"},
        {"do": "add-9"}, {"do": "remove-0"}, {"do": "up-0"}, {"do": ""}, {"do": "burn-1"},
        {"do": "save", "depth": [], "what": [], "percent": []}, {"do": "add-²"},
    ):  # fmt: skip
        assert author.post(address, {**whole, **wrong}).status_code == 400, wrong
    course.refresh_from_db()
    assert course.rule == ""
    other = Course.objects.create(code="OTHER", title="别的课", author=people.admin)
    named = {**whole, "what": ["all", f"course-{other.pk}"], "do": "save"}
    assert author.post(address, named).status_code == 422  # a draft cannot be finished
    course.rule = encode(Finished(course=other.pk))
    course.save()
    assert author.post(address, named).status_code == 302  # what the rule asks for already stays
    course.refresh_from_db()
    assert json.loads(course.rule)["of"] == [{"rule": "finished", "course": other.pk}]


@pytest.mark.django_db
def test_who_may_write_a_tree(course: Course, people: People) -> None:
    address = f"/courses/{course.code}/edit/rule/tree/"
    for role, member in people.everybody.items():
        wanted = 302 if member is None else 200 if role in {"host", "admin"} else 403
        assert signed_in(member).get(address).status_code == wanted, role
        wanted = 302 if member is None else 400 if role in {"host", "admin"} else 403
        assert signed_in(member).post(address).status_code == wanted, role
