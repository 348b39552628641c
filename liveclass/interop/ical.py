"""A class as an iCalendar file (RFC 5545), for the calendar on a phone or in a mail program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

PRODUCT = "-//LiveClass//LiveClass//EN"
REMINDER = timedelta(minutes=10)
"""How long before the start the calendar reminds."""


@dataclass(frozen=True)
class CalendarEntry:
    """What a calendar needs to know of one class. Times are aware; ``zone`` is an IANA name."""

    code: str
    host: str
    title: str
    description: str
    url: str
    zone: str
    starts_at: datetime
    minutes: int
    revision: int
    issued_at: datetime
    lecturer: str
    organisation: str


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file to download: one VEVENT in the organisation's zone, with its VTIMEZONE."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def uid(code: str, host: str) -> str:
    """RFC 5545 3.8.4.7: globally unique and the same for every edition of the same class."""
    return f"class-{code}@{host}"


def _event(entry: CalendarEntry) -> Event:
    starts = entry.starts_at.astimezone(ZoneInfo(entry.zone))
    event = Event()
    event.add("uid", uid(entry.code, entry.host))
    event.add("sequence", entry.revision)  # RFC 5545 3.8.7.4: 0, then one more per revision
    event.add("dtstamp", entry.issued_at.astimezone(UTC))
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=entry.minutes))
    event.add("summary", entry.title)
    event.add("description", _description(entry))
    event.add("location", entry.url)
    event.add("url", entry.url)
    event.add("categories", [entry.organisation])
    event.add_component(_reminder(entry.title))
    return event


def _description(entry: CalendarEntry) -> str:
    """Lecturer, what the class is about, and the link: the one field every calendar shows."""
    parts = (entry.lecturer, entry.description.strip(), entry.url)
    return "\n\n".join(part for part in parts if part)


def _reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -REMINDER)
    return alarm
