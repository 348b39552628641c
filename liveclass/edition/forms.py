"""Forms of what staff do with a class that is over."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import Course

NEW = "new"
"""Instead of the key of a course: one of its own."""


class LessonForm(forms.Form):
    """Into which course the class goes."""

    course = forms.ChoiceField(label=_("Course"), choices=[])

    def __init__(self, *args: Any, offered: list[Course], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self._offered = {str(one.pk): one for one in offered}
        rows = [(key, f"{one.code} {one.title}") for key, one in self._offered.items()]
        field = cast(forms.ChoiceField, self.fields["course"])
        field.choices = [(NEW, _("A new course")), *rows]

    def chosen(self) -> Course | None:
        """The course; None: a new one."""
        return self._offered.get(self.cleaned_data["course"])


CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)


class TimeOfClass(forms.CharField):
    """Minutes and seconds since the class began, as ``12:30`` or ``1:02:30``; seconds, or None."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(max_length=10, required=False, **kw)

    def clean(self, value: Any) -> int | None:
        """The seconds."""
        text: str = super().clean(value)
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        if found is None:
            raise ValidationError(_("Write minutes and seconds, 12:30."))
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds


def clock_of(seconds: int | None) -> str:
    """``12:30``; empty for None."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"


class ReplayForm(forms.Form):
    """What the replay is called, and from where to where it is shown."""

    title = forms.CharField(
        label=_("Title of the replay"), max_length=200, required=False,
        help_text=_("Empty: as the class."),
    )  # fmt: skip
    first = TimeOfClass(
        label=_("Show from"),
        help_text=_("Minutes and seconds since the class began, 2:30. Empty: its beginning."),
    )
    last = TimeOfClass(
        label=_("Show up to"), help_text=_("Empty: its end. At least half of the class is shown.")
    )

    downloads = forms.BooleanField(
        label=_("Members may download recording and chat"), required=False
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.fields["downloads"].widget.attrs["role"] = "switch"

    def clean_title(self) -> str:
        """A title on one line."""
        return " ".join(self.cleaned_data["title"].split())
