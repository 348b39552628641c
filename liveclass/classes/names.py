"""People, units and clocks as the reader of this request sees them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language

from members.accounts.models import Member
from members.units import zones
from members.units.models import Unit
from members.units.queries import organisation


def language() -> str:
    """Django's code of the reader's language: ``zh-hans`` or ``en``."""
    return get_language() or "en"


def name_of(member: Member) -> str:
    """A person's name in the reader's language."""
    return member.display_name(language())


def unit_of(unit: Unit | None) -> str:
    """A unit's name in the reader's language; empty for people in no department."""
    return unit.name(language()) if unit else ""


def zone_name(at: datetime | None = None) -> str:
    """The organisation's time zone as the reader calls it, with its offset at ``at`` or now."""
    return zones.zone_name(zone(), at or timezone.now())


def zone() -> ZoneInfo:
    """The organisation's time zone: all times on the pages are in it."""
    return ZoneInfo(organisation().zone)
