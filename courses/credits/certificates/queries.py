"""Reading certificates, and what a stranger may learn from one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from courses.credits.certificates.models import Certificate
from members.accounts.models import Member

SHOWN = 100
"""Most certificates shown on one record."""


@dataclass(frozen=True)
class Verified:
    """What the public page says: enough to compare with a paper in hand, and no more."""

    number: str
    title: str
    name: str
    issued_on: date
    expires_on: date | None
    state: str


def state_of(certificate: Certificate, today: date) -> str:
    """``valid``, ``expired`` or ``revoked``."""
    if certificate.revoked_at is not None:
        return "revoked"
    expires = certificate.expires_on
    return "expired" if expires is not None and today > expires else "valid"


def verified(number: str, today: date) -> Verified | None:
    """What is known of ``number``; None when nothing is."""
    found = Certificate.objects.filter(number=number.upper()).first()
    if found is None:
        return None
    return Verified(
        found.number, found.title, covered(found.name), found.issued_on, found.expires_on,
        state_of(found, today),
    )  # fmt: skip


def covered(name: str) -> str:
    """A name that somebody who knows it recognises: the first sign, then circles."""
    return name[:1] + "○" * min(len(name) - 1, 8)


def certificates_of(member: Member, today: date) -> list[tuple[Certificate, str]]:
    """The certificates of ``member`` with their states, newest first."""
    rows = Certificate.objects.filter(member=member).order_by("-issued_on", "-pk")[:SHOWN]
    return [(one, state_of(one, today)) for one in rows]
