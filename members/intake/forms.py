"""The file that is handed in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class IntakeForm(forms.Form):
    """A spreadsheet, and whether new people get a first password."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("Excel (.xlsx) or CSV, up to 8 MiB and 20,000 people"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )
    passwords = forms.BooleanField(
        label=_("Make first passwords for new people"),
        help_text=_("To be fetched once as a list. Without it they cannot sign in yet."),
        required=False,
        initial=True,
    )
