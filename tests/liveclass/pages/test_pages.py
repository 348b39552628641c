"""What the pages say: both languages, no code in them, few queries, the right way in."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape, linebreaks

from courses.activities.models import Activity, Session
from courses.assignments.models import Obligation
from courses.catalog.models import Lesson
from courses.completion.models import Enrolment
from liveclass.models import Message, Option, Poll, Question
from liveclass.rooms.actions import start_class
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from tests.liveclass.pages.conftest import AHEAD, LATER, MOMENT, NOW, PAST, Visit

PAGES = (
    "/",
    "/classes/",
    "/classes/?show=past",
    "/classes/new/",
    f"/classes/{NOW}/",
    f"/classes/{NOW}/edit/",
    f"/classes/{PAST}/",
    f"/classes/{PAST}/summary/",
)
CHINESE = re.compile("[\u4e00-\u9fff]")


class _Page(HTMLParser):
    """Collects what the content policy forbids, headings, duplicate ids and unlabelled fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.h1 = 0
        self.ids: list[str] = []
        self.fields: list[dict[str, Any]] = []
        self.labels: set[str] = set()
        self._label_depth = 0
        self._inline_in: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.h1 += tag == "h1"
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        if tag in {"script", "style"} and values.get("type") != "application/json":
            self._inline_in = tag
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "label":
            self._label_depth += 1
            self.labels.add(str(values.get("for")))
        hidden = values.get("type") == "hidden"
        if tag in {"input", "select", "textarea"} and not hidden and not self._label_depth:
            self.fields.append(values)

    def handle_endtag(self, tag: str) -> None:
        self._label_depth -= tag == "label"
        self._inline_in = None

    def handle_data(self, data: str) -> None:
        if self._inline_in and data.strip():
            self.inline.append(self._inline_in)


def get(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("number", ["1005", "1007"])
def test_pages_are_well_formed(visit: Visit, page: str, language: str, number: str) -> None:
    found = _Page(get(visit(number, language), page))
    assert found.inline == []
    assert found.h1 == 1
    assert sorted(set(found.ids)) == sorted(found.ids)
    assert [field for field in found.fields if not _is_labelled(field, found.labels)] == []


def _is_labelled(field: dict[str, Any], labels: set[str]) -> bool:
    return field.get("id") in labels or "aria-label" in field


@pytest.mark.parametrize("page", PAGES)
def test_english_pages_have_no_chinese_but_names(visit: Visit, page: str) -> None:
    text = get(visit("1007", "en"), page)
    assert '<html lang="en"' in text
    for written in sorted(_written_by_people(), key=len, reverse=True):
        text = text.replace(escape(written), "").replace(linebreaks(written, autoescape=True), "")
    rest = {line.strip() for line in re.sub(r"<[^>]*>", "\n", text).split("\n")}
    assert {line for line in rest if CHINESE.search(line)} == {"中文"}


def _written_by_people() -> set[str]:
    """Titles, descriptions, polls, questions and messages stay in the language of their author."""
    return {
        *Activity.objects.values_list("title", flat=True),
        *Activity.objects.values_list("description", flat=True),
        *Poll.objects.values_list("question", flat=True),
        *Option.objects.values_list("text", flat=True),
        *Question.objects.values_list("text", flat=True),
        *Question.objects.values_list("answer", flat=True),
        *Message.objects.values_list("text", flat=True),
    } - {""}


@pytest.mark.parametrize("page", PAGES)
def test_chinese_pages_are_chinese(visit: Visit, page: str) -> None:
    text = get(visit("1007", "zh-hans"), page)
    assert '<html lang="zh-Hans"' in text
    for english in ("Classes", "Schedule", "Summary", "Details", "Live now", "Audience", "minutes"):
        assert not re.search(rf">[^<]*\b{english}\b[^<]*<", text), english


CEILINGS = {
    "/": 34,
    "/classes/": 16,
    "/classes/?show=past": 16,
    "/classes/new/": 20,
    f"/classes/{NOW}/": 28,
    f"/classes/{NOW}/edit/": 24,
    f"/classes/{PAST}/summary/": 54,
    f"/classes/{PAST}/summary/attendance.csv": 22,
}


@pytest.mark.parametrize("page", CEILINGS)
def test_pages_ask_the_database_few_questions(visit: Visit, page: str) -> None:
    client = visit("1007")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= CEILINGS[page]


# ---- the way in


def test_home_of_the_lecturer_leads_live_in_two_clicks(visit: Visit) -> None:
    text = get(visit("1005"), "/")
    assert f'href="/classes/{NOW}/check/">Go live<' in text
    assert text.index("Classes today") < text.index("To do")


def test_home_of_a_member_leads_into_the_class_with_one_tap(visit: Visit) -> None:
    text = get(visit("1013"), "/")
    assert f'href="/classes/{NOW}/room/?join=1">Enter class<' in text
    assert "Go live" not in text


def test_home_of_a_contractor_shows_only_what_is_meant_for_everyone(visit: Visit) -> None:
    text = get(visit("1058"), "/")
    assert LATER in text
    assert NOW not in text


def test_home_says_what_is_due_and_what_was_counted(visit: Visit) -> None:
    heating = get(visit("1055"), "/")
    assert AHEAD in heating
    listener = get(visit("1024"), "/")
    assert re.search(r"<b>4\d</b>", listener)
    assert f"/classes/{PAST}/summary/" in listener


def learn_nothing() -> None:
    """Nobody has been assigned, or has begun, a course."""
    Obligation.objects.all().delete()
    Enrolment.objects.all().delete()


def test_courses_that_were_begun_are_gone_on_with_from_home(visit: Visit) -> None:
    lesson = Lesson.objects.filter(section__course__state="published").first()
    assert lesson is not None
    course = lesson.section.course
    member = Member.objects.get(staff_no="1013")
    Enrolment.objects.update_or_create(
        member=member, course=course, period="",
        defaults={"began_at": MOMENT, "lesson": lesson, "seen_at": timezone.now()},
    )  # fmt: skip
    text = get(visit("1013"), "/")
    assert f'href="/courses/{course.code}/lessons/{lesson.pk}/"' in text
    assert f"Continue: {course.title}" in text


def test_home_without_anything_says_what_to_do(visit: Visit) -> None:
    Session.objects.update(starts_at=MOMENT.replace(year=2030))
    learn_nothing()
    text = get(visit("1013"), "/")
    for words in ("Nothing to do", "No classes today", "Nothing to continue yet"):
        assert words in text


def test_the_headline_is_today_in_the_organisations_zone(visit: Visit) -> None:
    client = visit("1013")
    with time_machine.travel("2026-12-09T17:30:00+00:00", tick=False):  # 01:30 the next day
        assert "Thursday, 10 December" in get(client, "/")
    assert "12月9日，星期三" in get(visit("1013", "zh-hans"), "/")


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(14, 0, "Not started yet"), (14, 30, "The room is open"), (16, 40, "not held")],
)
def test_the_share_page_follows_the_clock(visit: Visit, hour: int, minute: int, words: str) -> None:
    client = visit("1013")
    with time_machine.travel(MOMENT.replace(hour=hour, minute=minute), tick=False):
        assert words in get(client, f"/classes/{NOW}/")


