"""Our rules for django-allauth: nobody signs up, and guessing passwords is stopped."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.accounts import lockout


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the organisation; see ``accounts.actions``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for herself."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, per address (allauth) and per account; refuse one too many."""
        super().pre_authenticate(request, **credentials)
        left = lockout.count_attempt(credentials["username"])
        if left is None:
            raise locked_out()
        self._attempts_left = left

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The member, after whose success the count starts anew."""
        member = super().authenticate(request, **credentials)
        if member is not None:
            lockout.forgive(credentials["username"])
        return member

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Say what was wrong, without saying which of the two, and what is left."""
        if self._attempts_left == 0:
            raise locked_out()
        raise ValidationError(
            ngettext(
                "Wrong staff number or password. %(left)s attempt left",
                "Wrong staff number or password. %(left)s attempts left",
                self._attempts_left,
            )
            % {"left": self._attempts_left},
            code="wrong_password",
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page the form was opened from."""
        return reverse("me")

    def validation_error(self, code: str, *args: Any) -> Any:
        """Allauth's own limit per address speaks in the same words."""
        if code == "too_many_login_attempts":
            return locked_out()
        return super().validation_error(code, *args)


def locked_out() -> ValidationError:
    """What is said to somebody who guessed too often."""
    return ValidationError(
        _("Too many failed attempts. Try again in 15 minutes"), code="locked_out"
    )
