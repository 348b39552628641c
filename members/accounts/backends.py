"""Checking a password: the account is named by staff number or by e-mail address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from members.accounts.models import Member
from members.accounts.queries import find_for_sign_in


class StaffNumberOrEmail(ModelBackend):
    """Django's backend, with our way to find the account."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Member | None:
        """The member whose password it is; None for a wrong one, nobody, or a closed account."""
        if not username or password is None:
            return None
        member = find_for_sign_in(username)
        if member is None:
            # Hash anyway: the time taken must not tell which staff numbers exist.
            Member().set_password(password)
            return None
        right = member.check_password(password)
        return member if right and self.user_can_authenticate(member) else None
