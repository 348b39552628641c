"""Our rules for django-allauth: nobody signs up, and guessing passwords is stopped."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.accounts import lockout
from members.accounts.devices import known_device, remember_device


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the organisation; see ``accounts.actions``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for herself."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address past ``TRUSTED_PROXIES``; the neighbour's when the header is short.

        A header with fewer addresses than trusted proxies means a wrong number in the settings,
        or a call that did not come through them: no reason to let nobody in.
        """
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            return str(request.META.get("REMOTE_ADDR") or "")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, per address (allauth) and by ``lockout``; refuse one too many."""
        super().pre_authenticate(request, **credentials)
        login = str(credentials["username"])
        network = network_of(self.get_client_ip(request))
        self._attempt = lockout.Attempt(login, network, known_device(request, login))
        left = lockout.count_attempt(self._attempt)
        if left is None:
            raise locked_out()
        self._attempts_left = left

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The member, after whose success the count starts anew."""
        member = super().authenticate(request, **credentials)
        if member is not None:
            lockout.forgive(self._attempt)
        return member

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        """Lead on, and know this device the next time."""
        response = super().post_login(request, user, **more)
        remember_device(request, response, user, request.POST.get("login", ""))
        return response

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


def network_of(address: str) -> str:
    """What one client can vary at will counts as one: an IPv6 network of 64 bits (RFC 4291 2.5)."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ip_network((int(found), 64), strict=False))
