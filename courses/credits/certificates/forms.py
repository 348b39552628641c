"""The form that revokes a certificate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RevokeForm(forms.Form):
    """Why it no longer proves anything."""

    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
