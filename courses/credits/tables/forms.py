"""The form of a conversion table: minutes and hours as fields, bands as lines."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from courses.credits.conversion import ANY, LONGEST, BadTable, check
from courses.credits.models import Mode
from courses.credits.queries import today
from courses.credits.record.forms import DateInput

DAYS = (Mode.IN_PERSON, Mode.HALL, Mode.EXTERNAL)
"""Modes that are held by half days and whole days."""
ALONE = (Mode.SELF, Mode.REPLAY)
"""Modes that may be worth something by bands of their length."""
NAME = RegexValidator(r"\A[^/\s][^/]{0,59}\Z", _("A name without strokes."))
BAND = re.compile(r"\A(>?)\s*(\d{1,4})\s*[:：]\s*(\d{1,3}(?:\.\d{1,2})?)\Z")
STEPS = [(10, "0.1"), (1, "0.01"), (25, "0.25"), (50, "0.5"), (100, "1.0")]


def _hours(label: Any, **kw: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=Decimal(100), decimal_places=2,
        required=False, **kw,
    )  # fmt: skip


class TableForm(forms.Form):
    """Everything a table says."""

    name = forms.CharField(label=_("Name of the table"), max_length=60, validators=[NAME])
    valid_from = forms.DateField(
        label=_("In force from"), widget=DateInput(),
        help_text=_("A day to come. What is learnt before it keeps its value."),
    )  # fmt: skip
    per_hour = forms.IntegerField(
        label=_("Minutes that are one credit hour"), min_value=1, max_value=LONGEST, initial=45
    )
    step = forms.TypedChoiceField(
        label=_("Values are cut to"), choices=STEPS, coerce=int, initial=10,
        help_text=_("Never rounded up."),
    )  # fmt: skip
    passed = _hours(_("Hours for a passed test, however long it took"), initial=Decimal("0.5"))
    half_day = _hours(
        _("Hours for half a day in person"),
        help_text=_("From 180 minutes. Leave both empty to count by the hour."),
    )
    day = _hours(_("Hours for a day in person"), help_text=_("From 360 minutes."))
    bands = forms.CharField(
        label=_("Self-study and replay by length"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One band per line: minutes, a colon, hours; “>15: 0.5” means more than 15 minutes. "
            "Empty: by the hour."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean_valid_from(self) -> date:
        """Tomorrow or later: what is learnt today may have been valued already."""
        day: date = self.cleaned_data["valid_from"]
        if day <= today():
            raise ValidationError(
                _("A table begins on a day to come: what was valued before keeps its value.")
            )
        return day

    def clean_bands(self) -> list[dict[str, int]]:
        """The lines as bands."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["bands"].splitlines())):
            parts = BAND.match(line)
            if parts is None:
                raise ValidationError(_("“%(line)s” is no band."), params={"line": line[:40]})
            edge = "above" if parts[1] else "from"
            found.append({edge: int(parts[2]), "value": int(Decimal(parts[3]) * 100)})
        return found

    def clean(self) -> dict[str, Any]:
        """Half days and days together, and a table that can be computed."""
        data = super().clean() or self.cleaned_data
        half, whole = data.get("half_day"), data.get("day")
        if (half is None) != (whole is None):
            self.add_error("day" if whole is None else "half_day", _("Write both, or none."))
        elif half is not None and whole is not None and whole < half:
            self.add_error("day", _("A day is worth at least half a day."))
        if not self.errors:
            try:
                check(self.rules())
            except BadTable:
                self.add_error("bands", _("The bands have to rise, line by line."))
        return data

    def rules(self) -> dict[str, Any]:
        """What was filled in, as the table it makes."""
        data = self.cleaned_data
        plain = {"per_hour": data["per_hour"]}
        modes: dict[str, Any] = {ANY: plain}
        if data["passed"] is not None:
            modes[Mode.EXAM.value] = {"passed": int(data["passed"] * 100)}
        if data["day"] is not None:
            whole = {
                "half_day": int(data["half_day"] * 100), "day": int(data["day"] * 100),
                "half_from": 180, "day_from": 360, **plain,
            }  # fmt: skip
            modes |= {mode.value: whole for mode in DAYS}
        if data["bands"]:
            modes |= {mode.value: {"bands": data["bands"]} for mode in ALONE}
        return {"step": data["step"], "modes": modes}
