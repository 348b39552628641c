"""The calendar file is read back by a calendar library: zone, uid, edition, link."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from liveclass.interop.ical import CalendarEntry, calendar_file, uid

ENTRY = CalendarEntry(
    code="7hk2mwqa",
    host="school.example",
    title="冬季供热运行安全与应急处置",
    description="第一行\n第二行；有逗号，有分号;",
    url="https://school.example/classes/7hk2mwqa/",
    zone="Asia/Shanghai",
    starts_at=datetime(2026, 12, 9, 7, 0, tzinfo=UTC),
    minutes=100,
    revision=0,
    issued_at=datetime(2026, 12, 2, tzinfo=UTC),
    lecturer="郭建业",
    organisation="北原热电有限公司",
)


def event_of(data: bytes) -> Event:
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return event


def test_the_class_is_in_the_organisations_zone() -> None:
    data = calendar_file(ENTRY)
    event = event_of(data)
    assert b"DTSTART;TZID=Asia/Shanghai:20261209T150000" in data
    assert b"BEGIN:VTIMEZONE" in data
    assert event.start == datetime(2026, 12, 9, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert event.end - event.start == timedelta(minutes=100)


def test_words_and_link_survive_byte_exact() -> None:
    event = event_of(calendar_file(ENTRY))
    assert event["SUMMARY"] == ENTRY.title
    assert event["URL"] == ENTRY.url
    assert event["DESCRIPTION"] == f"郭建业\n\n{ENTRY.description}\n\n{ENTRY.url}"


def test_the_uid_is_stable_and_a_later_edition_wins() -> None:
    later = replace(ENTRY, revision=ENTRY.revision + 1, title="新")
    first, second = event_of(calendar_file(ENTRY)), event_of(calendar_file(later))
    assert first["UID"] == second["UID"] == uid(ENTRY.code, ENTRY.host)
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)


def test_a_download_alone_is_no_revision() -> None:
    again = replace(ENTRY, issued_at=ENTRY.issued_at + timedelta(days=1))
    assert event_of(calendar_file(again))["SEQUENCE"] == 0


def test_lines_are_folded_at_75_octets() -> None:
    data = calendar_file(replace(ENTRY, description="冬" * 300))
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
