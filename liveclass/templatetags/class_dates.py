"""Dates as the reader's language writes them: 12月9日，星期三 – Wednesday, 9 December."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def headline(day: date) -> str:
    """Weekday and day, for a page title."""
    return date_format(day, pgettext("date format of a headline", "l, j F"))


@register.filter
def day(moment: date) -> str:
    """Day and month."""
    return date_format(moment, pgettext("date format, day and month", "j M"))


@register.filter
def full_day(moment: date) -> str:
    """Weekday, day, month and year."""
    return date_format(moment, pgettext("date format with weekday and year", "l, j F Y"))


@register.filter
def clock(moment: datetime) -> str:
    """Hours and minutes, 24-hour. ``moment`` is already in the zone to be shown."""
    return date_format(moment, "H:i", use_l10n=False)
