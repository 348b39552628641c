"""A time zone as people call it: 北京时间（UTC+8）, Beijing time (UTC+8)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAMES = {
    "Asia/Shanghai": gettext_noop("Beijing time"),
    "Asia/Chongqing": gettext_noop("Beijing time"),
    "Asia/Harbin": gettext_noop("Beijing time"),
    "PRC": gettext_noop("Beijing time"),
    "Asia/Urumqi": gettext_noop("Urumqi time"),
    "Asia/Hong_Kong": gettext_noop("Hong Kong time"),
    "Asia/Macau": gettext_noop("Macao time"),
    "Asia/Taipei": gettext_noop("Taipei time"),
    "Asia/Tokyo": gettext_noop("Tokyo time"),
    "Asia/Seoul": gettext_noop("Seoul time"),
    "Asia/Singapore": gettext_noop("Singapore time"),
    "Asia/Ulaanbaatar": gettext_noop("Ulaanbaatar time"),
    "Europe/London": gettext_noop("London time"),
    "Europe/Paris": gettext_noop("Paris time"),
    "Europe/Berlin": gettext_noop("Berlin time"),
    "Europe/Moscow": gettext_noop("Moscow time"),
    "America/New_York": gettext_noop("New York time"),
    "America/Los_Angeles": gettext_noop("Los Angeles time"),
}
"""Zones whose names are translated; any other is called by the city in its IANA name."""


def zone_name(zone: ZoneInfo, at: datetime) -> str:
    """``zone`` in the reader's language, with the offset that is in force at ``at`` (aware)."""
    offset = offset_name(zone, at)
    city = zone.key.rpartition("/")[2].replace("_", " ")
    if city in ("UTC", "GMT", "UCT", "Zulu", "Universal"):
        return offset
    known = NAMES.get(zone.key)
    name = _(known) if known else _("%(city)s time") % {"city": city}
    return _("%(name)s (%(offset)s)") % {"name": name, "offset": offset}


def offset_name(zone: ZoneInfo, at: datetime) -> str:
    """``UTC+8``, ``UTC-3:30``, ``UTC``."""
    offset = at.astimezone(zone).utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
