"""The calendar file as it is downloaded."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine
from icalendar import Calendar, Event

from courses.activities.actions import change_class
from courses.activities.models import Session
from tests.liveclass.pages.conftest import AHEAD, MOMENT, SHANGHAI, Visit


def fetch(visit: Visit) -> Event:
    answer = visit("1055").get(f"/classes/{AHEAD}/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f'filename="class-{AHEAD}.ics"' in answer["Content-Disposition"]
    calendar = Calendar.from_ical(answer.content)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return event


def test_the_file_says_when_where_and_who(visit: Visit) -> None:
    event = fetch(visit)
    assert event.start == datetime(2026, 12, 11, 14, 0, tzinfo=SHANGHAI)
    assert event.end - event.start == timedelta(minutes=90)
    assert event["URL"] == f"http://testserver/classes/{AHEAD}/"
    assert event["SUMMARY"] == "一次网水力平衡与调节"
    assert "Meng Fanyu" in event["DESCRIPTION"]


def test_a_file_fetched_after_an_edit_replaces_the_earlier_one(visit: Visit) -> None:
    first = fetch(visit)
    session = Session.objects.select_related("activity").get(code=AHEAD)
    change_class(session, starts_at=session.starts_at + timedelta(hours=1))
    with time_machine.travel(MOMENT + timedelta(minutes=5), tick=False):
        second = fetch(visit)
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] == first["SEQUENCE"] + 1
    assert second.start - first.start == timedelta(hours=1)
