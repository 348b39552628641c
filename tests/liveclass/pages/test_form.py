"""Scheduling and changing a class: what is accepted, and what each refusal says at its field."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client

from courses.activities.models import Session
from courses.activities.queries import expected
from liveclass.rooms.actions import start_class
from liveclass.rooms.queries import admit
from members.accounts.models import Member
from members.units.actions import save_organisation
from members.units.models import Unit
from tests.liveclass.pages.conftest import AHEAD, NOW, SHANGHAI, Visit

GOOD = {
    "title": "  受限空间   作业安全 ",
    "description": "看、测、通、护",
    "starts_at": "2026-12-10T09:30",
    "minutes": "60",
    "lecturer": "1005",
    "assistants": "1007 Xue Fang，李䶮",
    "audience": "units",
    "recording": "on",
}


def pk_of(number: str) -> int:
    return Member.objects.get(staff_no=number).pk


def send(client: Client, path: str = "/classes/new/", **changes: Any) -> HttpResponse:
    """Send the good form with ``changes``; None leaves a field out."""
    data: dict[str, Any] = {**GOOD, "units": [unit("maintenance")], **changes}
    if str(data.get("lecturer", "")).isdecimal():
        data["lecturer"] = pk_of(data["lecturer"])
    return client.post(path, {name: value for name, value in data.items() if value is not None})


def unit(code: str) -> int:
    return Unit.objects.get(code=code).pk


def newest() -> Session:
    return Session.objects.select_related("activity", "room").latest("pk")


def errors(answer: HttpResponse) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


def test_a_class_is_scheduled_as_written(visit: Visit) -> None:
    answer = send(visit("1005"))
    session = newest()
    assert answer["Location"] == f"/classes/{session.code}/"
    assert session.activity.title == "受限空间 作业安全"
    assert session.starts_at == datetime(2026, 12, 10, 9, 30, tzinfo=SHANGHAI)
    assert (session.minutes, session.recording, session.room.state) == (60, True, "scheduled")
    assert {one.staff_no for one in session.activity.assistants.all()} == {"1007", "1014"}
    assert expected(session).count() == 12
    assert len(session.code) == 8


def test_the_typed_time_is_the_organisation_s(visit: Visit) -> None:
    client = visit("1005")
    save_organisation(time_zone="America/St_Johns")
    assert "Times are St Johns time (UTC-3:30)" in client.get("/classes/new/").content.decode()
    send(client)
    assert newest().starts_at == datetime(2026, 12, 10, 9, 30, tzinfo=ZoneInfo("America/St_Johns"))


def test_anyone_with_an_account_needs_no_units(visit: Visit) -> None:
    send(visit("1005"), audience="everyone", units=None)
    assert newest().activity.audience_everyone
    assert newest().activity.audience_units.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "required"),
        ("title", "x" * 201, "200"),
        ("starts_at", "", "required"),
        ("starts_at", "tomorrow", "valid"),
        ("starts_at", "2026-12-09T14:00", "in the past"),
        ("starts_at", "2206-12-09T14:00", "check the year"),
        ("minutes", "4", "5"),
        ("minutes", "481", "480"),
        ("minutes", "an hour", "whole number"),
        ("lecturer", "", "required"),
        ("lecturer", "1013", "valid choice"),
        ("assistants", "9999", "Nobody has the staff number or name “9999”"),
        (
            "assistants",
            "王磊",
            "Several people are called “王磊”. Write the staff number: 1015、1020",
        ),
        ("assistants", ",".join(str(n) for n in range(1010, 1031)), "At most 20"),
        ("audience", "", "required"),
        ("units", None, "Choose at least one unit"),
        ("units", ["0"], "valid choice"),
        ("units", ["x"], "valid"),
    ],
)
def test_each_mistake_is_named_at_its_field(
    visit: Visit, field: str, value: Any, says: str
) -> None:
    client = visit("1005")
    before = Session.objects.count()
    answer = send(client, **{field: value})
    assert says in " ".join(errors(answer)[field])
    assert Session.objects.count() == before
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert "Not saved yet" in page


def test_what_was_typed_is_still_there_after_a_mistake(visit: Visit) -> None:
    page = send(visit("1005"), minutes="3").content.decode()
    assert "看、测、通、护" in page
    assert 'value="2026-12-10T09:30"' in page
    assert f'value="{unit("maintenance")}" checked' in page


def test_mistakes_are_named_in_chinese(visit: Visit) -> None:
    answer = send(visit("1005", "zh-hans"), starts_at="2026-12-09T14:00", assistants="9999")
    said = errors(answer)
    assert not said["starts_at"][0].isascii()
    assert "9999" in said["assistants"][0]
    assert "Nobody" not in said["assistants"][0]


def test_a_class_at_the_same_time_is_pointed_out_and_may_be_confirmed(visit: Visit) -> None:
    client = visit("1005")
    answer = send(client, starts_at="2026-12-09T16:00")
    assert answer.context["form"].conflicts == ["2026-12-09 14:55–16:25 冬季供热运行安全与应急处置"]
    assert "another class at that time" in answer.content.decode()
    assert send(client, starts_at="2026-12-09T16:00", overlap="on").status_code == 302


def test_classes_that_only_touch_are_no_conflict(visit: Visit) -> None:
    assert send(visit("1005"), starts_at="2026-12-09T16:25").status_code == 302


def test_where_nothing_can_be_recorded_the_form_says_so(visit: Visit, settings: Any) -> None:
    settings.MEDIA_ENGINE = "external"
    client = visit("1008")
    assert "does not record with this media engine" in client.get("/classes/new/").content.decode()
    send(client)
    assert not newest().recording, "what is sent for it is not looked at"


def test_editing_keeps_what_was_not_changed(visit: Visit) -> None:
    client = visit("1008")
    page = client.get(f"/classes/{AHEAD}/edit/").content.decode()
    assert 'value="2026-12-11T14:00"' in page
    answer = send(
        client,
        f"/classes/{AHEAD}/edit/",
        starts_at="2026-12-11T15:00",
        lecturer="1008",
        recording=None,
    )
    session = Session.objects.select_related("activity").get(code=AHEAD)
    assert answer["Location"] == f"/classes/{AHEAD}/"
    assert session.starts_at == datetime(2026, 12, 11, 15, 0, tzinfo=SHANGHAI)
    assert session.activity.lecturer.staff_no == "1008"
    assert not session.recording


def test_a_class_that_began_keeps_its_start(visit: Visit) -> None:

    client = visit("1005")
    start_class(admit(NOW, Member.objects.get(staff_no="1005")), str(uuid4()))
    path = f"/classes/{NOW}/edit/"
    assert "has begun" in errors(send(client, path, starts_at="2026-12-09T18:00"))["starts_at"][0]
    assert send(client, path, starts_at="2026-12-09T14:55", title="新标题").status_code == 302


def test_a_new_class_appears_on_the_member_s_home(visit: Visit) -> None:
    send(visit("1005"))
    assert "受限空间 作业安全" in visit("1036").get("/").content.decode()
    assert "受限空间 作业安全" not in visit("1013").get("/").content.decode()


def test_markup_in_a_title_is_text(visit: Visit) -> None:
    send(visit("1005"), title="<script>alert(1)</script>")
    for path in ("/", "/classes/", f"/classes/{newest().code}/"):
        assert b"<script>alert" not in visit("1036").get(path).content


def test_the_lobby_is_a_setting_of_the_class(visit: Visit) -> None:
    author = visit("1005")
    send(author, lobby="others")
    assert newest().room.lobby == "others"
    path = f"/classes/{newest().code}/edit/"
    assert author.get(path).context["form"]["lobby"].value() == "others"
    send(author, path)  # a form without the field leaves the door as it was
    assert newest().room.lobby == "others"
    send(author, path, lobby="audience")
    assert newest().room.lobby == "audience"
    assert not newest().room.acts.exists()  # nobody was moderated before the class
    assert "lobby" in errors(send(author, path, lobby="ajar"))


def test_a_lobby_changed_while_the_class_is_held_is_an_act(visit: Visit) -> None:
    author = visit("1005")
    send(author)
    start_class(admit(newest().code, newest().activity.lecturer), str(uuid4()))
    send(author, f"/classes/{newest().code}/edit/", lobby="audience")
    assert [act.kind for act in newest().room.acts.all()] == ["lobby_audience"]
