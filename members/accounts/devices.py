"""Devices on which somebody has signed in before: a signed cookie, read by the sign-in form alone.

It proves nothing but that, opens no door, and holds no name: a random number, and a digest of each
login that was right here. See ``lockout`` for what it is good for.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from members.accounts.lockout import fold
from members.accounts.models import Member

COOKIE = "known_device"
SALT = "members.accounts.devices"
AGE = 365 * 24 * 3600
"""Seconds a device is remembered after the last sign-in on it."""
MOST_LOGINS = 24
"""Logins one device remembers, newest first; a machine in a hall has many users."""
PATH = "/accounts/"


def known_device(request: HttpRequest, login: str) -> str:
    """The number of this device if ``login`` was right on it before, else ""."""
    number, digests = _read(request)
    return number if number and _digest(number, login) in digests else ""


def remember_device(
    request: HttpRequest, response: HttpResponseBase, member: Member, typed: str
) -> None:
    """Note that ``member`` has signed in here, under every name she may type next time."""
    number, digests = _read(request)
    number = number or secrets.token_urlsafe(12)
    logins = filter(None, (member.staff_no, member.email, typed))
    newest = dict.fromkeys([*(_digest(number, login) for login in logins), *digests])
    value = signing.dumps([number, list(newest)[:MOST_LOGINS]], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=AGE, path=PATH, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        found: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return "", []
    return found[0], found[1]


def _digest(number: str, login: str) -> str:
    return hashlib.sha256(f"{number}\0{fold(login)}".encode("utf-8", "replace")).hexdigest()[:16]
