"""Guessing passwords is stopped without giving strangers the power to lock people out.

Five wrong passwords for one entered login from one place stop that place for a quarter of an hour.
A place is a network address; or a device on which somebody has signed in to that account before
(``accounts.devices``), so that a stranger beside her, behind the same address, cannot stop her.
Over all unknown places together a login is stopped after a hundred: guesses from a thousand
addresses end there, while known devices still get in.

Counts belong to what was typed, never to the account it leads to: shared counts would tell which
e-mail address belongs to which number. They are kept in a table, not in a cache: a restart must
not hand out five more guesses, and several web processes must count together. An attempt is
counted *before* the password is looked at and given back on success, so that guesses sent in
parallel do not slip through between check and count.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from members.accounts.models import SignInFailures

ALLOWED = 5
"""Wrong passwords for one login from one place before the lock."""

ALLOWED_EVERYWHERE = 100
"""Wrong passwords for one login from all unknown places together."""

LOCK = timedelta(minutes=15)
"""How long it stays locked after the last of them; also when older failures are forgotten."""


@dataclass(frozen=True)
class Attempt:
    """One try: the login as typed, the client's network, and the device if it is a known one."""

    login: str
    network: str
    device: str = ""

    @property
    def limits(self) -> dict[str, int]:
        """Which counts it adds to, by key, and how high each may go; the first is its place's."""
        name = fold(self.login)
        if self.device:
            return {_key("device", name, self.device): ALLOWED}
        return {
            _key("network", name, self.network): ALLOWED,
            _key("login", name): ALLOWED_EVERYWHERE,
        }


@transaction.atomic
def count_attempt(attempt: Attempt) -> int | None:
    """Count one attempt. Returns how many this place has left after it, or None: locked."""
    now = timezone.now()
    _forget(now)
    limits = attempt.limits
    counts = {key: _locked_row(key, now).count for key in limits}
    if any(counts[key] >= most for key, most in limits.items()):
        return None
    SignInFailures.objects.filter(key__in=limits).update(count=F("count") + 1, last_at=now)
    place = next(iter(limits))
    return ALLOWED - counts[place] - 1


@transaction.atomic
def forgive(attempt: Attempt) -> None:
    """The right password: forget what this place did, and give back the attempt elsewhere."""
    place, *wider = attempt.limits
    SignInFailures.objects.filter(key=place).delete()
    SignInFailures.objects.filter(key__in=wider, count__gt=0).update(count=F("count") - 1)
    SignInFailures.objects.filter(key__in=wider, count=0).delete()


def fold(login: str) -> str:
    """A login in one form, at least as forgiving as looking it up is."""
    return login.strip().upper().casefold()


def _locked_row(key: str, now: datetime) -> SignInFailures:
    rows = SignInFailures.objects.select_for_update()
    return rows.get_or_create(key=key, defaults={"count": 0, "last_at": now})[0]


def _forget(now: datetime) -> None:
    SignInFailures.objects.filter(last_at__lte=now - LOCK).delete()


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
