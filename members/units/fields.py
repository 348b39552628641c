"""A form field for a moment in the organisation's time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

BROWSER_FORMAT = "%Y-%m-%dT%H:%M"
"""What ``<input type="datetime-local">`` sends and wants (HTML, local date and time string)."""


class LocalTimeInput(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=BROWSER_FORMAT)


class OrganisationTimeField(forms.DateTimeField):
    """A moment typed in the organisation's zone, whatever zone the reader or the server is in."""

    widget = LocalTimeInput
    zone = ZoneInfo("UTC")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=[BROWSER_FORMAT, f"{BROWSER_FORMAT}:%S"], **options)

    def prepare_value(self, value: Any) -> Any:
        """A moment, or what was typed, as the input shows it."""
        if isinstance(value, datetime):
            return timezone.localtime(value, self.zone).strftime(BROWSER_FORMAT)
        return value

    def to_python(self, value: Any) -> datetime | None:
        """The moment as an aware datetime."""
        with timezone.override(self.zone):
            return super().to_python(value)
