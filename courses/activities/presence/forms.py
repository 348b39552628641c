"""The form in which somebody says why a member cannot attend."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.activities.presence.actions import LONGEST_ABSENCE
from courses.activities.presence.models import NOTE_CHARS, AbsenceKind
from courses.credits.queries import writable_people
from members.accounts.models import Member
from members.units.fields import OrganisationTimeField


class AbsenceForm(forms.Form):
    """Who, why, and from when to when."""

    staff_no = forms.CharField(label=gettext_lazy("Staff number"), max_length=20)
    kind = forms.ChoiceField(label=gettext_lazy("Reason"), choices=AbsenceKind.choices)
    starts_at = OrganisationTimeField(label=gettext_lazy("From"))
    ends_at = OrganisationTimeField(label=gettext_lazy("To"))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_CHARS,
        required=False,
        help_text=gettext_lazy("Lecturers are shown the reason, not the note."),
    )

    def __init__(self, *args: Any, viewer: Member, zone: ZoneInfo, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        self._viewer = viewer
        for name in ("starts_at", "ends_at"):
            cast(OrganisationTimeField, self.fields[name]).zone = zone
        for name in ("staff_no", "kind", "note"):
            self.fields[name].widget.attrs["class"] = "input"

    def clean_staff_no(self) -> Member:
        """Somebody whose record the viewer may write."""
        number = self.cleaned_data["staff_no"].strip()
        found = writable_people(self._viewer).filter(staff_no=number, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody you look after has this staff number."))
        return found

    def clean(self) -> dict[str, Any]:
        """In order, and not for longer than a year."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_at"), data.get("ends_at")
        if first and last and last <= first:
            self.add_error("ends_at", _("The end does not lie after the beginning."))
        elif first and last and last - first > LONGEST_ABSENCE:
            self.add_error("ends_at", _("This is more than a year. Please check it."))
        return data
