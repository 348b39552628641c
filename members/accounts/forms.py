"""Forms about accounts: signing in, and what a person prefers."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from members.accounts.models import Language, Theme

MAX_LOGIN_LENGTH = 254


class SignInForm(LoginForm):  # type: ignore[misc]
    """Staff number or e-mail address, password, and whether to stay signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"] = forms.CharField(
            label=_("Staff number or e-mail"),
            max_length=MAX_LOGIN_LENGTH,
            widget=forms.TextInput(
                attrs={
                    "class": "input",
                    "autocomplete": "username",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                }
            ),
        )
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.update(
            {"class": "input", "autocomplete": "current-password"}
        )
        self.fields["remember"].label = _("Stay signed in on this device for 30 days")
        self.order_fields(["login", "password", "remember"])

    def user_credentials(self) -> dict[str, str]:
        """What was typed, as it is: counting by account would tell which address is whose."""
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The old password, and the new one twice. What it must be is said before it is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _(
            "At least 10 characters; not a common password, not your name or number."
        )
        self.fields["password2"].label = _("New password again")


class PreferencesForm(forms.Form):
    """Language and light or dark; each may be sent alone."""

    language = forms.ChoiceField(choices=Language.choices, required=False)
    theme = forms.ChoiceField(choices=Theme.choices, required=False)
