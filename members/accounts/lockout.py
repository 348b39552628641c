"""Five wrong passwords lock an account's sign-in for a quarter of an hour.

Kept in a table, not in a cache: a restart must not hand out five more guesses, and several web
processes must count together. An attempt is counted *before* the password is looked at and given
back on success, so that guesses sent in parallel do not slip through between check and count.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from members.accounts.models import SignInFailures

ALLOWED = 5
"""Wrong passwords in a row before the lock."""

LOCK = timedelta(minutes=15)
"""How long it stays locked after the last of them; also when older failures are forgotten."""


@transaction.atomic
def count_attempt(account: str) -> int | None:
    """Count one attempt at ``account``. Returns how many are left after it, or None: locked."""
    now = timezone.now()
    _forget(now)
    row, _made = SignInFailures.objects.select_for_update().get_or_create(
        key=_key(account), defaults={"count": 0, "last_at": now}
    )
    if row.count >= ALLOWED:
        return None
    SignInFailures.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=now)
    return ALLOWED - row.count - 1


def forgive(account: str) -> None:
    """The right password was given: forget what was counted."""
    SignInFailures.objects.filter(key=_key(account)).delete()


def _forget(now: datetime) -> None:
    SignInFailures.objects.filter(last_at__lte=now - LOCK).delete()


def _key(account: str) -> str:
    return hashlib.sha256(account.strip().casefold().encode()).hexdigest()
