"""Time zones as people call them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from members.units.zones import NAMES, zone_name

WINTER, SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "at", "en", "zh"),
    [
        ("Asia/Shanghai", WINTER, "Beijing time (UTC+8)", "北京时间（UTC+8）"),
        ("Europe/Berlin", WINTER, "Berlin time (UTC+1)", "柏林时间（UTC+1）"),
        ("Europe/Berlin", SUMMER, "Berlin time (UTC+2)", "柏林时间（UTC+2）"),
        ("Asia/Kolkata", WINTER, "Kolkata time (UTC+5:30)", "Kolkata 时间（UTC+5:30）"),
        ("America/St_Johns", WINTER, "St Johns time (UTC-3:30)", "St Johns 时间（UTC-3:30）"),
        ("Etc/UTC", WINTER, "UTC", "UTC"),
    ],
)
def test_a_zone_has_a_name_and_an_offset(key: str, at: datetime, en: str, zh: str) -> None:
    with override("en"):
        assert zone_name(ZoneInfo(key), at) == en
    with override("zh-hans"):
        assert zone_name(ZoneInfo(key), at) == zh


@pytest.mark.parametrize("key", NAMES)
def test_every_named_zone_exists(key: str) -> None:
    assert zone_name(ZoneInfo(key), WINTER)
