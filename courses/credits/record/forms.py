"""Forms of the record: a request, its answer, an entry by hand."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.credits import queries
from courses.credits.conversion import LONGEST
from courses.credits.models import CreditEntry, Kind, Mode
from courses.credits.record.actions import Right

DECISIONS = [
    ("refuse", _("The record stays as it is")),
    ("correct", _("Write what is below")),
    ("reverse", _("Take the entry back")),
]


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


EARLIEST = date(2000, 1, 1)
"""Nothing is looked up before it."""


class AsAtForm(forms.Form):
    """The day on which something is to be shown as it stood then; empty: as it stands."""

    as_at = forms.DateField(label=_("As it stood on"), required=False, widget=DateInput())

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self.fields["as_at"].widget.attrs["class"] = "input"

    def clean_as_at(self) -> date | None:
        """A day that has been."""
        day: date | None = self.cleaned_data["as_at"]
        if day is not None and day > queries.today():
            raise ValidationError(_("This day is still to come."))
        if day is not None and day < EARLIEST:
            raise ValidationError(_("This is too long ago. Please check the year."))
        return day

    @property
    def day(self) -> date | None:
        """The day that was chosen; none while there is none, or a wrong one."""
        return self.cleaned_data.get("as_at") if self.is_valid() else None


class RequestForm(forms.Form):
    """What a member says is wrong."""

    text = forms.CharField(
        label=_("What is wrong"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Say what happened and when. The admin of your unit reads it and answers."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""


class EntryForm(forms.Form):
    """What should stand in the ledger."""

    title = forms.CharField(label=_("Item"), max_length=200)
    on = forms.DateField(label=_("Date"), widget=DateInput())
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=LONGEST)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, initial=Mode.IN_PERSON)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""

    def clean_on(self) -> date:
        """A day that has been."""
        day: date = self.cleaned_data["on"]
        if day > queries.today():
            raise ValidationError(_("This day is still to come."))
        return day

    def right(self) -> Right:
        """What was filled in."""
        data = self.cleaned_data
        return Right(data["title"], data["minutes"], data["kind"], data["mode"], data["on"])


class ManualForm(EntryForm):
    """An entry by hand: why, and a token that makes sending it twice harmless."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Shown in the record: where this is known from, and why nothing measured it."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class DecisionForm(EntryForm):
    """The answer to a request: leave it, take the entry back, or write it anew."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the member"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ("decision", "answer")

    def __init__(self, *args: Any, entry: CreditEntry | None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        if self.data.get("decision") != "correct":
            for name in EntryForm.base_fields:
                self.fields[name].required = False
        if entry is None:
            cast(forms.ChoiceField, self.fields["decision"]).choices = DECISIONS[:2]

    def clean_on(self) -> date:
        """Looked at only when something is to be written."""
        day: date = self.cleaned_data["on"]
        return super().clean_on() if day and self.data.get("decision") == "correct" else day


def initial_of(entry: CreditEntry | None) -> dict[str, Any]:
    """The entry as the form shows it."""
    if entry is None:
        return {"kind": Kind.THEORY, "mode": Mode.IN_PERSON}
    names = ("title", "minutes", "kind", "mode")
    return {**{name: getattr(entry, name) for name in names}, "on": entry.earned_on}