def test_a_lecturer_who_is_late_can_still_begin(visit: Visit) -> None:
    client = visit("1005")
    with time_machine.travel(MOMENT.replace(hour=16, minute=40), tick=False):
        for page in ("/", f"/classes/{NOW}/"):
            assert f'href="/classes/{NOW}/check/">Go live<' in get(client, page)


def test_units_are_listed_as_the_language_lists_them(visit: Visit) -> None:
    assert "综合办公室、安全监察部" in get(visit("1013", "zh-hans"), f"/classes/{NOW}/")
    assert "General office, Safety supervision" in get(visit("1013"), f"/classes/{NOW}/")


def test_the_share_page_of_a_running_class_says_join(visit: Visit) -> None:
    host = Member.objects.get(staff_no="1005")
    start_class(admit(NOW, host), str(uuid4()))
    assert "Join class" in get(visit("1013"), f"/classes/{NOW}/")
    assert "Back to the class" in get(visit("1005"), "/")
    assert "Live now" in get(visit("1013"), "/classes/")


def test_the_share_page_has_link_and_qr_code(visit: Visit) -> None:
    text = get(visit("1013"), f"/classes/{NOW}/")
    assert f'value="http://testserver/classes/{NOW}/"' in text
    assert 'src="data:image/svg+xml' in text


def test_the_way_back_is_named_by_title_and_the_link_can_be_copied(visit: Visit) -> None:
    page = visit("1013").get(f"/classes/{NOW}/").content.decode()
    title = Session.objects.get(code=NOW).activity.title
    assert f'<span aria-current="page">{title}</span>' in page
    assert f"<span>{NOW}</span>" not in page
    assert 'data-copy="link"' in page
    assert 'id="link" value="http://testserver' in page
    summary = visit("1008").get(f"/classes/{PAST}/summary/").content.decode()
    assert f">{PAST}</a>" not in summary


@pytest.mark.parametrize(("language", "says"), [
    ("zh-hans", "北京时间（UTC+8）"), ("en", "Beijing time (UTC+8)"),
])  # fmt: skip
def test_the_zone_is_called_as_people_call_it(visit: Visit, language: str, says: str) -> None:
    for address in ("/", "/classes/", "/classes/new/", f"/classes/{NOW}/"):
        page = visit("1005", language).get(address).content.decode()
        assert says in page
        assert "Asia/Shanghai" not in page


def test_nothing_to_do_does_not_deny_today(visit: Visit) -> None:
    with time_machine.travel(MOMENT, tick=False):
        Session.objects.filter(code=AHEAD).update(starts_at=MOMENT + timedelta(days=30))
        learn_nothing()
        page = visit("1013", "zh-hans").get("/").content.decode()
    assert "今天的课" in page
    assert "除今天的课外，未来 7 天没有其他课。" in page
    assert "最近 7 天" not in page


def test_outsiders_read_whom_to_ask(visit: Visit) -> None:
    text = get(visit("1058"), f"/classes/{NOW}/")
    assert "Contact Xue Fang" in text
    assert f"/classes/{NOW}/room/" not in text


def test_prepared_polls_are_shown_to_staff_only(visit: Visit) -> None:
    question = "发现疏水阀冻结，第一步做什么？"
    assert question in get(visit("1007"), f"/classes/{NOW}/")
    assert question not in get(visit("1013"), f"/classes/{NOW}/")


# ---- the room


def test_the_room_page_carries_what_its_program_needs(visit: Visit) -> None:
    text = get(visit("1007"), f"/classes/{NOW}/room/")
    data = re.search(r'<script id="room-data" type="application/json">(.*?)</script>', text)
    assert data is not None
    room = json.loads(data.group(1))
    assert room["code"] == NOW
    assert room["mode"] == "console"
    assert room["me"]["role"] == "assistant"
    assert room["urls"]["ws"] == f"/ws/room/{NOW}/"
    assert room["urls"]["ticket"] == f"/classes/{NOW}/ticket/"
    assert room["lang"] == "en"
    assert room["timeZone"] == "Asia/Shanghai"


def test_members_get_the_member_s_room(visit: Visit) -> None:
    assert '"mode": "member"' in get(visit("1013"), f"/classes/{NOW}/room/")
