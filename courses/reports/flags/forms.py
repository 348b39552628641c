"""Forms of flags: what happened, and what came of looking."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.reports.flags.models import ANSWER_CHARS, Outcome


class SayForm(forms.Form):
    """What happened, in the words of whom it is about."""

    text = forms.CharField(
        label=_("What happened"), max_length=ANSWER_CHARS, widget=forms.Textarea({"rows": 4})
    )


class SettleForm(forms.Form):
    """What came of looking, with a reason."""

    decision = forms.ChoiceField(
        label=_("What came of it"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("Reason"), max_length=ANSWER_CHARS, widget=forms.Textarea({"rows": 4}),
        help_text=_("Those concerned read it."),
    )  # fmt: skip
