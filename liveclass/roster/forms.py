"""Forms of sessions held in a place: the session itself, and the list of who was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from courses.activities.models import QuorumRule
from courses.activities.quorum import Quorum
from courses.activities.roster import Line, Mark
from liveclass.classes.forms import ClassForm
from members.accounts.models import Member
from members.units.fields import OrganisationTimeField


class SessionForm(ClassForm):
    """A session in a place: what, when, where, who teaches, for whom. Nothing of it is recorded."""

    place = forms.CharField(label=_("Place"), max_length=200)
    quorum = forms.ChoiceField(
        label=_("Quorum"),
        choices=[("", _("None: it decides nothing")), *QuorumRule.choices],
        required=False,
        help_text=_("How many of those who are called have to come, so that a meeting can decide."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        del self.fields["recording"]
        for name in ("place", "quorum"):
            self.fields[name].widget.attrs["class"] = "input"
        self.fields["credit_kind"].help_text = _("Who is marked for at least 80% of it gets them.")

    def _refuse_after_start(self) -> None:
        """Nothing begins by itself here: whoever runs it says when it was held."""

    def clean_place(self) -> str:
        """A place on one line."""
        return " ".join(self.cleaned_data["place"].split())

    def fields_of_class(self) -> dict[str, Any]:
        """What ``schedule_class`` and ``change_class`` take."""
        self.cleaned_data["recording"] = False
        own = {name: self.cleaned_data[name] for name in ("place", "quorum")}
        return {**super().fields_of_class(), **own, "online": False}


class RosterForm(forms.Form):
    """When it was held, somebody who is not on the list yet, and why what was counted changes.

    The marks themselves are read by ``marks``: a box and two minutes for each person and part.
    """

    began = OrganisationTimeField(label=_("Held from"))
    ended = OrganisationTimeField(label=_("Held until"))
    staff_no = forms.CharField(
        label=_("Add somebody"), max_length=20, required=False, help_text=_("Staff number")
    )
    reason = forms.CharField(label=_("Reason for the correction"), max_length=500, required=False)
    without_quorum = forms.BooleanField(
        label=_("Save it all the same: there was no quorum"), required=False
    )
    quorum: Quorum | None = None
    """Set when too few came and nobody has said yet that this is known."""

    def __init__(self, *args: Any, zone: ZoneInfo, fixed: bool, counted: bool, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        for name in ("began", "ended"):
            cast(OrganisationTimeField, self.fields[name]).zone = zone
            self.fields[name].disabled = fixed
        if not counted:
            del self.fields["reason"]
        for name, field in self.fields.items():
            if name != "without_quorum":
                field.widget.attrs["class"] = "input"

    def clean_staff_no(self) -> Member | None:
        """The person behind the number."""
        number = self.cleaned_data["staff_no"].strip()
        if not number:
            return None
        found = Member.objects.filter(staff_no=number, is_active=True).first()
        if found is None:
            raise ValidationError(_("Nobody has this staff number."))
        return found

    @property
    def times(self) -> tuple[datetime, datetime]:
        """When it was held, as typed."""
        return self.cleaned_data["began"], self.cleaned_data["ended"]


class BadMinutes(ValueError):
    """Minutes that are no numbers, or end before they begin."""

    def __init__(self, member: int) -> None:
        super().__init__(str(member))
        self.member = member


def marks(
    data: QueryDict, lines: Sequence[Line], spans: Sequence[tuple[float, float]]
) -> list[Mark]:
    """What was ticked: of each person and part the whole, or from a minute to a minute of it.

    Raises:
        BadMinutes: of the person named.
    """
    found = []
    for line in lines:
        member = line.member.pk
        for part, (start, end) in enumerate(spans):
            key = f"{member}-{part}"
            if f"there-{key}" not in data:
                continue
            whole = (end - start) / 60
            first = _minute(data.get(f"from-{key}", ""), 0.0, member)
            last = min(_minute(data.get(f"to-{key}", ""), whole, member), whole)
            if first >= last:
                raise BadMinutes(member)
            found.append(Mark(member, start + first * 60, start + last * 60))
    return found


def _minute(text: str, empty: float, member: int) -> float:
    text = text.strip()
    if not text:
        return empty
    if not text.isdecimal() or len(text) > 4:
        raise BadMinutes(member)
    return float(text)
